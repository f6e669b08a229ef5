import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Attempts } from '../pipeline/attempts.ts';
import type { Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import type { CaptureOptions } from './capture.ts';
import { logObserver, type LogTaker } from './observer.ts';
import { readRecord } from './record-bytes.ts';

const OPTIONS: CaptureOptions = { bodies: false, bodyLimit: 0, maskedHeaders: new Set() };

function callOf(id: string): Call {
  const attempts = new Attempts(
    () => 0,
    () => 0,
  );
  const call = {
    id,
    traceId: id,
    startedAt: 0,
    method: 'POST',
    url: '/',
    headers: {},
    endpoint: { kind: 'chat' },
    metadata: {},
    notes: {},
    attempts,
  };
  return call as unknown as Call;
}

function outcomeOf(isStreamed: boolean): Outcome {
  return { status: 200, route: undefined, error: undefined, ending: 'whole', isStreamed, firstMs: 1, ms: 1, answer: undefined };
}

/** Tells in which order a log was spoken to. */
function listening(): { readonly taker: LogTaker; readonly heard: string[] } {
  const heard: string[] = [];
  const taker: LogTaker = {
    append: ({ record }) => heard.push(readRecord(Buffer.from(record)).id),
    flush: () => heard.push('written'),
    failed: ({ id }) => heard.push(`without ${id}`),
  };
  return { taker, heard };
}

describe('the log hears of calls', () => {
  test('that end in one turn of the event loop together, and is written before any of them is answered', async () => {
    const { taker, heard } = listening();
    const observer = logObserver(taker, OPTIONS);
    const answered = ['a', 'b', 'c'].map(async (id) => {
      await observer(callOf(id), outcomeOf(false));
      heard.push(`answer to ${id}`);
    });
    deepEqual(heard, []);
    await Promise.all(answered);
    deepEqual(heard, ['a', 'b', 'c', 'written', 'answer to a', 'answer to b', 'answer to c']);
    await observer(callOf('d'), outcomeOf(false));
    deepEqual(heard.slice(7), ['d', 'written']);
  });

  test('that were streamed at once', () => {
    const { taker, heard } = listening();
    equal(logObserver(taker, OPTIONS)(callOf('a'), outcomeOf(true)), undefined);
    deepEqual(heard, ['a', 'written']);
  });

  test('beside one of which nothing can be kept', async () => {
    const { taker, heard } = listening();
    const observer = logObserver(taker, OPTIONS);
    const bad = { ...callOf('bad'), attempts: undefined } as unknown as Call;
    const promises = [callOf('a'), bad, callOf('b')].map((call) => observer(call, outcomeOf(false)));
    ok(promises.every((promise) => promise instanceof Promise));
    await Promise.all(promises);
    deepEqual(heard, ['a', 'without bad', 'b', 'written']);
  });
});
