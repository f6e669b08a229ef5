import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCall, aFailure, aReply, scripted, stoppedClock } from '../../test/support/calls.ts';
import type { RetryPolicy } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import { retry } from './retry.ts';

const policy = (more: Partial<RetryPolicy> = {}): RetryPolicy => ({
  attempts: 2,
  onStatusCodes: [429, 500, 502, 503, 504, 529],
  onErrors: [],
  useRetryAfter: undefined,
  ...more,
});

describe('an attempt is repeated', () => {
  /** The waits of a call whose attempts all fail. */
  async function waitsOf(failure: GatewayError, random?: number): Promise<number[]> {
    const clock = stoppedClock(random);
    await assert.rejects(retry(policy({ attempts: 5 }), clock)(scripted(failure))(aCall()), { code: failure.code });
    return clock.sleeps;
  }

  it('after 1, 2, 4, 8 and 16 seconds', async () => {
    assert.deepEqual(await waitsOf(aFailure(503)), [1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  it('a little sooner or later each time, so that callers who failed together do not come back together', async () => {
    assert.deepEqual(await waitsOf(aFailure(503), 0), [900, 1_800, 3_600, 7_200, 14_400]);
    assert.deepEqual(await waitsOf(aFailure(503), 1), [1_100, 2_200, 4_400, 8_800, 17_600]);
  });

  it('when its connection failed or broke, whatever statuses are listed', async () => {
    for (const code of ['upstream_unreachable', 'stream_truncated'] as const) {
      const lost = scripted(new GatewayError(code, 'lost'), aReply('ok'));
      await retry(policy({ onStatusCodes: [] }), stoppedClock())(lost)(aCall());
      assert.equal(lost.calls.length, 2, code);
    }
  });
});

describe('the wait that a provider asks for', () => {
  /** The waits of a call whose first attempt is refused like this. */
  async function waits(seconds: number, { recoverable = false, ...more }: Partial<RetryPolicy> & { recoverable?: boolean } = {}): Promise<number[]> {
    const clock = stoppedClock();
    const handler = scripted(aFailure(429, ['retry-after', String(seconds)]), aReply('ok'));
    await retry(policy(more), clock)(handler)(aCall({ recoverable })).catch(() => undefined);
    return clock.sleeps;
  }

  it('is kept to without being told, up to a minute', async () => {
    assert.deepEqual(await waits(2), [2000]);
    assert.deepEqual(await waits(30), [30_000]);
    assert.deepEqual(await waits(3600), []);
  });

  it('is not worth it where another target can be had sooner, unless the config says so', async () => {
    assert.deepEqual(await waits(2, { recoverable: true }), [2000]);
    assert.deepEqual(await waits(30, { recoverable: true }), []);
    assert.deepEqual(await waits(30, { recoverable: true, useRetryAfter: true }), [30_000]);
  });

  it('is passed over where the config says so', async () => {
    assert.deepEqual(await waits(30, { useRetryAfter: false }), [1000]);
  });
});

describe('an attempt is not repeated', () => {
  it('on a target that took too long, though its status is listed', async () => {
    const slow = scripted(new GatewayError('answer_too_slow', 'too slow'), aReply('ok'));
    await assert.rejects(retry(policy(), stoppedClock())(slow)(aCall()), { code: 'answer_too_slow' });
    assert.equal(slow.calls.length, 1);
  });

  it('on such a target, unless the config names timeouts', async () => {
    const slow = scripted(new GatewayError('answer_too_slow', 'too slow'), aReply('ok'));
    await retry(policy({ onErrors: ['timeout'] }), stoppedClock())(slow)(aCall());
    assert.equal(slow.calls.length, 2);
  });

  it('on a target that is given up, where another one can be tried', async () => {
    for (const [recoverable, attempts] of [
      [true, 1],
      [false, 3],
    ] as const) {
      const down = scripted(aFailure(503));
      await assert.rejects(retry(policy(), stoppedClock(), () => true)(down)(aCall({ recoverable })), { status: 503 });
      assert.equal(down.calls.length, attempts);
    }
  });
});
