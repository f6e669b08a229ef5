import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LogFilter, LogStore } from '../../logs/log-store.ts';
import { holding, sampleCall } from './store.contract.ts';

/** What every store of the log makes of calls that nobody expects. `open` gives an empty one. */
export function describeOddCalls(open: () => Promise<LogStore>): void {
  const withStore = holding(open);

  describe('calls that are odd', () => {
    test('are added up though their providers told of parts of tokens, of fewer than none, or of more than there are', async () => {
      const usages = [{ input: 10.5 }, { output: 1e17 }, { reasoning: 1e300 }, { cacheRead: -5 }];
      await withStore(
        usages.map((usage, i) => sampleCall(i, { usage })),
        async (store) => {
          const filters: readonly LogFilter[] = [{}, { search: 'question' }];
          for (const filter of filters) {
            const { calls, input, cacheRead, output } = await store.summary({ filter });
            deepEqual([calls, input, cacheRead], [usages.length, 11, 0]);
            ok(output >= 1e9 && output < 1e12, `${output} tokens`);
          }
        },
      );
    });

    test('are found by names of any length', async () => {
      const long = Array.from({ length: 20_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join('');
      const call = sampleCall(1, { model: long, traceId: long, sessionId: long, configId: long, errorCode: long, keyId: long, keyName: long });
      await withStore([call, sampleCall(2)], async (store) => {
        equal(await store.count({ filter: {} }), 2);
        for (const filter of [{ dimensions: { model: [long] } }, { traceId: long }, { sessionId: long }])
          deepEqual(
            (await store.list({ filter, limit: 10 })).entries.map(({ id }) => id),
            [call.record.id],
          );
      });
    });
  });
}
