import { LRUCache } from 'lru-cache';

/** An answer by what was asked. */
export interface Indexed {
  /** Key of the entry. */
  readonly key: string;
  /** Of length 1. */
  readonly vector: Float32Array;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Nearest {
  readonly key: string;
  /** Cosine, up to 1. */
  readonly similarity: number;
}

/** Where the vectors of questions are kept. Only those of one partition are ever compared. */
export interface VectorIndex {
  nearest(partition: string, vector: Float32Array): Nearest | undefined | Promise<Nearest | undefined>;
  add(partition: string, indexed: Indexed): void | Promise<void>;
  remove(partition: string, key: string): void | Promise<void>;
}

/** Questions of one partition; the oldest make room. */
const MOST_IN_PARTITION = 2000;
/** Bytes beside the numbers. */
const FRAME = 250;

/** Vectors in memory, compared one by one; partitions that were not asked for longest go first. */
export class MemoryVectors implements VectorIndex {
  readonly #partitions: LRUCache<string, Map<string, Indexed>>;
  readonly #now: () => number;

  /** `maxBytes`: what all vectors together may take. */
  constructor(now: () => number, maxBytes: number) {
    this.#now = now;
    this.#partitions = new LRUCache({ maxSize: maxBytes, sizeCalculation: bytesOf });
  }

  nearest(partition: string, vector: Float32Array): Nearest | undefined {
    const now = this.#now();
    let best: Nearest | undefined;
    for (const { key, vector: other, expiresAt } of this.#partitions.get(partition)?.values() ?? []) {
      const similarity = expiresAt > now ? similarityOf(vector, other) : 0;
      if (similarity > (best?.similarity ?? 0)) best = { key, similarity };
    }
    return best;
  }

  add(partition: string, indexed: Indexed): void {
    const own = this.#partitions.get(partition) ?? new Map<string, Indexed>();
    own.delete(indexed.key);
    own.set(indexed.key, indexed);
    const oldest = own.size > MOST_IN_PARTITION ? own.keys().next().value : undefined;
    if (oldest !== undefined) own.delete(oldest);
    // Its size is taken anew only for one that is set anew.
    this.#partitions.delete(partition);
    this.#partitions.set(partition, own);
  }

  remove(partition: string, key: string): void {
    this.#partitions.get(partition)?.delete(key);
  }
}

/** Cosine of two vectors of length 1; 0 where they are of different kinds. */
export function similarityOf(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return 0;
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (other[at] as number);
  return Math.min(1, sum);
}

function bytesOf(own: Map<string, Indexed>): number {
  const [first] = own.values();
  return 1 + own.size * (FRAME + (first?.vector.byteLength ?? 0));
}
