import { amountOf, type Amounts } from './amounts.ts';
import type { Bound } from './bound.ts';
import type { Gate } from './gate.ts';

/** What a call holds of a bound. */
export interface Held {
  readonly bound: Bound;
  readonly gate: Gate;
  readonly taken: number;
  /** What was taken is still to be settled. */
  readonly isOpen: boolean;
  /** A shadow that would have refused the call. */
  readonly isOver: boolean;
}

/** What a call was let in with: reserved until it is over, then settled with what it used. */
export class Ticket {
  readonly held: readonly Held[];
  readonly #now: () => number;
  #isSettled = false;

  constructor(held: readonly Held[], now: () => number) {
    this.held = held;
    this.#now = now;
  }

  /** Puts what was used in the place of what was reserved. To say so twice changes nothing. */
  settle(used: Amounts): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const now = this.#now();
    for (const { bound, gate, taken, isOpen } of this.held) {
      if (isOpen) gate.settle(taken, bound.type === 'concurrency' ? 0 : amountOf(bound, used), now);
    }
  }
}
