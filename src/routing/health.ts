import type { BreakerPolicy } from '../config/resolved.ts';
import type { Call, Step } from '../pipeline/step.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import type { Clock } from './clock.ts';
import { outcomeOf, unwrap } from './outcome.ts';

/** How many breakers are kept; the least recently used are forgotten first. */
const MAX_BREAKERS = 10_000;

/** What a breaker is kept for, in the form that operators may see. */
export interface Subject {
  readonly provider: string;
  readonly host: string | undefined;
  /** Masked. */
  readonly key: string | undefined;
  readonly model: string | undefined;
}

interface Kept {
  readonly breaker: Breaker;
  readonly subject: Subject;
}

/** The state of a breaker. */
export interface BreakerReport extends Subject {
  readonly state: BreakerState;
  /** Milliseconds. */
  readonly openFor: number;
}

/** The breakers of this process, one for each target and credential, whatever config they stand in. */
export class Health {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #breakers = new Map<string, Kept>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The breaker for an identity; its policy and its description are those of whoever asks first. */
  breaker(identity: string, policy: BreakerPolicy, describe: () => Subject): Breaker {
    const kept = this.#breakers.get(identity) ?? { breaker: new Breaker(policy, this.#clock), subject: describe() };
    this.#breakers.delete(identity);
    this.#breakers.set(identity, kept);
    if (this.#breakers.size > MAX_BREAKERS) this.#breakers.delete(this.#breakers.keys().next().value as string);
    return kept.breaker;
  }

  /** The breaker for an identity, if there is one; without one, nothing speaks against a call. */
  known(identity: string): Breaker | undefined {
    return this.#breakers.get(identity)?.breaker;
  }

  /** Every breaker, open ones first. */
  report(): readonly BreakerReport[] {
    const reports = [...this.#breakers.values()].map(({ breaker, subject }) => ({ ...subject, state: breaker.state, openFor: breaker.openFor }));
    return reports.toSorted((a, b) => b.openFor - a.openFor);
  }

  /** How many breakers are in which state. */
  summary(): Readonly<Record<BreakerState, number>> {
    const count = { closed: 0, open: 0, 'half-open': 0 };
    for (const { breaker } of this.#breakers.values()) count[breaker.state]++;
    return count;
  }
}

/** Reports to a breaker how each attempt ends. */
export function watched(breakerOf: (call: Call) => Breaker): Step {
  return (next) => async (call) => {
    const breaker = breakerOf(call);
    breaker.begin();
    const outcome = await outcomeOf(next, call);
    breaker.record(outcome);
    return unwrap(outcome);
  };
}
