import type { Gate, Refusal, Standing, Verdict } from './gate.ts';

/** Share of the limit: rounding must not refuse what fits exactly. */
const ROUNDING = 1e-9;

/**
 * A bound on a rate, or on how much may be under way at once, in this process alone. The rate is kept by the generic cell rate algorithm,
 * seen as a bucket that leaks: it holds as much as may come at once, and drains at the rate. What calls under way have taken has its place
 * in the bucket, but begins to drain only when it is known what they used.
 */
export class LocalGate implements Gate {
  limit: number;
  /** Milliseconds in which a full bucket drains; undefined: nothing stays in it. */
  readonly #window: number | undefined;
  #level = 0;
  #at = 0;
  #reserved = 0;

  constructor(limit: number, window: number | undefined) {
    this.limit = limit;
    this.#window = window;
  }

  check(amount: number, now: number): Verdict {
    const excess = this.#filled(now) + this.#fitting(amount) - this.limit;
    return this.limit > 0 && excess <= this.limit * ROUNDING ? 'free' : this.#refusal(excess);
  }

  take(amount: number): number {
    const taken = this.#fitting(amount);
    this.#reserved += taken;
    return taken;
  }

  async improve(): Promise<void> {
    // There is nobody to ask.
  }

  giveUp(amount: number, now: number): Refusal {
    return this.#refusal(this.#filled(now) + this.#fitting(amount) - this.limit);
  }

  settle(taken: number, used: number, now: number): void {
    this.#drain(now);
    this.#reserved -= taken;
    if (this.#window !== undefined) this.#level += used;
  }

  standing(now: number): Standing {
    const filled = this.#filled(now);
    const draining = this.#window === undefined || this.limit <= 0 ? 0 : (filled * this.#window) / this.limit;
    return { limit: this.limit, remaining: Math.max(0, Math.floor(this.limit * (1 + ROUNDING) - filled)), resetsAt: now + draining };
  }

  tick(now: number): boolean {
    return this.#filled(now) > 0;
  }

  /** What is larger than the whole bucket is let in when that is empty. */
  #fitting(amount: number): number {
    return Math.min(amount, this.limit);
  }

  #filled(now: number): number {
    return this.#levelAt(now) + this.#reserved;
  }

  #levelAt(now: number): number {
    if (this.#window === undefined || this.#level === 0) return 0;
    // The machine's clock may be set back: what has to drain drains from then on, and not when the old time comes again.
    if (now < this.#at) this.#at = now;
    return Math.max(0, this.#level - ((now - this.#at) * this.limit) / this.#window);
  }

  #drain(now: number): void {
    this.#level = this.#levelAt(now);
    this.#at = now;
  }

  #refusal(excess: number): Refusal {
    const isHopeless = this.limit <= 0 || this.#window === undefined;
    return { reason: 'rate', retryAfter: isHopeless ? undefined : Math.ceil((excess * (this.#window ?? 0)) / this.limit) };
  }
}
