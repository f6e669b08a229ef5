import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCall, aFailure, aMember, aReply, scripted, stoppedClock } from '../../test/support/calls.ts';
import type { Handler, Reply } from '../pipeline/step.ts';
import { fallback } from './fallback.ts';
import { pursue } from './pursue.ts';

const RULE = { onStatusCodes: undefined, onErrors: undefined, onStreamBreak: 'resume' } as const;
const nameOf = (reply: Reply): unknown => (reply.body.kind === 'bytes' ? reply.body.bytes : undefined);

/** A handler whose outcome a test decides later; it rejects when its call is aborted, as attempts do. */
function pending(): Handler & { answer(reply: Reply): void; fail(error: Error): void; signal: AbortSignal | undefined } {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const handler = Object.assign(
    ((call) => {
      handler.signal = call.signal;
      call.signal.addEventListener('abort', () => reject(call.signal.reason as Error));
      return promise;
    }) as Handler,
    { answer: resolve, fail: reject, signal: undefined as AbortSignal | undefined },
  );
  return handler;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a target whose first content is slow', () => {
  it('is raced by the next, and the first content wins', async () => {
    for (const winner of ['slow', 'next'] as const) {
      const clock = stoppedClock();
      const slow = pending();
      const next = pending();
      const answer = pursue(fallback([aMember(slow, { patience: () => 10 }), aMember(next)], RULE), clock)(aCall());
      await turn();
      assert.equal(next.signal, undefined);
      clock.waiting.forEach((run) => run());
      await turn();
      assert.ok(next.signal !== undefined && !slow.signal?.aborted);
      (winner === 'slow' ? slow : next).answer(aReply(winner));
      assert.equal(nameOf(await answer), winner);
      assert.equal((winner === 'slow' ? next : slow).signal?.aborted, true);
      assert.equal((winner === 'slow' ? slow : next).signal?.aborted, false);
    }
  });

  it('may still answer when the one that raced it fails', async () => {
    const clock = stoppedClock();
    const slow = pending();
    const answer = pursue(fallback([aMember(slow, { patience: () => 10 }), aMember(scripted(aFailure(500)))], RULE), clock)(aCall());
    await turn();
    clock.waiting.forEach((run) => run());
    await turn();
    slow.answer(aReply('slow'));
    assert.equal(nameOf(await answer), 'slow');
  });

  it('is not raced when it answers in time', async () => {
    const clock = stoppedClock();
    const next = scripted(aReply('next'));
    await pursue(fallback([aMember(scripted(aReply('quick')), { patience: () => 10 }), aMember(next)], RULE), clock)(aCall());
    assert.deepEqual([clock.waiting.length, next.calls.length], [0, 0]);
  });

  it('is cancelled with the others when the client leaves', async () => {
    const clock = stoppedClock();
    const [slow, next] = [pending(), pending()];
    const aborter = new AbortController();
    const answer = pursue(fallback([aMember(slow, { patience: () => 10 }), aMember(next)], RULE), clock)(aCall({ signal: aborter.signal }));
    await turn();
    clock.waiting.forEach((run) => run());
    await turn();
    aborter.abort(new Error('gone'));
    assert.deepEqual([slow.signal?.aborted, next.signal?.aborted], [true, true]);
    await assert.rejects(answer);
  });
});

describe('a target that is thought broken', () => {
  it('is tried behind the others, and tried all the same when all are', async () => {
    const [first, second] = [scripted(aReply('first')), scripted(aReply('second'))];
    const open = { isAvailable: () => false };
    const clock = stoppedClock();
    assert.equal(nameOf(await pursue(fallback([aMember(first, open), aMember(second)], RULE), clock)(aCall())), 'second');
    assert.equal(nameOf(await pursue(fallback([aMember(first, open), aMember(second, open)], RULE), clock)(aCall())), 'first');
    assert.equal(nameOf(await pursue(fallback([aMember(first, open), aMember(scripted(aFailure(500)))], RULE), clock)(aCall())), 'first');
  });
});

describe('error classes in a fallback', () => {
  it('move on beside the statuses, and alone where only they are listed', async () => {
    const next = (): ReturnType<typeof aMember> => aMember(scripted(aReply('next')));
    const run = (status: number, rule: Partial<Parameters<typeof fallback>[1]>): Promise<Reply> =>
      pursue(fallback([aMember(scripted(aFailure(status))), next()], { ...RULE, ...rule }), stoppedClock())(aCall());
    assert.equal(nameOf(await run(503, { onErrors: ['overloaded'] })), 'next');
    assert.equal(nameOf(await run(404, { onErrors: ['overloaded'], onStatusCodes: [404] })), 'next');
    await assert.rejects(run(404, { onErrors: ['overloaded'] }), { status: 404 });
  });
});
