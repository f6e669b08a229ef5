import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closeTogether } from './close-together.ts';

describe('parts that are closed together', () => {
  it('wait for each other no longer than they may, and none for one that fails', async () => {
    const closed: string[] = [];
    const broken = {
      close: () => {
        throw new Error('broken');
      },
    };
    const rejected = { close: () => Promise.reject(new Error('away')) };
    const frozen = { close: () => new Promise<void>(() => undefined) };
    const slow = {
      close: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        closed.push('slow');
      },
    };
    await closeTogether({ broken, rejected, frozen, slow, quick: { close: () => void closed.push('quick') } }, 50);
    assert.deepEqual(closed, ['quick', 'slow']);
  });

  it('are not waited for once they are closed', async () => {
    // Would outlast the time limit of any test.
    await closeTogether({ quick: { close: () => undefined } }, 2 ** 30);
  });
});
