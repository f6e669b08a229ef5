/** What a queue does with the things that wait in it. */
export interface WriteBehindOptions<Item> {
  /** Writes some together. Rejects where nothing can be written now; what never can be is its own business. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Nothing waits any more, for now: time for what is not urgent. That it fails is nobody's concern: it is called again. */
  readonly onWritten?: (() => Promise<void>) | undefined;
  /** Told once that nothing can be written, and once that it can be again. */
  readonly onAway: (error: Error) => void;
  readonly onBack: () => void;
  readonly sizeOf: (item: Item) => number;
  /** What may wait, as `sizeOf` counts; what has waited longest is given up first. */
  readonly most: number;
  readonly onGivenUp: (item: Item) => void;
  readonly times?: Partial<typeof TIMES> | undefined;
}

/** Milliseconds. */
const TIMES = {
  /** In which things are gathered that are written together. */
  gathering: 20,
  /** Between attempts while nothing can be written. */
  retry: 1000,
  /** That what still waits has at the end. */
  parting: 5000,
};

/** Things that are written together. */
const BATCH = 50;

/** Things on their way to a store, by their keys: they are written soon, some at a time, and wait while the store is away. */
export class WriteBehind<Item> {
  readonly #options: WriteBehindOptions<Item>;
  readonly #times: typeof TIMES;
  readonly #waiting = new Map<string, Item>();
  #size = 0;
  #batch: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAway = false;

  constructor(options: WriteBehindOptions<Item>) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
  }

  /** What waits, or is being written, under a key. */
  get(key: string): Item | undefined {
    return this.#waiting.get(key);
  }

  values(): Iterable<Item> {
    return this.#waiting.values();
  }

  /** Takes a thing, in place of what waits under its key. */
  put(key: string, item: Item): void {
    this.remove(key);
    this.#waiting.set(key, item);
    this.#size += this.#options.sizeOf(item);
    this.#giveUpOldest();
    this.#writeIn(this.#times.gathering);
  }

  /** Whether anything waited under the key. It may be being written: `settled` waits for that. */
  remove(key: string): boolean {
    const item = this.#waiting.get(key);
    if (item !== undefined) this.#size -= this.#options.sizeOf(item);
    return this.#waiting.delete(key);
  }

  /** Resolves when what is being written now is written, or is not; never rejects. What is put meanwhile is not waited for. */
  async settled(): Promise<void> {
    await this.#batch?.catch(() => undefined);
  }

  /** Writes what waits, where that can be written. */
  async flush(): Promise<void> {
    await this.#running;
    await this.#write();
  }

  /** Writes what waits, where that can be written in time. */
  async close(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#times.parting);
    await Promise.race([this.flush(), late]);
    clearTimeout(timer);
    clearTimeout(this.#timer);
  }

  #giveUpOldest(): void {
    const { most, onGivenUp } = this.#options;
    for (const [key, item] of this.#waiting) {
      if (this.#size <= most) return;
      this.remove(key);
      onGivenUp(item);
    }
  }

  #writeIn(milliseconds: number): void {
    if (this.#timer !== undefined || this.#running !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, milliseconds);
    this.#timer.unref();
  }

  /** Goes on until nothing waits, or nothing can be written. */
  async #write(): Promise<void> {
    this.#running ??= this.#writeAll().finally(() => (this.#running = undefined));
    await this.#running;
    if (this.#waiting.size > 0) this.#writeIn(this.#isAway ? this.#times.retry : this.#times.gathering);
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.size > 0) {
        this.#batch = this.#writeSome([...this.#waiting].slice(0, BATCH));
        await this.#batch;
      }
      if (this.#isAway) this.#options.onBack();
      this.#isAway = false;
      await this.#options.onWritten?.().catch(() => undefined);
    } catch (error) {
      if (!this.#isAway) this.#options.onAway(error as Error);
      this.#isAway = true;
    } finally {
      this.#batch = undefined;
    }
  }

  async #writeSome(batch: readonly (readonly [string, Item])[]): Promise<void> {
    await this.#options.write(batch.map(([, item]) => item));
    // One that was put again meanwhile still waits.
    for (const [key, item] of batch) if (this.#waiting.get(key) === item) this.remove(key);
  }
}
