import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is good, for so long that only a lasting fault is one. Gives the milliseconds that it took. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < 20_000) {
    if (await isSo()) return performance.now() - start;
    await sleep(10);
  }
  return assert.fail(`never: ${what}`);
}
