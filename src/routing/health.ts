import type { BreakerPolicy } from '../config/resolved.ts';
import type { Call, Step } from '../pipeline/step.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import type { Clock } from './clock.ts';
import { outcomeOf, unwrap } from './outcome.ts';

/** Breakers are kept for so many targets and credentials; the ones longest unused are forgotten first. */
const MAX_BREAKERS = 10_000;

/** The breakers of this process, one for each target and credential, whatever config they stand in. */
export class Health {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #breakers = new Map<string, Breaker>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The breaker for an identity; the policy is that of whoever asks first. */
  breaker(identity: string, policy: BreakerPolicy): Breaker {
    const known = this.#breakers.get(identity);
    const breaker = known ?? new Breaker(policy, this.#clock);
    this.#breakers.delete(identity);
    this.#breakers.set(identity, breaker);
    if (this.#breakers.size > MAX_BREAKERS) this.#breakers.delete(this.#breakers.keys().next().value as string);
    return breaker;
  }

  /** How many breakers are in which state. */
  summary(): Readonly<Record<BreakerState, number>> {
    const count = { closed: 0, open: 0, 'half-open': 0 };
    for (const breaker of this.#breakers.values()) count[breaker.state]++;
    return count;
  }
}

/** Tells a breaker how each attempt ends. */
export function watched(breakerOf: (call: Call) => Breaker): Step {
  return (next) => async (call) => {
    const breaker = breakerOf(call);
    breaker.begin();
    const outcome = await outcomeOf(next, call);
    breaker.record(outcome);
    return unwrap(outcome);
  };
}
