import { deepEqual, equal } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { frameLength, writeFrame } from '../../logs/frame.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { LogItem } from '../../logs/record.ts';
import type { FromLogThread } from './protocol.ts';
import { sampleCall, sampleParts } from './store.contract.ts';
import { LogSpool, SPOOL_PREFIX } from './spool.ts';
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

test('a writer that rests while the machine is busy goes on when there is time again', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-writer-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const spool = new LogSpool({ folder, name: 'own', segmentBytes: 4e6, mostBytes: 1e9, onWrite: () => {}, onDrop: () => {}, onScarce: () => {} });
  for (let i = 0; i < 1000; i += 1) spool.append(sampleParts(i));
  spool.flush();
  const written: LogItem[] = [];
  const store: Pick<LogStore, 'insert'> = {
    insert: async (items) => {
      await sleep(10);
      written.push(...items);
    },
  };
  const writer = new LogWriter({
    retention: { age: 1e12, bytes: 1e12 },
    spools: { folder, own: `${SPOOL_PREFIX}own`, segmentBytes: 4e6 },
    store: async () => store as LogStore,
    failed: () => {},
    say: () => {},
  });
  writer.wake(1e6);
  const has = async (calls: number): Promise<void> => {
    for (let tries = 0; tries < 1000 && written.length < calls; tries += 1) await sleep(5);
  };
  await has(1);
  await sleep(50);
  const first = written.length;
  equal(first > 0 && first < 1000, true);
  // A rest would last for twice as long as this waits.
  writer.wake(0);
  await has(1000);
  equal(written.length, 1000);
  await writer.finish(0);
  spool.close();
});
