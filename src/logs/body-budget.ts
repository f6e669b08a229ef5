/** Seconds of the rate that may be taken at once. */
const BURST = 2;

/** How many bytes of bodies are kept, so that a flood of calls costs the gateway no more than their figures. */
export class BodyBudget {
  readonly #rate: number;
  readonly #now: () => number;
  #left: number;
  #filledAt: number;

  /** `rate`: bytes a second that can be kept for ever; `now` gives milliseconds. */
  constructor(rate: number, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate * BURST;
    this.#filledAt = now();
  }

  /** Whether a further body is kept. */
  get isOpen(): boolean {
    if (this.#left <= 0) this.#fill();
    return this.#left > 0;
  }

  take(bytes: number): void {
    this.#left -= bytes;
  }

  #fill(): void {
    const now = this.#now();
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    // Whole: code that is compiled for whole numbers would be thrown away at the first fraction.
    this.#left = Math.min(this.#rate * BURST, this.#left + Math.floor((this.#rate * elapsed) / 1000));
  }
}
