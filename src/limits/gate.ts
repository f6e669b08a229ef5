/** Why something cannot be taken. */
export type Reason =
  /** A budget is used up. */
  | 'exhausted'
  /** What is left of a budget is reserved by calls under way. */
  | 'reserved'
  /** Too fast, or too many at once. */
  | 'rate'
  /** The store that says so cannot be reached. */
  | 'unavailable';

export interface Refusal {
  readonly reason: Reason;
  /** Milliseconds after which it may be worth another try; undefined: nobody knows. */
  readonly retryAfter: number | undefined;
}

/** `free`: it can be taken. `later`: nobody can say yet, `improve` helps. */
export type Verdict = 'free' | 'later' | Refusal;

/** How a bound stands, as this process knows. */
export interface Standing {
  readonly limit: number;
  /** Never below 0. */
  readonly remaining: number;
  /** When all of it can be had again, in milliseconds since the epoch; undefined: never. */
  readonly resetsAt: number | undefined;
}

/** Keeps one bound. Amounts are whole units of what is bounded; times are milliseconds since the epoch. */
export interface Gate {
  /** A limit that was changed holds from now on. */
  limit: number;
  check(amount: number, now: number): Verdict;
  /** Takes it, in the same turn as the check that allowed it; gives what `settle` is to be told as `taken`. */
  take(amount: number, now: number): number;
  /** Asks for what is missing, or waits for what may be given back. */
  improve(amount: number, signal: AbortSignal): Promise<void>;
  /** Says why nothing was to be had in time. */
  giveUp(amount: number, now: number): Refusal;
  /** What was taken is over, and came to `used`. */
  settle(taken: number, used: number, now: number): void;
  standing(now: number): Standing;
  /** Does what is due now and then; whether there is anything left to do. */
  tick(now: number): boolean;
}
