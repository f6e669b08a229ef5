import type { CacheEntry, Place } from './entry.ts';

/** What is to be deleted: an entry by its key, those of a namespace, or all; of one workspace, or of every one. */
export interface Selection {
  readonly workspace?: string | undefined;
  readonly namespace?: string | undefined;
  readonly key?: string | undefined;
}

export interface CacheSize {
  readonly entries: number;
  readonly bytes: number;
}

/** Where answers are kept. Methods may reject; whoever asks takes that for a miss. None hangs for more than a second or so. */
export interface CacheStore {
  readonly kind: 'memory' | 'sqlite' | 'postgres' | 'redis';
  /** At once where nobody has to be asked. */
  get(key: string, place: Place): CacheEntry | undefined | Promise<CacheEntry | undefined>;
  put(entry: CacheEntry): void | Promise<void>;
  /** Gives how many entries there were. */
  remove(selection: Selection): number | Promise<number>;
  size(): CacheSize | Promise<CacheSize>;
}
