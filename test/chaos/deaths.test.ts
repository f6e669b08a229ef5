import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { ask } from './client.ts';
import { answerWell, streamForEver } from './faults.ts';
import type { Holdings } from './gateway-process.ts';
import { startHelper, type Helper } from './processes.ts';
import { openProvider } from './provider.ts';
import { SPEECHES, type Speech } from './speech.ts';
import { judge } from './wall.ts';

const STREAMS = 100;
const scene = (speech: Speech): Parameters<typeof answerWell>[1] => ({
  speech,
  mode: 'stream',
  scaled: (milliseconds) => milliseconds,
  now: Date.now,
});

describe('when a provider dies under load', { concurrency: true }, () => {
  for (const speech of Object.values(SPEECHES)) {
    it(`every client still gets the whole answer, made once (${speech.id})`, async () => {
      const dying = await startHelper('provider-process.ts', speech.id);
      const second = await openProvider({ asked: (exchange) => answerWell(exchange, scene(speech)) });
      const gateway = await startHelper('gateway-process.ts');
      const target = (url: string): object => ({ provider: speech.provider, api_key: 'k', custom_host: url, retry: { attempts: 2 } });
      const config = { strategy: { mode: 'fallback' }, targets: [target(dying.url), target(second.url)] };
      const question = { path: speech.path(true), headers: { 'x-portkey-config': JSON.stringify(config) }, body: JSON.stringify(speech.body(true)) };
      let begun = 0;
      const clients = Array.from({ length: STREAMS }, () => {
        let hasBegun = false;
        const onBody = (): void => {
          if (!hasBegun && ++begun === STREAMS / 2) dying.kill('SIGKILL');
          hasBegun = true;
        };
        return ask(gateway.url, { ...question, onBody });
      });
      for (const client of clients) assert.deepEqual(judge(await client, speech, 'stream'), { sight: 'answer', problems: [] });
      assert.ok(second.requests.length <= STREAMS, `the second provider was asked ${second.requests.length} times for ${STREAMS} answers`);
      assert.equal((await gateway.ask<Holdings>({})).rejections, 0);
      gateway.kill('SIGTERM');
      await second.close();
    });
  }
});

describe('when clients die under load', () => {
  it('nothing is left of their calls: no connections, no timers, no memory', async () => {
    const speech = SPEECHES['openai-chat'];
    const provider = await openProvider({ asked: (exchange) => streamForEver(exchange, speech) });
    const gateway = await startHelper('gateway-process.ts');
    const target = { provider: speech.provider, api_key: 'k', custom_host: provider.url, retry: { attempts: 2 } };
    const configs = [target, { strategy: { mode: 'fallback' }, targets: [target, target] }];
    await dieUnderLoad(gateway, configs);
    const base = await settled(gateway);
    for (let i = 0; i < 3; i++) await dieUnderLoad(gateway, configs);
    const held = await settled(gateway);
    assert.equal(provider.dangling, 0);
    assert.ok(held.sockets <= base.sockets, `${held.sockets} connections were left, ${base.sockets} before`);
    assert.ok(held.timers <= base.timers + 2, `${held.timers} timers were left, ${base.timers} before`);
    assert.ok(held.heap <= base.heap * 1.2, `${held.heap} bytes were left, ${base.heap} before`);
    assert.equal(held.rejections, 0);
    gateway.kill('SIGTERM');
    await provider.close();
  });
});

/** Lets a process with many open streams be killed. */
async function dieUnderLoad(gateway: Helper, configs: readonly object[]): Promise<void> {
  const clients = await startHelper('client-process.ts');
  for (const config of configs) await clients.ask({ gateway: gateway.url, config, streams: STREAMS / 2 });
  clients.kill('SIGKILL');
  await clients.ended;
}

/** What a gateway holds when it has come to rest. */
async function settled(gateway: Helper): Promise<Holdings> {
  let held = await gateway.ask<Holdings>({});
  for (let i = 0; i < 50; i++) {
    await sleep(100);
    const now = await gateway.ask<Holdings>({});
    if (now.sockets === held.sockets && now.timers === held.timers && Math.abs(now.heap - held.heap) < 200_000) return now;
    held = now;
  }
  return held;
}
