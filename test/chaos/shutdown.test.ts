import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ask, type Seen } from './client.ts';
import { streamForEver, streamSlowly } from './faults.ts';
import { startGateway, type Running } from './processes.ts';
import { openProvider, type RawProvider } from './provider.ts';
import { SPEECHES, TEXT, type Speech } from './speech.ts';
import { judge } from './wall.ts';

const speeches = Object.values(SPEECHES);

/** Streams through a gateway, some of each dialect, of which the first bytes have come. */
async function startStreams(
  gateway: string,
  providers: ReadonlyMap<Speech, RawProvider>,
  each: number,
): Promise<{ speech: Speech; seen: Promise<Seen> }[]> {
  const streams = speeches.flatMap((speech) => {
    const target = { provider: speech.provider, api_key: 'k', custom_host: providers.get(speech)?.url };
    const headers = { 'x-portkey-config': JSON.stringify(target) };
    return Array.from({ length: each }, () => {
      let begin: () => void = () => {};
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const seen = ask(gateway, { path: speech.path(true), headers, body: JSON.stringify(speech.body(true)), onBody: begin });
      return { speech, seen, begun };
    });
  });
  await Promise.all(streams.map(({ begun }) => begun));
  return streams;
}

describe('a gateway that is told to stop (SIGTERM)', () => {
  const slow = new Map<Speech, RawProvider>();
  const endless = new Map<Speech, RawProvider>();
  before(async () => {
    for (const speech of speeches) {
      slow.set(speech, await openProvider({ asked: (exchange) => streamSlowly(exchange, speech) }));
      endless.set(speech, await openProvider({ asked: (exchange) => streamForEver(exchange, speech) }));
    }
  });
  after(() => Promise.all([...slow.values(), ...endless.values()].map((provider) => provider.close())));

  it('says so at /readyz while it serves on for PRE_DRAIN_DELAY, finishes what is under way, and ends with 0', async () => {
    const gateway = await startGateway({ PRE_DRAIN_DELAY: '1', DRAIN_TIMEOUT: '20' });
    const streams = await startStreams(gateway.url, slow, 20);
    gateway.kill('SIGTERM');
    const ready = await untilNot(200, `${gateway.url}/readyz`);
    assert.equal(ready.status, 503);
    assert.deepEqual(await ready.json(), { status: 'draining' });
    assert.equal(ready.headers.get('connection'), 'close');
    for (const { speech, seen } of streams) assert.deepEqual(judge(await seen, speech, 'stream'), { sight: 'answer', problems: [] });
    assert.deepEqual(await gateway.ended, { code: 0, signal: null });
    await assert.rejects(fetch(`${gateway.url}/livez`));
    assert.doesNotMatch(gateway.log(), /"level":"error"/);
  });

  it('takes no new connections while it finishes what is under way', async () => {
    const gateway = await startGateway({ DRAIN_TIMEOUT: '20' });
    const streams = await startStreams(gateway.url, slow, 2);
    gateway.kill('SIGTERM');
    await assert.rejects(untilNot(200, `${gateway.url}/livez`));
    for (const { speech, seen } of streams) assert.equal(judge(await seen, speech, 'stream').sight, 'answer');
    assert.deepEqual(await gateway.ended, { code: 0, signal: null });
  });

  it('tells what is still under way after DRAIN_TIMEOUT in the dialect of each client, and ends with 0', async () => {
    const gateway = await startGateway({ DRAIN_TIMEOUT: '1' });
    const streams = await startStreams(gateway.url, endless, 10);
    const waiting = speeches.map((speech) => {
      const config = { provider: speech.provider, api_key: 'k', custom_host: silent.url };
      const question = {
        path: speech.path(false),
        headers: { 'x-portkey-config': JSON.stringify(config) },
        body: JSON.stringify(speech.body(false)),
      };
      return { speech, seen: ask(gateway.url, question) };
    });
    while (silent.requests.length < waiting.length) await new Promise((resolve) => setTimeout(resolve, 10));
    gateway.kill('SIGTERM');
    for (const { speech, seen } of streams) {
      const { body, isComplete } = await seen;
      assert.deepEqual(judge(await seen, speech, 'stream'), { sight: 'error', problems: [] });
      assert.match(body, speech.id === 'openai-chat' ? /"code":"shutting_down"/ : /shutting down/);
      assert.ok(isComplete);
    }
    for (const { speech, seen } of waiting) {
      assert.equal((await seen).status, 503);
      assert.deepEqual(judge(await seen, speech, 'whole'), { sight: 'error', problems: [] });
    }
    assert.deepEqual(await gateway.ended, { code: 0, signal: null });
    assert.deepEqual(
      [...endless.values(), silent].map(({ dangling }) => dangling),
      [0, 0, 0, 0],
    );
  });

  it('ends at once when it is told a second time, by somebody who does not want to wait', async () => {
    const gateway = await startGateway({ DRAIN_TIMEOUT: '3600' });
    const streams = await startStreams(gateway.url, endless, 2);
    gateway.kill('SIGINT');
    await untilNot(200, `${gateway.url}/readyz`).catch(() => undefined);
    gateway.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(gateway.process.exitCode, null, 'two signals at once are one wish');
    gateway.kill('SIGINT');
    assert.deepEqual(await gateway.ended, { code: 1, signal: null });
    for (const { seen } of streams) assert.ok(!(await seen).isComplete);
  });

  let silent: RawProvider;
  before(async () => void (silent = await openProvider({})));
  after(() => silent.close());
});

describe('a gateway that is killed (SIGKILL)', () => {
  it('leaves no client with something that looks whole', async () => {
    const providers = new Map<Speech, RawProvider>();
    for (const speech of speeches) providers.set(speech, await openProvider({ asked: (exchange) => streamForEver(exchange, speech) }));
    const gateway: Running & { url: string } = await startGateway();
    const streams = await startStreams(gateway.url, providers, 20);
    gateway.kill('SIGKILL');
    for (const { speech, seen } of streams) {
      const { isComplete, body } = await seen;
      const { text, isFinished, error } = speech.readStream(body);
      assert.ok(!isComplete && !isFinished && error === undefined);
      assert.ok(TEXT.startsWith(text));
    }
    assert.deepEqual(await gateway.ended, { code: null, signal: 'SIGKILL' });
    await Promise.all([...providers.values()].map((provider) => provider.close()));
  });
});

/** Asks until the status is another one. Each time over a connection of its own. */
async function untilNot(status: number, url: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url, { headers: { connection: 'close' } });
    if (response.status !== status) return response;
    await response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
