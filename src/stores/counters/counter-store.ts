/** What a process reports of a counter, and asks of it. */
export interface Claim {
  readonly counter: string;
  /** When the period that is counted began, in milliseconds since the epoch; 0 where nothing is ever reset. */
  readonly period: number;
  /** When it ends; undefined: never. */
  readonly ends: number | undefined;
  /** What may be used at most, in whole units. */
  readonly limit: number;
  /** Milliseconds in which a full counter drains to nothing; undefined: it does not. */
  readonly window: number | undefined;
  /** What was used counts as long as the period, though every process ends. */
  readonly isLasting: boolean;
  /** Who claims: one name for a process and what it has reported under it. */
  readonly holder: string;
  /** Grows with each claim of a holder: an earlier one that arrives late changes nothing. */
  readonly turn: number;
  /** All that the holder has used in the period so far. To say so twice changes nothing. */
  readonly used: number;
  /** What it needs to hold now: for calls under way, and for those that wait. */
  readonly need: number;
  /** What it would like to hold beside that, to be spared the next question. */
  readonly slack: number;
}

/** What became of a claim. */
export interface Grant {
  /** A later one than the claim's where the counter was reset meanwhile; all else is said of that one. */
  readonly period: number;
  /** Used by all holders together; of a counter that drains, what is left of it. */
  readonly used: number;
  /** What the holder may use beyond what it has reported, for `LEASE` milliseconds. */
  readonly lease: number;
}

/** How a counter stands. */
export interface Count {
  readonly counter: string;
  readonly period: number;
  readonly used: number;
  /** Held for calls under way, by all holders. */
  readonly held: number;
}

/** Something that is to be done once in a period of a counter. */
export interface Mark extends Pick<Claim, 'counter' | 'period' | 'ends'> {
  readonly name: string;
}

/** Milliseconds for which a counter is kept whose period is over: for those who report late, and for clocks that are slow. */
export const KEPT_OVER = 86_400_000;

/** Milliseconds for which a lease is kept for a holder that is not heard of: whoever holds longer must ask again. */
export const LEASE = 15_000;

/**
 * Counters that the processes of a gateway have in common. A process takes a lease on part of what is left, uses it without asking, and
 * reports what it used; the leases of one that died run out. All processes together never use more than the limit by way of leases. Every
 * method rejects where the store cannot be reached.
 */
export interface CounterStore {
  /** Answers claims in their order. */
  exchange(claims: readonly Claim[]): Promise<readonly Grant[]>;
  /** How the counters stand whose names begin so. */
  read(prefix: string): Promise<readonly Count[]>;
  /** Begins a new period, at `at` in milliseconds since the epoch, of the counters whose names begin so; gives how many there are. */
  reset(prefix: string, at: number): Promise<number>;
  /** Whether this is the first time that the mark is made in a counter's period. */
  mark(mark: Mark): Promise<boolean>;
  /** Forgets counters, `most` of them at most, whose period ended before `ended`, in milliseconds since the epoch; gives how many it forgot. */
  prune(ended: number, most: number): Promise<number>;
}
