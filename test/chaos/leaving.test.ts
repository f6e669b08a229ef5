import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';
import { ask } from './client.ts';
import { streamForEver, streamPart } from './faults.ts';
import { FAST } from './profile.ts';
import { openProvider, type Exchange, type RawProvider } from './provider.ts';
import { SPEECHES, TOKENS, type Speech } from './speech.ts';

/** A moment at which a client leaves, and how providers have got there. */
interface Moment {
  readonly name: string;
  readonly first: (exchange: Exchange, speech: Speech) => void | Promise<void>;
  readonly second?: (exchange: Exchange, speech: Speech) => void | Promise<void>;
  /** Whether it is there, by what the providers were asked and what the client has. */
  readonly isThere: (first: RawProvider, second: RawProvider, body: string) => boolean;
  /** How often the second target may have been asked. */
  readonly secondAsks: number;
}

const silent = (): void => {};
const MOMENTS: readonly Moment[] = [
  {
    name: 'before anything is answered',
    first: silent,
    isThere: (first) => first.requests.length === 1,
    secondAsks: 0,
  },
  {
    name: 'in the middle of the stream',
    first: streamForEver,
    isThere: (_first, _second, body) => body.includes(TOKENS[5] as string),
    secondAsks: 0,
  },
  {
    name: 'while the stream stalls',
    first: streamPart,
    isThere: (_first, _second, body) => body.includes(TOKENS[5] as string),
    secondAsks: 0,
  },
  {
    name: 'while the gateway waits before it tries again',
    first: (exchange, speech) => exchange.whole(503, speech.error(503, 'busy')),
    isThere: (first) => first.requests.length === 1 && first.dangling === 0,
    secondAsks: 0,
  },
  {
    name: 'while two targets race',
    first: silent,
    second: silent,
    isThere: (_first, second) => second.requests.length === 1,
    secondAsks: 1,
  },
  {
    name: 'while a second target takes a broken stream up',
    first: async (exchange, speech) => {
      await streamPart(exchange, speech);
      exchange.fin();
    },
    second: silent,
    isThere: (_first, second) => second.requests.length === 1,
    secondAsks: 1,
  },
];

describe('when a client leaves, its calls to providers end at once and nobody is asked further:', { concurrency: 6 }, () => {
  let gateway: OpenGateway;
  before(async () => {
    gateway = await openGateway({ PORT: '0', SLUICE_DATA: 'memory', DRAIN_TIMEOUT: '1' }, FAST.clock);
  });
  after(() => gateway.close());

  for (const speech of Object.values(SPEECHES)) {
    for (const { name, first: playFirst, second: playSecond = silent, isThere, secondAsks } of MOMENTS) {
      it(`${name} (${speech.id})`, async () => {
        const first = await openProvider({ asked: (exchange) => playFirst(exchange, speech) });
        const second = await openProvider({ asked: (exchange) => playSecond(exchange, speech) });
        const target = (url: string): object => ({ provider: speech.provider, api_key: 'k', custom_host: url, retry: { attempts: 2 } });
        const config = { strategy: { mode: 'fallback' }, targets: [target(first.url), target(second.url)] };
        const client = new AbortController();
        let body = '';
        const seen = ask(gateway.url, {
          path: speech.path(true),
          headers: { 'x-portkey-config': JSON.stringify(config) },
          body: JSON.stringify(speech.body(true)),
          signal: client.signal,
          onBody: (text) => void (body = text),
        });
        while (!isThere(first, second, body)) await sleep(5);
        const asked = first.requests.length;
        client.abort();
        await seen;
        for (let i = 0; i < 400 && first.dangling + second.dangling > 0; i++) await sleep(5);
        assert.equal(first.dangling + second.dangling, 0, 'calls to providers are still open');
        // Long enough, on this clock, for retries, and for the patience with a slow target.
        await sleep(FAST.scaled(12_000));
        assert.deepEqual([first.requests.length, second.requests.length], [asked, secondAsks]);
        await Promise.all([first.close(), second.close()]);
      });
    }
  }
});
