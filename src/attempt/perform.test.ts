import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Receiver, Transport } from '../transport/port.ts';
import { perform, type Settle } from './perform.ts';

const request = { origin: 'http://host', path: '/', method: 'POST', headers: [], body: '', guarded: false };
const silent: Transport = () => ({ resume: () => {}, abort: () => {} });
const deaf: Receiver = { head: () => {}, data: () => true, end: () => {}, fail: () => {} };

describe('an attempt', () => {
  it('may stop in the middle of its answer for 30 s, unless the target says otherwise', async () => {
    for (const [idle, expected] of [
      [undefined, 30_000],
      [7, 7],
    ] as const) {
      const { signal } = new AbortController();
      const options = { transport: silent, request, signal, timeout: undefined, idle };
      const told = await perform<number>(options, (settle: Settle<number>) => {
        queueMicrotask(() => settle.resolve(settle.idle));
        return deaf;
      });
      assert.equal(told, expected);
    }
  });

  it('is not begun for a client that has left', async () => {
    const sent: unknown[] = [];
    const transport: Transport = (asked) => {
      sent.push(asked);
      return { resume: () => {}, abort: () => {} };
    };
    await assert.rejects(
      perform({ transport, request, signal: AbortSignal.abort(), timeout: undefined }, () => deaf),
      { code: 'client_closed' },
    );
    assert.deepEqual(sent, []);
  });
});
