import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pruneNowAndThen } from './limits.ts';

describe('the removal of counters that are over', () => {
  it('goes on in small steps until nothing is left, and comes again an hour later, though the store was away', async () => {
    const DAY = 86_400_000;
    const answers: (number | Error)[] = [200, 200, 3, new Error('away'), 0];
    const asked: number[] = [];
    const pauses: number[] = [];
    let now = DAY;
    let next = (): void => {};
    const stop = pruneNowAndThen(
      {
        prune: async (ended) => {
          asked.push(ended);
          const answer = answers.shift() as number | Error;
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      {
        now: () => now,
        random: () => 0.5,
        after: (milliseconds, run) => {
          pauses.push(milliseconds);
          next = () => {
            now += milliseconds;
            run();
          };
          return () => void (next = () => {});
        },
      },
    );
    for (let turn = 0; turn < 5; turn++) {
      next();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(pauses, [1_800_000, 1_000, 1_000, 3_600_000, 3_600_000, 3_600_000]);
    assert.deepEqual(asked, [1_800_000, 1_801_000, 1_802_000, 5_402_000, 9_002_000]);
    stop();
    next();
    assert.equal(asked.length, 5);
  });
});
