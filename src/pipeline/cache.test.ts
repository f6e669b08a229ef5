import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aCall, aReply, stoppedClock } from '../../test/support/calls.ts';
import { cacheIdentityOf } from '../attempt/cache-identity.ts';
import type { CacheStore } from '../cache/cache-store.ts';
import { MemoryCache } from '../cache/memory-cache.ts';
import { MemoryVectors, type VectorIndex } from '../cache/vector-index.ts';
import { parseConfig } from '../config/parse.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import type { JsonObject } from '../ir/json.ts';
import { Cache } from './cache.ts';
import type { Caller } from './caller.ts';
import type { Call, Handler, Reply } from './step.ts';

const MEBIBYTE = 1024 * 1024;

function resolved(config: JsonObject): ResolvedConfig {
  const request = {
    provider: undefined,
    slug: undefined,
    options: {},
    customHost: undefined,
    requestTimeout: undefined,
    forwardHeaders: undefined,
    strict: undefined,
    attempts: undefined,
  };
  return resolveConfig(parseConfig(JSON.stringify(config), { providerInHeaders: false, saved: undefined }), request);
}

function cacheOver(store: CacheStore, handler: Handler, clock = stoppedClock()): (call: Call) => Promise<Reply> {
  const cache = new Cache({ store, vectors: new MemoryVectors(clock.now, MEBIBYTE), clock });
  return (call) => {
    const node = call.config as ResolvedConfig;
    return cache.inFrontOf(node, () => cacheIdentityOf(node))(handler)(call);
  };
}

/** Everything that an answer may depend on, or that says whose it is. */
interface Asked {
  readonly workspace: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly provider: string;
  readonly key: string;
  readonly params: JsonObject;
  readonly metadata: JsonObject;
  readonly dialect: typeof openaiChat | typeof anthropicMessages;
  readonly json: JsonObject;
  /** What the user says, and a name for what is meant. */
  readonly words: readonly [meaning: string, text: string];
}

const WORDS: readonly Asked['words'][] = [
  ['one', 'What is one?'],
  ['one', 'what is one, please'],
  ['two', 'What is two?'],
];

const ASKED: fc.Arbitrary<Asked> = fc.record({
  workspace: fc.constantFrom(undefined, 'a', 'b'),
  headers: fc.record({
    authorization: fc.constantFrom('Bearer one', 'Bearer two'),
    'x-api-key': fc.constantFrom('', 'one'),
    'openai-organization': fc.constantFrom('o', 'p'),
  }),
  provider: fc.constantFrom('openai', 'groq'),
  key: fc.constantFrom('sk-1', 'sk-2'),
  params: fc.constantFrom({}, { temperature: 0 }),
  metadata: fc.constantFrom({}, { user: 'u' }, { user: 'v' }),
  dialect: fc.constantFrom(openaiChat, anthropicMessages),
  json: fc.constantFrom<JsonObject>({ model: 'm', top_p: 0.1 }, { model: 'm', top_p: 0.2 }, { model: 'n', top_p: 0.1 }),
  words: fc.constantFrom(...WORDS),
});

type Mode = 'simple' | 'semantic';

function spelled({ dialect, words: [meaning, text], ...asked }: Asked, mode: Mode): string {
  const { 'openai-organization': organization, ...headers } = asked.headers;
  return JSON.stringify([dialect.id, { ...asked, headers }, asked.provider === 'openai' ? organization : '', mode === 'semantic' ? meaning : text]);
}

function callOf({ workspace, headers, provider, key, params, metadata, dialect, json, words }: Asked, mode: Mode): Call {
  const config = resolved({ provider, api_key: key, override_params: params, cache: { mode } });
  const body = { ...json, max_tokens: 9, messages: [{ role: 'user', content: words[1] }] };
  const caller = workspace === undefined ? undefined : ({ workspace } as Caller);
  return aCall({ headers, metadata, endpoint: { kind: 'chat', dialect }, json: body, config, notes: { caller } });
}

describe('the cache', () => {
  for (const mode of ['simple', 'semantic'] as const) {
    it(`never gives anybody an answer that was made for someone, or something, else: ${mode}`, async () => {
      const hits = new Set<unknown>();
      await fc.assert(
        fc.asyncProperty(fc.array(ASKED, { minLength: 20, maxLength: 60 }), async (list) => {
          let asked: Asked | undefined;
          const answer = cacheOver(new MemoryCache(() => 0, MEBIBYTE), async () => aReply(spelled(asked as Asked, mode)));
          for (const one of list.flatMap((some) => WORDS.map((words) => ({ ...some, words })))) {
            asked = one;
            const call = callOf(one, mode);
            const { body } = await answer(call);
            assert.equal(body.kind === 'bytes' ? String(body.bytes) : body.kind, spelled(one, mode));
            hits.add(call.notes.cache?.status);
          }
        }),
        { numRuns: 60 },
      );
      assert.ok(hits.has('HIT') && hits.has('SEMANTIC HIT') === (mode === 'semantic'), 'a test without hits shows nothing');
    });
  }

  it('takes requests for equal whatever the order of their members', async () => {
    const answer = cacheOver(new MemoryCache(() => 0, MEBIBYTE), async () => aReply('made'));
    const config = resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'simple' } });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), async (members) => {
        const json = JSON.parse(JSON.stringify({ model: 'm', members })) as JsonObject;
        const reversed = reverse(json) as JsonObject;
        const keys = [];
        for (const body of [json, reversed, { ...json, stream: true }]) {
          const call = aCall({ config, json: body });
          await answer(call);
          keys.push(call.notes.cache?.key);
        }
        assert.equal(new Set(keys).size, 1);
      }),
    );
  });

  it('forgets answers that are older than they may be, and takes none that is older than a request wants', async () => {
    const clock = stoppedClock();
    const answer = cacheOver(new MemoryCache(clock.now, MEBIBYTE), async () => aReply('made'), clock);
    const config = resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'simple', max_age: 100 } });
    const ask = async (headers: Record<string, string> = {}): Promise<unknown> => {
      const call = aCall({ config, headers });
      await answer(call);
      return call.notes.cache?.status;
    };
    assert.equal(await ask(), 'MISS');
    clock.pass(60_000);
    assert.equal(await ask(), 'HIT');
    assert.equal(await ask({ 'cache-control': 'max-age=30' }), 'MISS');
    clock.pass(99_000);
    assert.equal(await ask(), 'HIT');
    clock.pass(2000);
    assert.equal(await ask(), 'MISS');
  });

  it('keeps answers for whole milliseconds, as stores count them', async () => {
    const clock = stoppedClock();
    const kept = new MemoryCache(clock.now, MEBIBYTE);
    const ends: number[] = [];
    const put = kept.put.bind(kept);
    kept.put = (entry) => {
      ends.push(entry.expiresAt - entry.createdAt);
      return put(entry);
    };
    const answer = cacheOver(kept, async () => aReply('made'), clock);
    await answer(aCall({ config: resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'simple', max_age: 1.23456789 } }) }));
    assert.deepEqual(ends, [1235]);
  });

  for (const [title, fails] of [
    ['rejects', (): Promise<never> => Promise.reject(new Error('down'))],
    [
      'throws',
      (): never => {
        throw new Error('down');
      },
    ],
  ] as const) {
    it(`does without a store that ${title}`, async () => {
      const store: CacheStore = { kind: 'redis', get: fails, put: fails, remove: fails, size: fails };
      const answer = cacheOver(store, async () => aReply('made'));
      const call = aCall({ config: resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'simple' } }) });
      const { body } = await answer(call);
      assert.deepEqual([body.kind === 'bytes' && String(body.bytes), call.notes.cache?.status], ['made', 'MISS']);
    });
  }

  it('has those who waited in vain ask for themselves', async () => {
    let asked = 0;
    const config = resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'simple' } });
    const answer = cacheOver(new MemoryCache(() => 0, MEBIBYTE), async () => {
      const turn = asked++;
      await new Promise(setImmediate);
      return turn === 0 ? aReply('failed', 500) : aReply('made');
    });
    const calls = [1, 2, 3, 4].map(() => aCall({ config }));
    const replies = await Promise.all(calls.map((call) => answer(call)));
    assert.deepEqual(
      replies.map(({ status }) => status),
      [500, 200, 200, 200],
    );
    assert.equal(asked, 2);
  });

  it('lets nobody wait for ever for an answer that does not come', async () => {
    const clock = stoppedClock();
    const config = resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'simple' } });
    let asked = 0;
    const handler: Handler = () => (asked++ === 0 ? new Promise(() => {}) : Promise.resolve(aReply('made')));
    const answer = cacheOver(new MemoryCache(clock.now, MEBIBYTE), handler, clock);
    void answer(aCall({ config }));
    const following = answer(aCall({ config }));
    await new Promise(setImmediate);
    for (const run of clock.waiting.splice(0)) run();
    const { body } = await following;
    assert.equal(body.kind === 'bytes' && String(body.bytes), 'made');
  });

  it('cancels an answer when the last one who wants it leaves', async () => {
    const config = resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'simple' } });
    let upstream: AbortSignal | undefined;
    const answer = cacheOver(new MemoryCache(() => 0, MEBIBYTE), ({ signal }) => {
      upstream = signal;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled'))));
    });
    const [one, two] = [new AbortController(), new AbortController()];
    const leading = answer(aCall({ config, signal: one.signal }));
    const following = answer(aCall({ config, signal: two.signal }));
    await new Promise(setImmediate);
    one.abort();
    assert.equal(upstream?.aborted, false);
    two.abort();
    const [lead, follow] = await Promise.allSettled([leading, following]);
    assert.equal(upstream?.aborted, true);
    assert.match(String(lead.status === 'rejected' && lead.reason), /cancelled/);
    assert.match(String(follow.status === 'rejected' && follow.reason), /closed the connection/);
  });
});

describe('the answer to a question that is like another one', () => {
  const config = resolved({ provider: 'openai', api_key: 'k', cache: { mode: 'semantic' } });
  const asking = (content: string, headers: Call['headers'] = {}): Call =>
    aCall({ config, headers, json: { model: 'm', messages: [{ role: 'user', content }] } });

  /** A cache with an index that writes down what it is to forget, and fails at it. */
  function forgetful(): { readonly memory: MemoryCache; readonly forgotten: string[]; readonly answer: (call: Call) => Promise<Reply> } {
    const clock = stoppedClock();
    const memory = new MemoryCache(clock.now, MEBIBYTE);
    const forgotten: string[] = [];
    const vectors = new MemoryVectors(clock.now, MEBIBYTE);
    const index: VectorIndex = {
      nearest: (partition, vector) => vectors.nearest(partition, vector),
      add: (partition, indexed) => vectors.add(partition, indexed),
      remove: async (_, key) => {
        forgotten.push(key);
        throw new Error('away');
      },
    };
    const cache = new Cache({ store: memory, vectors: index, clock });
    const answer = cache.inFrontOf(config, () => cacheIdentityOf(config))(async () => ({
      ...aReply(''),
      body: { kind: 'bytes', bytes: Buffer.from('{"choices":[]}') },
    }));
    return {
      memory,
      forgotten,
      answer: (call) => {
        clock.pass(2000);
        return answer(call);
      },
    };
  }

  it('is forgotten when it has gone, and a store that cannot do so now ends no process', async () => {
    const { memory, forgotten, answer } = forgetful();
    await answer(asking('What is one?'));
    memory.remove({});
    const call = asking('what is one, please');
    assert.equal((await answer(call)).status, 200);
    await new Promise(setImmediate);
    assert.deepEqual([call.notes.cache?.status, forgotten.length], ['SEMANTIC MISS', 1]);
  });

  it('is not taken to have gone from a store that is away', async () => {
    const { memory, forgotten, answer } = forgetful();
    await answer(asking('What is one?'));
    memory.get = () => {
      throw new Error('away');
    };
    await answer(asking('What is two?'));
    // It is not asked again for a while, and has nothing meanwhile.
    memory.get = () => undefined;
    await answer(asking('what is one, please'));
    assert.deepEqual(forgotten, []);
    Reflect.deleteProperty(memory, 'get');
    const call = asking('what is one, please!');
    await answer(call);
    assert.equal(call.notes.cache?.status, 'SEMANTIC HIT');
  });

  it('is kept for others where a request wants a newer one', async () => {
    const { forgotten, answer } = forgetful();
    await answer(asking('What is one?'));
    const call = asking('what is one, please', { 'cache-control': 'max-age=1' });
    await answer(call);
    assert.deepEqual([call.notes.cache?.status, forgotten], ['SEMANTIC MISS', []]);
  });
});

/** The same value with its members in the other order. */
function reverse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverse);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reverse(member)]),
  );
}
