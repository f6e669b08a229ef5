import { LRUCache } from 'lru-cache';
import type { Indexed, MemoryVectors, Nearest, VectorIndex } from './vector-index.ts';

/** Where several processes tell each other of the questions whose answers they keep. Methods reject while it is away. */
export interface VectorJournal {
  add(partition: string, indexed: Indexed): Promise<void>;
  remove(partition: string, key: string): Promise<void>;
  /** The newest questions of a partition, none of which is missing that was told since a time in milliseconds. */
  since(partition: string, time: number): Promise<readonly Indexed[]>;
}

/** Milliseconds after which a partition is looked up again. */
const FRESH = 10_000;
/** Milliseconds that a call waits for that. */
const PATIENCE = 100;
/** Clocks of other machines may be off by so many milliseconds. */
const SKEW = 5000;

interface SharedOptions {
  readonly memory: MemoryVectors;
  readonly journal: VectorJournal;
  readonly now: () => number;
}

/** Vectors that outlive the process, or are shared with others: compared in memory, and brought up to date as they are asked for. */
export class SharedVectors implements VectorIndex {
  readonly #memory: MemoryVectors;
  readonly #journal: VectorJournal;
  readonly #now: () => number;
  /** When each partition was looked up last. */
  readonly #lookedUp = new LRUCache<string, number>({ max: 10_000 });

  constructor({ memory, journal, now }: SharedOptions) {
    this.#memory = memory;
    this.#journal = journal;
    this.#now = now;
  }

  async nearest(partition: string, vector: Float32Array): Promise<Nearest | undefined> {
    const last = this.#lookedUp.get(partition);
    if (last === undefined || this.#now() - last > FRESH) await this.#lookUp(partition, last);
    return this.#memory.nearest(partition, vector);
  }

  async add(partition: string, indexed: Indexed): Promise<void> {
    this.#memory.add(partition, indexed);
    await this.#journal.add(partition, indexed);
  }

  async remove(partition: string, key: string): Promise<void> {
    this.#memory.remove(partition, key);
    await this.#journal.remove(partition, key);
  }

  /** What comes too late is there for the next call. */
  async #lookUp(partition: string, last: number | undefined): Promise<void> {
    this.#lookedUp.set(partition, this.#now());
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE);
    const known = this.#journal.since(partition, last === undefined ? 0 : last - SKEW).then(
      (list) => {
        for (const indexed of list) this.#memory.add(partition, indexed);
      },
      // The questions of this process do until the others' can be had again.
      () => {},
    );
    await Promise.race([known, late]);
    clearTimeout(timer);
  }
}
