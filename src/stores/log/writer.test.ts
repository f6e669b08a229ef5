import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { frameLength, writeFrame } from '../../logs/frame.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { FromLogThread } from './protocol.ts';
import { sampleCall, sampleParts } from './store.contract.ts';
import { LogWriter } from './writer.ts';

function framesOf(numbers: readonly number[]): Uint8Array {
  const frames = numbers.map((number) => {
    const parts = sampleParts(number);
    const frame = Buffer.alloc(frameLength(parts));
    writeFrame(frame, { at: 0, segment: 0 }, parts);
    return frame;
  });
  return Buffer.concat(frames);
}

for (const [code, what] of [
  ['54000', 'is too long for an index of Postgres'],
  ['22003', 'has a number that is too large for Postgres'],
] as const)
  test(`a call that ${what} is left out and told of, and those around it are written`, async () => {
    const bad = sampleCall(3).record.id;
    const written: string[] = [];
    const told: FromLogThread[] = [];
    const store: Pick<LogStore, 'insert'> = {
      insert: async (items) => {
        if (items.some(({ record }) => record.id === bad)) throw Object.assign(new Error('it does not fit'), { code });
        written.push(...items.map(({ record }) => record.id));
      },
    };
    const writer = new LogWriter({
      retention: { age: 1e12, bytes: 1e12 },
      spools: undefined,
      store: async () => store as LogStore,
      failed: () => {},
      say: (message) => void told.push(message),
    });
    writer.take(framesOf([1, 2, 3, 4, 5]));
    deepEqual(await writer.finish(1000), true);
    deepEqual(
      written,
      [1, 2, 4, 5].map((number) => sampleCall(number).record.id),
    );
    deepEqual(
      told.filter(({ type }) => type === 'refused'),
      [{ type: 'refused', detail: 'it does not fit' }],
    );
  });
