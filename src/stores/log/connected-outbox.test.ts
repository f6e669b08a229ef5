import { equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFrames } from '../../logs/frame.ts';
import { memoryOutbox } from './connected-outbox.ts';
import { sampleParts } from './store.contract.ts';

describe('an outbox in memory', () => {
  test('goes on after the writer has failed, and counts the calls that were lost with it', async () => {
    const connected = memoryOutbox();
    const { outbox } = connected;
    const sent: number[] = [];
    const listeners = connected.listeners((frames) => {
      sent.push(readFrames(Buffer.from(frames), { segment: 0, from: 0, most: 100 }).items.length);
    });
    connected.whenWritten(() => {});
    const append = (number: number): void => outbox.append(sampleParts(number));
    const sendings = async (count: number): Promise<void> => {
      for (let tries = 0; tries < 500 && sent.length < count; tries += 1) await sleep(10);
      equal(sent.length, count);
    };
    append(1);
    append(2);
    await sendings(1);
    listeners.crashed?.(new Error('no more memory'));
    append(3);
    await sleep(100);
    equal(sent.length, 1);
    listeners.restarted?.();
    await sendings(2);
    equal(sent[1], 1);
    equal(outbox.state.dropped, 2);
    listeners.written?.({ type: 'written', bytes: 1 });
    append(4);
    await sendings(3);
    equal(outbox.state.dropped, 2);
    connected.stop();
  });
});
