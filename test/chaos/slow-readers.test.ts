import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { chunk } from '../support/fake-upstream.ts';
import type { Holdings } from './gateway-process.ts';
import { startHelper, type Helper } from './processes.ts';

/** The system's own buffers take some 9 MB of each answer first, so many readers take long; `SLOW_READERS=500` for a real flood. */
const READERS = Number(process.env['SLOW_READERS'] ?? 60);
const MEBIBYTE = 1024 * 1024;
/** Of each answer: more than the buffers of the system take on the way. */
const ANSWER = 16 * MEBIBYTE;
const TEXT = 'x'.repeat(16 * 1024);
const EVENT = `data: ${JSON.stringify(chunk({ content: TEXT }))}\n\n`;
const EVENTS = Math.ceil(ANSWER / EVENT.length);
/** What a reader may cost the gateway: buffers of its sockets and one piece of the answer in several forms. */
const BOUND = MEBIBYTE;

/** A provider whose answers are large, and which sends only as fast as the gateway reads. */
async function openLargeProvider(): Promise<{ url: string; sent: () => number; open: () => number; close: () => void }> {
  let sent = 0;
  let open = 0;
  const events = function* (): Generator<string> {
    for (let i = 0; i < EVENTS; i++) {
      sent += EVENT.length;
      yield EVENT;
    }
    yield `data: ${JSON.stringify(chunk({}, 'stop'))}\n\ndata: [DONE]\n\n`;
  };
  const answer = (response: ServerResponse): void => {
    open++;
    response.on('close', () => open--);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    pipeline(Readable.from(events(), { highWaterMark: 1 }), response, () => {});
  };
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => answer(response));
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: READERS });
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent: () => sent, open: () => open, close };
}

describe('clients that ask for large answers and do not read them', () => {
  let gateway: Helper;
  let provider: Awaited<ReturnType<typeof openLargeProvider>>;
  before(async () => {
    provider = await openLargeProvider();
    gateway = await startHelper('gateway-process.ts');
  });
  after(() => {
    gateway.kill('SIGKILL');
    provider.close();
  });

  const target = (): object => ({ provider: 'openai', api_key: 'k', custom_host: provider.url });
  const ask = async (path: string, config: object): Promise<IncomingMessage> => {
    const headers = { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config) };
    const call = request(gateway.url + path, { method: 'POST', agent: false, headers });
    call.end(JSON.stringify({ model: 'm', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'Hi' }] }));
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return response;
  };
  /** Answers that pass as bytes, that are translated, and that another target stands by for. */
  const ways = [
    () => ask('/v1/chat/completions', target()),
    () => ask('/v1/messages', target()),
    () => ask('/v1/chat/completions', { strategy: { mode: 'fallback' }, targets: [target(), target()] }),
  ];
  const held = async (): Promise<number> => {
    const { heap, buffers } = await gateway.ask<Holdings>({ count: true });
    return heap + buffers;
  };

  it('cost the gateway a bounded amount of memory, and get everything when they do read', async () => {
    const base = await held();
    const answers = await Promise.all(Array.from({ length: READERS }, (_, i) => (ways[i % ways.length] as (typeof ways)[number])()));
    let before = -1;
    // Until the provider can send no more, because everything on the way is full.
    while (provider.sent() > before) {
      before = provider.sent();
      const perReader = ((await held()) - base) / READERS;
      assert.ok(perReader < BOUND, `${Math.round(perReader / 1024)} KB a reader`);
      await sleep(500);
    }
    assert.equal(provider.open(), READERS);
    assert.ok(provider.sent() < READERS * ANSWER * 0.9, 'the answers were small enough for the buffers of the system');
    for (const answer of answers.slice(0, ways.length)) {
      let text = '';
      for await (const piece of answer.setEncoding('utf8')) text += piece as string;
      assert.equal(text.split(TEXT).length - 1, EVENTS);
      assert.match(text, /data: \[DONE\]\n\n$|event: message_stop/);
    }
    for (const answer of answers) answer.destroy();
    for (let i = 0; i < 100 && provider.open() > 0; i++) await sleep(50);
    assert.equal(provider.open(), 0, 'answers are still being taken in for clients that have left');
  });
});
