import type { Indexed, MemoryVectors, Nearest, VectorIndex } from './vector-index.ts';

/** A place that compares questions itself, for all processes. Methods reject while it is away. */
export interface VectorSearch {
  /** Whether it can: a place that cannot never will while this process runs. */
  isOffered(): Promise<boolean>;
  nearest(partition: string, vector: Float32Array): Promise<Nearest | undefined>;
  add(partition: string, indexed: Indexed): Promise<void>;
  remove(partition: string, key: string): Promise<void>;
}

/** Milliseconds that a call waits for an answer. */
const PATIENCE = 100;
/** Milliseconds for which a place that did not answer in time is not asked again. */
const QUIET = 1000;

interface SearchedOptions {
  readonly search: VectorSearch;
  /** The questions of this process, for when the search is away. */
  readonly memory: MemoryVectors;
  /** What serves where there is no such search. */
  readonly otherwise: VectorIndex;
  readonly now: () => number;
}

/** Vectors that are compared where they are kept, all of a partition, as soon as any process has added them. */
export class SearchedVectors implements VectorIndex {
  readonly #options: SearchedOptions;
  #quietUntil = 0;

  constructor(options: SearchedOptions) {
    this.#options = options;
  }

  async nearest(partition: string, vector: Float32Array): Promise<Nearest | undefined> {
    const { memory, now } = this.#options;
    if (now() < this.#quietUntil) return memory.nearest(partition, vector);
    try {
      return await inTime(this.#find(partition, vector));
    } catch {
      this.#quietUntil = now() + QUIET;
      return memory.nearest(partition, vector);
    }
  }

  async add(partition: string, indexed: Indexed): Promise<void> {
    const { search, memory, otherwise } = this.#options;
    memory.add(partition, indexed);
    await ((await search.isOffered()) ? search : otherwise).add(partition, indexed);
  }

  async remove(partition: string, key: string): Promise<void> {
    const { search, memory, otherwise } = this.#options;
    memory.remove(partition, key);
    await ((await search.isOffered()) ? search : otherwise).remove(partition, key);
  }

  async #find(partition: string, vector: Float32Array): Promise<Nearest | undefined> {
    const { search, otherwise } = this.#options;
    return ((await search.isOffered()) ? search : otherwise).nearest(partition, vector);
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`The search did not answer within ${PATIENCE} ms.`)), PATIENCE);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}
