import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Parts } from '../../logs/frame.ts';
import type { LogFilter, LogStore } from '../../logs/log-store.ts';
import { recordBytes } from '../../logs/record-bytes.ts';
import type { LogItem, LogRecord } from '../../logs/record.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The beginning of an hour. */
const START = 1_790_000_000_000 - (1_790_000_000_000 % HOUR);

function idOf(number: number): string {
  return (number * 7919 + 0x1000).toString(16).padStart(32, '0');
}

/** A call that came so many milliseconds after the start. */
export function sampleCall(number: number, more: Partial<LogRecord> = {}, text = `Question ${number}`): LogItem {
  const request = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] }));
  const response = Buffer.from(JSON.stringify({ choices: [{ message: { role: 'assistant', content: `Answer ${number}` } }] }));
  const record: LogRecord = {
    id: idOf(number),
    at: START + number * 1000,
    traceId: idOf(number),
    method: 'POST',
    path: '/v1/chat/completions',
    status: 200,
    ending: 'whole',
    isStream: false,
    provider: 'here',
    model: 'small',
    workspace: 'default',
    ms: 100,
    firstMs: 50,
    attempts: [{ target: 'config', provider: 'here', startedAt: START, ms: 50, status: 200, bytes: 10 }],
    usage: { input: 10, output: 5 },
    cost: 0.5,
    metadata: {},
    request: { kind: 'bytes', size: request.length, isCut: false },
    response: { kind: 'bytes', size: response.length, isCut: false },
    ...more,
  };
  return { record, request, response };
}

/** Such a call on its way into a spool. */
export function sampleParts(number: number): Parts {
  const { record, request, response } = sampleCall(number);
  return { record: recordBytes(record), request, response };
}

async function idsOf(store: LogStore, filter: LogFilter): Promise<readonly string[]> {
  const { entries } = await store.list({ filter, limit: 200 });
  return entries.map(({ id }) => id);
}

function ids(...numbers: readonly number[]): readonly string[] {
  return numbers.map(idOf);
}

type WithStore = (items: readonly LogItem[], run: (store: LogStore) => Promise<void>) => Promise<void>;

/** By what they say. */
const CONTRACT: Readonly<Record<string, (withStore: WithStore) => Promise<void>>> = {
  'lists calls, the last one first, and shows one with all that is known of it': async (withStore) => {
    await withStore([sampleCall(1), sampleCall(3), sampleCall(2)], async (store) => {
      deepEqual(await idsOf(store, {}), ids(3, 2, 1));
      const call = await store.get({ id: idOf(2) });
      equal(call?.['excerpt'], 'Question 2');
      deepEqual((call?.['request'] as { body?: unknown } | undefined)?.body, { model: 'm', messages: [{ role: 'user', content: 'Question 2' }] });
      equal(await store.get({ id: 'none' }), undefined);
      equal(await store.get({ id: idOf(2), workspace: 'other' }), undefined);
    });
  },

  'takes a call that comes twice once, in its sums too': async (withStore) => {
    await withStore([sampleCall(1), sampleCall(1), sampleCall(2)], async (store) => {
      await store.insert([sampleCall(2), sampleCall(3)]);
      deepEqual(await idsOf(store, {}), ids(3, 2, 1));
      equal((await store.summary({ filter: {} })).calls, 3);
      equal((await store.summary({ filter: { ms: { min: 0 } } })).calls, 3);
    });
  },

  'keeps calls of one millisecond apart': async (withStore) => {
    const same = Array.from({ length: 30 }, (_, i) => sampleCall(i, { at: START, id: `0000000a${String(i).padStart(24, '0')}` }));
    await withStore(same.slice(0, 20), async (store) => {
      await store.insert(same);
      equal((await idsOf(store, {})).length, 30);
    });
  },

  'goes through all pages once, whatever comes in meanwhile': async (withStore) => {
    const items = Array.from({ length: 45 }, (_, i) => sampleCall(i, { metadata: { team: 'red' } }));
    for (const filter of [{}, { search: 'question' }, { metadata: { team: 'red' } }] satisfies LogFilter[]) {
      await withStore(items, async (store) => {
        const seen: string[] = [];
        for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page += 1) {
          const found = await store.list({ filter, limit: 10, cursor });
          seen.push(...found.entries.map(({ id }) => id));
          cursor = found.next;
          await store.insert([sampleCall(1000 + page, { metadata: { team: 'red' } })]);
        }
        deepEqual(seen, items.map(({ record }) => record.id).toReversed());
      });
    }
  },

  'finds calls by everything that they are asked for by': async (withStore) => {
    const items = [
      sampleCall(1, { model: 'large', provider: 'there', keyId: 'k1', keyName: 'App', configId: 'pc-1', cost: 2, ms: 900 }),
      sampleCall(2, { status: 429, errorClass: 'rate_limit', ending: 'failed', workspace: 'lab', cost: null, cacheStatus: 'HIT' }),
      sampleCall(3, { traceId: 'trace', sessionId: 'session', metadata: { user: 'ann', turn: 3 } }, 'the Größe of a well-known house'),
      sampleCall(4, { traceId: 'trace', metadata: { user: 'bob', nested: { a: 1 } } }, 'the size of houses'),
    ];
    const cases: readonly (readonly [filter: LogFilter, found: readonly number[]])[] = [
      [{ dimensions: { model: ['large', 'none'] } }, [1]],
      [{ dimensions: { provider: ['here'], model: ['small'] } }, [4, 3, 2]],
      [{ dimensions: { api_key: ['k1'] } }, [1]],
      [{ dimensions: { config: ['pc-1'] } }, [1]],
      [{ dimensions: { workspace: ['lab'] } }, [2]],
      [{ dimensions: { cache: ['HIT'] } }, [2]],
      [{ dimensions: { error_class: ['rate_limit'] } }, [2]],
      [{ dimensions: { model: ['none'] } }, []],
      [{ status: [[400, 499]] }, [2]],
      [
        {
          status: [
            [200, 200],
            [429, 429],
          ],
        },
        [4, 3, 2, 1],
      ],
      [{ failed: true }, [2]],
      [{ failed: false }, [4, 3, 1]],
      [{ from: START + 2000, to: START + 4000 }, [3, 2]],
      [{ cost: { min: 1 } }, [1]],
      [{ cost: { max: 1 } }, [4, 3]],
      [{ ms: { min: 500, max: 1000 } }, [1]],
      [{ traceId: 'trace' }, [4, 3]],
      [{ traceId: idOf(1) }, [1]],
      [{ sessionId: 'session' }, [3]],
      [{ metadata: { user: 'ann' } }, [3]],
      [{ metadata: { user: 'ann', turn: '3' } }, [3]],
      [{ metadata: { user: 'ann', turn: '4' } }, []],
      [{ search: 'größe' }, [3]],
      [{ search: 'house*' }, [4, 3]],
      [{ search: 'well-known "house"' }, [3]],
      [{ search: 'answer', metadata: { user: 'bob' }, traceId: 'trace' }, [4]],
      [{ search: idOf(2) }, [2]],
      [{ search: '*"\'(' }, []],
    ];
    await withStore(items, async (store) => {
      for (const [filter, found] of cases) {
        deepEqual(await idsOf(store, filter), ids(...found), JSON.stringify(filter));
        equal(await store.count({ filter }), found.length, JSON.stringify(filter));
      }
    });
  },

  'adds up the same from its sums as from the calls themselves': async (withStore) => {
    const items = Array.from({ length: 200 }, (_, i) =>
      sampleCall(i * 53, {
        model: ['small', 'large', 'huge'][i % 3],
        workspace: i % 4 === 0 ? 'lab' : 'default',
        status: i % 10 === 0 ? 500 : 200,
        errorClass: i % 10 === 0 ? 'server' : undefined,
        ms: i * 7,
        cost: i % 7 === 0 ? null : i / 100,
        saved: i % 9 === 0 ? 0.25 : undefined,
        cacheStatus: i % 9 === 0 ? 'HIT' : 'MISS',
        keyId: `k${i % 5}`,
        keyName: `Key ${i % 5}`,
      }),
    );
    const period = { from: START + 10 * MINUTE, to: START + 2 * HOUR + 20 * MINUTE };
    // A bound that excludes nothing makes the store look at the calls.
    const exact = { ms: { min: 0 } };
    const filters: readonly LogFilter[] = [
      {},
      { dimensions: { model: ['large'] } },
      { dimensions: { model: ['large', 'huge'], workspace: ['lab'] } },
      { dimensions: { model: ['none'] } },
      { status: [[500, 599]] },
      { failed: true },
    ];
    const rounded = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (_, member: unknown) => (typeof member === 'number' ? Math.round(member * 1e6) / 1e6 : member)));
    await withStore(items.slice(0, 120), async (store) => {
      await store.insert(items.slice(120));
      for (const filter of filters.map((each) => ({ ...period, ...each }))) {
        const detailed = { ...filter, ...exact };
        deepEqual(rounded(await store.summary({ filter })), rounded(await store.summary({ filter: detailed })), JSON.stringify(filter));
        for (const step of [MINUTE, HOUR])
          deepEqual(
            rounded(await store.series({ filter, step })),
            rounded(await store.series({ filter: detailed, step })),
            `${JSON.stringify(filter)} ${step}`,
          );
      }
      for (const by of ['model', 'api_key', 'workspace', 'status', 'error_class', 'cache'] as const) {
        const question = { by, limit: 10 };
        const groups = await store.groups({ filter: period, ...question });
        const detailed = await store.groups({ filter: { ...period, ...exact }, ...question });
        const inOrder = (list: typeof groups): unknown =>
          rounded(list.toSorted((one, other) => (one.key < other.key ? -1 : 1)).filter(({ key }) => key !== ''));
        deepEqual(inOrder(groups), inOrder(detailed), by);
      }
      const whole = await store.summary({ filter: {} });
      equal(whole.calls, 200);
      equal(whole.errors, 20);
      equal(whole.unpriced, 29);
      equal(whole.tokens, 3000);
      const [key] = await store.groups({ filter: {}, by: 'api_key', limit: 1 });
      equal(key?.name, `Key ${key?.key.slice(1)}`);
    });
  },

  'puts calls together by a member of their metadata': async (withStore) => {
    const items = Array.from({ length: 12 }, (_, i) => sampleCall(i, { metadata: { _user: ['ann', 'bob', 'cat'][i % 3] } }));
    await withStore([...items, sampleCall(100)], async (store) => {
      const groups = await store.groups({ filter: {}, by: 'metadata._user', limit: 2 });
      deepEqual(
        groups.map(({ calls }) => calls),
        [4, 4],
      );
      deepEqual(await store.distinct({ filter: {}, name: '_user', step: HOUR }), [{ at: START, count: 3 }]);
    });
  },

  'tells what has come in since, in the order of arrival, and when something was left out': async (withStore) => {
    await withStore([sampleCall(50)], async (store) => {
      const { place } = await store.news({ filter: {}, place: undefined, limit: 10 });
      await store.insert([sampleCall(2), sampleCall(1, { model: 'large' })]);
      await store.insert([sampleCall(3)]);
      const news = await store.news({ filter: {}, place, limit: 10 });
      deepEqual(new Set(news.entries.map(({ id }) => id)), new Set(ids(1, 2, 3)));
      equal(news.entries.at(-1)?.id, idOf(3));
      equal(news.isCut, false);
      deepEqual(
        (await store.news({ filter: { dimensions: { model: ['large'] } }, place, limit: 10 })).entries.map(({ id }) => id),
        ids(1),
      );
      const few = await store.news({ filter: {}, place, limit: 1 });
      deepEqual([few.entries.map(({ id }) => id), few.isCut, few.place], [ids(3), true, news.place]);
    });
  },

  'forgets what is too old, and the oldest where it has become too large, but not what it has added up': async (withStore) => {
    const items = Array.from({ length: 1500 }, (_, i) => sampleCall(i, { metadata: { n: i } }));
    await withStore(items, async (store) => {
      const now = START + 1500 * 1000;
      equal(await store.prune({ age: 1000 * 1000, bytes: Infinity }, now), 500);
      deepEqual(
        (await store.list({ filter: {}, limit: 1 })).entries.map(({ id }) => id),
        ids(1499),
      );
      equal(await store.count({ filter: {} }), 1000);
      equal(await store.count({ filter: { search: 'question' } }), 1000);
      equal(await store.count({ filter: { metadata: { n: '499' } } }), 0);
      equal(await store.get({ id: idOf(10) }), undefined);
      ok((await store.prune({ age: 1e12, bytes: 1 }, now)) > 0);
      equal(await store.count({ filter: {} }), 0);
      equal((await store.summary({ filter: { from: START, to: START + HOUR } })).calls, 1500);
    });
  },

  'keeps judgements with the traces that they are about, and exports': async (withStore) => {
    await withStore([sampleCall(1, { traceId: 'trace' })], async (store) => {
      const feedback = { id: 'f1', traceId: 'trace', value: 5, weight: 0.5, metadata: { why: 'good' }, workspace: 'default', at: START };
      await store.saveFeedback({ feedback: [feedback, { ...feedback, id: 'f2', workspace: 'other' }] });
      await store.saveFeedback({ feedback: [{ ...feedback, value: -3 }] });
      deepEqual(await store.feedback({ id: 'f1' }), { ...feedback, value: -3 });
      deepEqual(
        (await store.feedbacks({ workspace: 'default', from: START, to: START + 1, limit: 10 })).map(({ id }) => id),
        ['f1'],
      );
      const call = await store.get({ id: idOf(1) });
      deepEqual(
        (call?.['feedback'] as { value: number }[] | undefined)?.map(({ value }) => value),
        [-3],
      );
      const entry = { id: 'e1', workspace: 'default', at: START, body: { status: 'draft' } };
      await store.saveExport({ entry });
      await store.saveExport({ entry: { ...entry, body: { status: 'success' } } });
      deepEqual(await store.exports({ workspace: 'default' }), [{ ...entry, body: { status: 'success' } }]);
      deepEqual(await store.exports({ workspace: 'other' }), []);
    });
  },

  'takes any text: zeros, halves of characters, names of members': async (withStore) => {
    const odd = 'a\u0000b \ud800 \' " ; -- \n \\';
    await withStore(
      [sampleCall(1, { metadata: { [odd]: odd, __proto__x: 'y' }, model: odd.toWellFormed(), errorMessage: odd }, odd)],
      async (store) => {
        const [entry] = (await store.list({ filter: {}, limit: 1 })).entries;
        equal(entry?.id, idOf(1));
        ok((await store.get({ id: idOf(1) })) !== undefined);
      },
    );
  },
};

/** Makes what opens a store, puts calls into it, and closes it when all has been asked of it. */
export function holding(open: () => Promise<LogStore>): WithStore {
  return async (items, run) => {
    const store = await open();
    try {
      await store.insert(items);
      await run(store);
    } finally {
      await store.close();
    }
  };
}

/** What every store of the log must do. `open` gives an empty one. */
export function logStoreContract(name: string, open: () => Promise<LogStore>): void {
  const withStore = holding(open);
  describe(name, () => {
    for (const [title, run] of Object.entries(CONTRACT)) test(title, () => run(withStore));
  });
}
