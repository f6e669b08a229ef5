import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../errors.ts';
import { Attempts } from '../pipeline/attempts.ts';
import type { Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import { capture, type CaptureOptions } from './capture.ts';
import type { Parts } from './frame.ts';
import { prepareCall } from './prepare.ts';
import { readRecord } from './record-bytes.ts';
import type { LogRecord } from './record.ts';

const OPTIONS: CaptureOptions = { bodies: true, bodyLimit: 2000, maskedHeaders: new Set(['x-house-pass']) };

function callWith(more: Partial<Call>): Call {
  const attempts = new Attempts(
    () => 0,
    () => 0,
  );
  attempts.answered(attempts.begin('config', 'here'), { status: 200, dropped: [] });
  const call = {
    id: '00000000000000000000000000000001',
    traceId: '00000000000000000000000000000001',
    startedAt: 1000,
    method: 'POST',
    url: '/v1/chat/completions',
    headers: {},
    body: Buffer.alloc(0),
    endpoint: { kind: 'chat' },
    metadata: {},
    notes: {},
    attempts,
    ...more,
  };
  return call as unknown as Call;
}

function outcomeWith(more: Partial<Outcome> = {}): Outcome {
  const route = { path: 'config', provider: 'here', retries: 0, dropped: [] };
  return { status: 200, route, error: undefined, ending: 'whole', isStreamed: false, firstMs: 5, ms: 9, answer: undefined, ...more };
}

function answerOf(text: string): Outcome['answer'] {
  return { kind: 'bytes', bytes: Buffer.from(text), isCut: false };
}

function recordOf({ record }: Parts): LogRecord {
  return readRecord(Buffer.from(record));
}

/** All that is kept of a call, as one text: what lies in the spool, and what goes from there into the store. */
function everything(parts: Parts): string {
  const { record, request, response } = parts;
  const item = { record: recordOf(parts), request: asBuffer(request), response: asBuffer(response) };
  const { entry, detail, text, ...bodies } = prepareCall(item);
  const spool = [Buffer.from(record).toString('latin1'), item.request?.toString('latin1'), item.response?.toString('latin1')];
  return [...spool, JSON.stringify(entry), JSON.stringify(detail), text, bodies.request?.toString(), bodies.response?.toString()].join('\n');
}

function asBuffer(bytes: Uint8Array | undefined): Buffer | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes);
}

const key = fc.stringMatching(/^[A-Za-z0-9_/+.=-]{12,60}$/);
const CREDENTIAL_HEADERS = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-portkey-api-key',
  'x-portkey-aws-secret-access-key',
  'cookie',
  'x-house-pass',
];

describe('what the log keeps of a call', () => {
  test('never holds a credential of the request, wherever else it stands', () => {
    const where = fc.record({
      header: fc.constantFrom(...CREDENTIAL_HEADERS),
      isBearer: fc.boolean(),
      before: fc.string({ unit: 'grapheme', maxLength: 40 }),
    });
    fc.assert(
      fc.property(key, where, (secret, { header, isBearer, before }) => {
        fc.pre(!secret.includes('/') || secret.length > 12);
        const scheme = isBearer && header === 'authorization' ? 'Bearer ' : '';
        const call = callWith({
          headers: {
            [header]: scheme + secret,
            'user-agent': `agent ${secret}`,
            'x-portkey-metadata': JSON.stringify({ note: secret }),
            referer: `https://a.b/?x=${secret}`,
          },
          url: `/v1/chat/completions?key=${encodeURIComponent(secret)}&note=${secret}`,
          body: Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: before + secret }] })),
          metadata: { note: secret },
        });
        const error = new GatewayError('upstream_error', `The key ${secret} is wrong`, { status: 401 });
        const kept = everything(capture(call, outcomeWith({ error, answer: answerOf(`{"error":${JSON.stringify(before + secret)}}`) }), OPTIONS));
        ok(!kept.includes(secret), kept);
      }),
    );
  });

  test('never holds a credential of the query, wherever else it stands', () => {
    const call = callWith({ url: '/v1/proxy/files?key=AIza-0123456789&tok%65n=other%2F0123456789', body: Buffer.from('{"a":"other/0123456789"}') });
    const kept = everything(capture(call, outcomeWith({ answer: answerOf('API key not valid: AIza-0123456789') }), OPTIONS));
    ok(!/AIza-0123456|other.{1,3}0123456/.test(kept), kept);
  });

  test('never holds a credential of a config, in whichever member it stands', () => {
    const names = fc.constantFrom(
      'api_key',
      'apiKey',
      'api_keys',
      'aws_secret_access_key',
      'azure_ad_token',
      'vertex_service_account_json',
      'oracle_private_key',
      'password',
    );
    fc.assert(
      fc.property(key, names, fc.boolean(), (secret, name, isNested) => {
        const target = { provider: 'openai', [name]: secret };
        const config = isNested ? { strategy: { mode: 'fallback' }, targets: [target, { targets: [target] }] } : target;
        const call = callWith({ headers: { 'x-portkey-config': JSON.stringify(config) }, body: Buffer.from(`{"prompt":"${secret}"}`) });
        const kept = everything(capture(call, outcomeWith({ answer: answerOf(`you said ${secret}`) }), OPTIONS));
        ok(!kept.includes(secret), kept);
      }),
    );
  });

  test('is kept of calls whose config is nested without end, too', () => {
    const config = `{"provider":"openai","api_key":"sk-of-the-caller-1","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const kept = everything(capture(callWith({ headers: { 'x-portkey-config': config } }), outcomeWith(), OPTIONS));
    ok(!kept.includes('sk-of-the-caller-1'));
  });

  test('never holds the credential of a saved target', () => {
    const resolved = { kind: 'target', path: 'config', apiKey: 'sk-saved-0123456789', options: { aws_secret_access_key: 'shhh-0123456789' } };
    const call = callWith({ notes: { resolved } as unknown as Call['notes'] });
    const kept = everything(
      capture(call, outcomeWith({ answer: answerOf('Incorrect API key provided: sk-saved-0123456789, shhh-0123456789') }), OPTIONS),
    );
    ok(!/sk-saved|shhh/.test(kept), kept);
  });

  test('is a record still where the credential is a word of the log itself', () => {
    for (const word of ['failed', 'provider', 'events', '00000000000000000000000000000001']) {
      const call = callWith({ headers: { authorization: `Bearer ${word}` }, metadata: { note: word } });
      const record = recordOf(capture(call, outcomeWith({ ending: 'failed', answer: { kind: 'events', events: [], isCut: false } }), OPTIONS));
      equal(record.id, call.id);
      equal(record.ending, 'failed');
      equal(record.response?.kind, 'events');
      equal(record.attempts[0]?.provider, 'here');
      ok(record.metadata['note'] !== word);
    }
  });

  test('holds no part of a credential that the cut of a body goes through', () => {
    const secret = 'sk-abcdefghijklmnopqrstuvwxyz0123456789';
    for (let gap = 1; gap <= secret.length; gap += 1) {
      const text = `${'x'.repeat(OPTIONS.bodyLimit - gap)}${secret} and more`;
      const call = callWith({ headers: { authorization: `Bearer ${secret}` }, body: Buffer.from(text) });
      const { request, response } = capture(call, outcomeWith({ answer: answerOf(text) }), OPTIONS);
      for (const body of [request, response]) {
        ok((body?.length ?? 0) <= OPTIONS.bodyLimit);
        ok(
          !Buffer.from(body ?? [])
            .toString()
            .includes('sk-a'),
          `${gap} bytes before the cut`,
        );
      }
    }
  });

  test('masks members of bodies that are credentials by their names, of cut bodies too', () => {
    const body = JSON.stringify({
      tools: [{ type: 'mcp', authorization: 'tok-0123456789', headers: { 'x-pass': 'word-0123456789' } }],
      api_key: 'sk-other-0123456789',
    });
    for (const text of [body, body.slice(0, -2)]) {
      const kept = prepareCall({
        record: recordOf(capture(callWith({ body: Buffer.from(text) }), outcomeWith(), OPTIONS)),
        request: Buffer.from(text),
      });
      ok(!/tok-0123456789|sk-other-0123456789/.test(`${kept.request?.toString()} ${kept.text}`), kept.request?.toString());
    }
  });

  test('is what was said, byte for byte, where nothing is secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const { request } = capture(
          callWith({ headers: { authorization: 'Bearer sk-0123456789abcdef' }, body: Buffer.from(bytes) }),
          outcomeWith(),
          OPTIONS,
        );
        deepEqual(Buffer.from(request ?? []), Buffer.from(bytes));
      }),
    );
  });

  test('has no bodies and no headers where the request, the key or the gateway says so', () => {
    const body = Buffer.from('{"prompt":"private"}');
    const caller = { keyId: 'k', name: 'App', workspace: 'lab', logsBodies: false, metadata: {} };
    const silent: readonly (readonly [Partial<Call>, CaptureOptions])[] = [
      [{ body, headers: { 'x-portkey-debug': 'false' } }, OPTIONS],
      [{ body, headers: { 'x-sluice-debug': 'false' } }, OPTIONS],
      [{ body, notes: { caller } as unknown as Call['notes'] }, OPTIONS],
      [{ body }, { ...OPTIONS, bodies: false }],
    ];
    for (const [more, options] of silent) {
      const parts = capture(callWith(more), outcomeWith({ answer: answerOf('private') }), options);
      deepEqual([parts.request, parts.response], [undefined, undefined]);
      equal(recordOf(parts).requestHeaders, undefined);
    }
    equal(capture(callWith({ body }), outcomeWith({ answer: answerOf('said') }), OPTIONS).response?.length, 4);
  });

  test('tells where a call stands in a trace, and takes baggage under its metadata', () => {
    const headers = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      baggage: 'tenant=acme%20corp, session_id = s1;ttl=5 ,bad',
      'x-portkey-span-id': 'span',
    };
    const record = recordOf(capture(callWith({ headers, metadata: { tenant: 'own' } }), outcomeWith(), OPTIONS));
    equal(record.traceId, '0af7651916cd43dd8448eb211c80319c');
    equal(record.parentSpanId, 'b7ad6b7169203331');
    equal(record.spanId, 'span');
    equal(record.sessionId, 's1');
    deepEqual(record.metadata, { tenant: 'own', session_id: 's1' });
  });

  test('puts pieces of streamed texts together', () => {
    const event = (text: string) => ({ type: 'text', choice: 0, block: 0, text }) as const;
    const answer = { kind: 'events', events: [event('Hel'), event('lo'), { type: 'finish', choice: 0, reason: 'stop' }], isCut: false } as const;
    const { response } = capture(callWith({}), outcomeWith({ answer }), OPTIONS);
    deepEqual(JSON.parse(Buffer.from(response ?? []).toString()), [
      { type: 'text', choice: 0, block: 0, text: 'Hello' },
      { type: 'finish', choice: 0, reason: 'stop' },
    ]);
  });
});
