import type { RetryPolicy } from '../config/resolved.ts';
import { errorClass } from '../error-class.ts';
import type { Call, Reply, Step } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { discard, outcomeOf, statusOf, type Outcome } from './outcome.ts';
import { retryAfter } from './retry-after.ts';

/** Milliseconds: the first wait, doubled each time; and how long all waits of a call may last together. */
const FIRST_WAIT = 1_000;
const WAIT_BUDGET = 60_000;

/** The longest wait, in milliseconds, that is worth it while another target can be tried, where the config does not ask for more. */
const LONGEST_BESIDE_OTHERS = 5_000;

/** Statuses whose Retry-After headers are honoured. */
const HINTED = new Set([429, 503, 529]);

/**
 * Repeats an attempt whose status the policy lists, or whose connection failed, after 1, 2, 4, 8 and 16 seconds (± 10 %). Where another
 * target can be tried, one whose breaker is open is not repeated: it is known to be down.
 */
export function retry(policy: RetryPolicy, clock: Clock, isGivenUp: (call: Call) => boolean = () => false): Step {
  return (next) => async (call) => {
    let waited = 0;
    for (let retries = 0; ; retries++) {
      const isLast = retries >= policy.attempts || call.upload !== undefined;
      const outcome = await outcomeOf(next, isLast ? call : { ...call, recoverable: true });
      if (!isRetriable(outcome, policy)) return settled(outcome, retries);
      const isOver = isLast || (call.recoverable && isGivenUp(call));
      const wait = isOver ? undefined : waitBefore(outcome, { policy, clock, retries, waited, hasOthers: call.recoverable });
      if (wait === undefined) return settled(outcome, -1);
      discard(outcome);
      await call.attempts.watch.during(clock.sleep(wait, call.signal));
      waited += wait;
    }
  };
}

function isRetriable(outcome: Outcome, policy: RetryPolicy): boolean {
  if ('error' in outcome) {
    const { code, traits } = outcome.error;
    if (traits.recovery === 'stop') return false;
    // A timeout would likely repeat itself; only a user who lists the gateway's own 408 asks for a retry.
    if (traits.recovery === 'next' && code !== 'request_timeout') return policy.onErrors.includes(errorClass(outcome.error));
    if (code === 'upstream_unreachable' || code === 'stream_truncated') return true;
  }
  return policy.onStatusCodes.includes(statusOf(outcome)) || ('error' in outcome && policy.onErrors.includes(errorClass(outcome.error)));
}

interface Progress {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly retries: number;
  readonly waited: number;
  readonly hasOthers: boolean;
}

/** Milliseconds to wait before the next attempt; undefined where the provider asks for more than is worthwhile, or than a call may wait. */
function waitBefore(outcome: Outcome, { policy, clock, retries, waited, hasOthers }: Progress): number | undefined {
  const { status, headers } = 'reply' in outcome ? outcome.reply : outcome.error;
  const hint = policy.useRetryAfter !== false && HINTED.has(status) ? retryAfter(headers, clock.now()) : undefined;
  if (hint !== undefined && hint > LONGEST_BESIDE_OTHERS && hasOthers && policy.useRetryAfter === undefined) return undefined;
  const wait = hint ?? FIRST_WAIT * 2 ** retries * (0.9 + 0.2 * clock.random());
  return wait >= WAIT_BUDGET || wait > WAIT_BUDGET - waited ? undefined : wait;
}

function settled(outcome: Outcome, retries: number): Reply {
  if ('error' in outcome) throw outcome.error.afterRetries(retries);
  const { reply } = outcome;
  return retries === 0 ? reply : { ...reply, route: { ...reply.route, retries } };
}
