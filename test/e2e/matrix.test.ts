import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { CHAT_DIALECTS } from '../../src/dialects/index.ts';
import type { ChatEvent } from '../../src/ir/events.ts';
import type { JsonObject } from '../../src/ir/json.ts';
import type { ChatRequest } from '../../src/ir/request.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { FRAMINGS } from '../../src/transport/framing/framings.ts';
import { fakeUpstream, json, type Answer, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';
import { grammarOf } from '../support/grammar/index.ts';
import { assertKept, CONVERSING, expectedAfter, heardBy, meaningFor, rewordingsOf, type Pair } from '../support/journeys.ts';
import { overWire, readStream, writeStream, writeWhole } from '../support/wire.ts';

const MODEL = 'some-model';

const REFUSAL = 'Rate limit of your plan reached';

/** What each client asks: with a system prompt, tools, sampling and reasoning. */
function question(stream: boolean): ChatRequest {
  return {
    model: MODEL,
    stream,
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Weather in Bern and Zürich?' }] },
    ],
    tools: [
      {
        type: 'function',
        name: 'get_weather',
        description: 'The weather of a place',
        parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'], additionalProperties: false },
      },
    ],
    toolChoice: { mode: 'required' },
    reasoning: { effort: 'low' },
    sampling: { maxTokens: 4000, temperature: 1 },
    extra: {},
  };
}

/** What each provider answers: signed thoughts, a text, two calls whose pieces interleave, and what was used. */
function answerOf({ id }: Dialect): readonly ChatEvent[] {
  const signature = { value: 'c2lnbmVk', origin: id === 'bedrock-converse' ? 'anthropic-messages' : id } as const;
  const call = (block: number, callId: string): ChatEvent => ({
    type: 'tool_call',
    choice: 0,
    block,
    id: callId,
    name: 'get_weather',
    arguments: '',
  });
  const piece = (block: number, text: string): ChatEvent => ({ type: 'tool_arguments', choice: 0, block, text });
  return [
    { type: 'start', id: 'up-1', model: 'up-model', created: 1_700_000_001 },
    { type: 'reasoning', choice: 0, block: 0, text: 'Both are ' },
    { type: 'reasoning', choice: 0, block: 0, text: 'in Switzerland.' },
    { type: 'reasoning', choice: 0, block: 0, text: '', signature },
    { type: 'text', choice: 0, block: 1, text: 'I will look 🏔️ ' },
    { type: 'text', choice: 0, block: 1, text: 'both up.\n\n' },
    call(2, 'call_1'),
    piece(2, '{"place":'),
    call(3, 'call_2'),
    piece(3, '{"place":"Zü'),
    piece(2, '"Bern"}'),
    piece(3, 'rich"}'),
    { type: 'finish', choice: 0, reason: 'tool_calls' },
    { type: 'usage', usage: { input: 30, cacheRead: 12, output: 20, reasoning: 8 } },
  ];
}

/** The provider whose own format the dialect is: the one that documents it. */
function providerOf({ id, docs }: Dialect): Provider {
  const found = PROVIDERS.find(
    (provider: Provider) =>
      new URL(provider.docs).host === new URL(docs).host &&
      provider.baseURL?.startsWith('https:') === true &&
      provider.endpoints.chat?.some(({ dialect, when }) => dialect.id === id && when === undefined),
  );
  assert.ok(found !== undefined, `no provider speaks ${id}`);
  return found;
}

/** Answers as a provider of the dialect: whole or streamed, as it is asked, in pieces that cut events and letters apart. */
function speaking(dialect: Dialect): Answer {
  return async (request, response) => {
    if (!wantsStream(request)) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(writeWhole(dialect, answerOf(dialect))));
    }
    await writeInPieces(response, dialect, writeStream(dialect, answerOf(dialect)));
    response.end();
  };
}

/** Begins to answer and breaks off. */
function breakingOff(dialect: Dialect): Answer {
  return async (_, response) => {
    const said = answerOf(dialect).filter(({ type }) => type === 'start' || type === 'reasoning' || type === 'text');
    await writeInPieces(response, dialect, writeStream(dialect, said));
    await new Promise((resolve) => setTimeout(resolve, 5));
    response.destroy();
  };
}

function wantsStream({ url, body }: SeenRequest): boolean {
  return body?.['stream'] === true || /stream/i.test(url);
}

async function writeInPieces(response: ServerResponse, { framing }: Dialect, bytes: Buffer): Promise<void> {
  response.writeHead(200, { 'content-type': FRAMINGS[framing].contentType });
  for (let position = 0; position < bytes.length; position += 301) {
    response.write(bytes.subarray(position, position + 301));
    await new Promise(setImmediate);
  }
}

/** Headers by which clients are known that post to a path that they share with others. */
const USER_AGENTS: Readonly<Record<string, string>> = { 'mistral-chat': 'mistral-client-python/1.9.0' };

describe('every dialect in, every dialect out', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    const whole = CONVERSING.map((dialect) => [dialect.id, speaking(dialect)] as const);
    const broken = CONVERSING.map((dialect) => [`broken-${dialect.id}`, breakingOff(dialect)] as const);
    const refusing = CONVERSING.map(({ id, error }) => [`refusing-${id}`, json(429, error.encode({ status: 429, message: REFUSAL }))] as const);
    upstream = await fakeUpstream(Object.fromEntries([...whole, ...broken, ...refusing]));
  });
  after(() => upstream.close());

  /** Asks as a client of the dialect does, through a target that speaks the other one. */
  async function ask({ client, upstream: spoken }: Pair, { stream, host = spoken.id }: { stream: boolean; host?: string }): Promise<Response> {
    const { path, streamPath, eventsQuery } = CHAT_DIALECTS.find(({ dialect }) => dialect === client) ?? { path: '' };
    const query = stream && eventsQuery !== undefined ? `?${eventsQuery.join('=')}` : '';
    const route = (stream ? (streamPath ?? path) : path).replace('{version}', 'v1beta').replace('{model}', MODEL);
    const target = { provider: providerOf(spoken).id, api_key: 'key', dialect: spoken.id, custom_host: `${upstream.url}/${host}` };
    return gateway.post(route + query, asked(client, stream), {
      'x-portkey-config': JSON.stringify(target),
      'user-agent': USER_AGENTS[client.id] ?? 'test',
    });
  }

  function asked(client: Dialect, stream: boolean): JsonObject {
    return overWire(client.request.encode(question(stream)).wire);
  }

  /** The provider was asked what the client asked, but for what the response names as dropped. */
  function assertAsked({ client, upstream: spoken }: Pair, stream: boolean, response: Response): void {
    const seen = upstream.seen.at(-1) as SeenRequest;
    const dropped = (response.headers.get('x-sluice-dropped-params') ?? '').split(',');
    const said = client.request.decode(asked(client, stream), { model: MODEL, stream });
    const heard = heardBy(spoken, { wire: seen.body as JsonObject }, said);
    assertKept(said, heard, { dropped, rewordings: rewordingsOf(spoken) });
    assert.equal(wantsStream(seen), stream);
  }

  function assertAnswered(pair: Pair, decoded: readonly ChatEvent[]): void {
    const expected = expectedAfter(answerOf(pair.upstream), pair);
    assert.deepEqual({ ...meaningFor(pair.client, decoded), id: undefined, model: undefined }, { ...expected, id: undefined, model: undefined });
  }

  for (const spoken of CONVERSING) {
    for (const client of CONVERSING) {
      const pair = { client, upstream: spoken };
      describe(`a client of ${client.id} at a provider of ${spoken.id}`, () => {
        it('is answered whole', async () => {
          const response = await ask(pair, { stream: false });
          const body = (await response.json()) as JsonObject;
          assert.equal(response.status, 200, JSON.stringify(body));
          assertAnswered(pair, client.reply.decode(body));
          assertAsked(pair, false, response);
        });

        it('is answered with a stream', async () => {
          const response = await ask(pair, { stream: true });
          const bytes = Buffer.from(await response.arrayBuffer());
          assert.equal(response.status, 200, bytes.toString());
          assert.equal(response.headers.get('content-type'), FRAMINGS[client.framing].contentType);
          grammarOf(client)(bytes, 'whole');
          assertAnswered(pair, readStream(client, bytes, [bytes.length]));
          assertAsked(pair, true, response);
        });

        it('is told what the provider refuses, whole and streamed', async () => {
          for (const stream of [false, true]) {
            const response = await ask(pair, { stream, host: `refusing-${spoken.id}` });
            assert.equal(response.status, 429);
            assert.match(client.error.decode(response.status, await response.json()).message, new RegExp(`${REFUSAL}$`));
          }
        });

        it('is told where a stream breaks off', async () => {
          const response = await ask(pair, { stream: true, host: `broken-${spoken.id}` });
          const bytes = Buffer.from(await response.arrayBuffer());
          grammarOf(client)(bytes, 'error');
          const types = new Set(readStream(client, bytes, [bytes.length]).map(({ type }) => type));
          assert.deepEqual([types.has('text'), types.has('error'), types.has('finish')], [true, true, false]);
        });
      });
    }
  }
});
