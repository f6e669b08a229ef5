/**
 * Separates the time that the gateway itself spends on a call from the time that it waits for others: for providers, for the rest of the
 * request, for the pause before a retry. Overlapping waits count once. Milliseconds, with fractions.
 */
export class Stopwatch {
  readonly #now: () => number;
  readonly #start: number;
  /** Waits that are not over. */
  #pending = 0;
  #isWaiting = false;
  #since = 0;
  #waited = 0;

  /** `now` gives milliseconds on any scale that only goes forward. */
  constructor(now: () => number) {
    this.#now = now;
    this.#start = now();
  }

  /** Since the request arrived. */
  get elapsed(): number {
    return this.#now() - this.#start;
  }

  /** The time waited until something was last heard; the time since then is the gateway's own. */
  get waited(): number {
    return this.#waited;
  }

  /** The gateway's own part of the time so far. */
  get own(): number {
    return Math.max(0, this.elapsed - this.#waited);
  }

  /** A wait begins. */
  begin(): void {
    this.#pending++;
    this.#wait();
  }

  /** Something of what is waited for is there. */
  heard(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#waited += this.#now() - this.#since;
  }

  /** What was heard is dealt with; the rest is waited for. */
  goOn(): void {
    if (this.#pending > 0) this.#wait();
  }

  /** A wait is over. */
  end(): void {
    this.heard();
    this.#pending--;
    this.goOn();
  }

  /** Waits for a promise. */
  async during<T>(promise: Promise<T>): Promise<T> {
    this.begin();
    try {
      return await promise;
    } finally {
      this.end();
    }
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#since = this.#now();
  }
}
