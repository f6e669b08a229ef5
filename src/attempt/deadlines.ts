/** How far an attempt has come. */
export type Stage = 'connected' | 'head' | 'content' | 'over';

/** Milliseconds by which each stage must be reached; undefined: no limit. */
export type Limits = { readonly [stage in Stage]?: number | undefined };

/** Timers of one attempt, each for a stage that it must reach in time. */
export class Deadlines {
  readonly #timers = new Map<Stage, NodeJS.Timeout>();

  constructor(limits: Limits, onMissed: (stage: Stage, limit: number) => void) {
    for (const [stage, limit] of Object.entries(limits) as [Stage, number | undefined][]) {
      if (limit !== undefined)
        this.#timers.set(
          stage,
          setTimeout(() => onMissed(stage, limit), limit),
        );
    }
  }

  reach(stage: Stage): void {
    clearTimeout(this.#timers.get(stage));
    this.#timers.delete(stage);
  }

  /** The attempt has ended, however. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** One timer that is set anew with everything that is heard. */
export class Silence {
  #timer: NodeJS.Timeout | undefined;
  #limit = 0;
  #heard = 0;
  #run = (): void => {};

  /** Runs something when nothing further is heard for so many milliseconds. */
  expect(limit: number, run: () => void): void {
    this.#run = run;
    this.#heard++;
    if (this.#timer !== undefined && limit === this.#limit) return void this.#timer.refresh();
    this.clear();
    this.#limit = limit;
    this.#timer = setTimeout(() => this.#fire(), limit);
  }

  clear(): void {
    this.#heard++;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Timers run before sockets are read: what arrived while the process was busy is heard first. */
  #fire(): void {
    this.#timer = undefined;
    const heard = this.#heard;
    setImmediate(() => {
      if (heard === this.#heard) this.#run();
    });
  }
}

/** Whether there is anything to keep. */
export function hasLimits(limits: Limits): boolean {
  return limits.head !== undefined || limits.connected !== undefined || limits.content !== undefined || limits.over !== undefined;
}
