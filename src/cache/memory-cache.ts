import { LRUCache } from 'lru-cache';
import type { CacheSize, CacheStore, Selection } from './cache-store.ts';
import type { CacheEntry, EntryBody } from './entry.ts';
import { Slabs } from './slabs.ts';

/** Entries in the memory of the process, as many as have room; what was not used for longest goes first. */
export class MemoryCache implements CacheStore {
  readonly kind = 'memory';
  readonly #entries: LRUCache<string, CacheEntry>;
  readonly #slabs = new Slabs();
  readonly #now: () => number;

  /** `maxBytes`: what all entries together may take. `now` gives milliseconds since the epoch. */
  constructor(now: () => number, maxBytes: number) {
    this.#now = now;
    this.#entries = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ size }) => size });
  }

  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt > this.#now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  put(entry: CacheEntry): void {
    this.#entries.set(entry.key, { ...entry, body: this.#own(entry.body) });
  }

  remove({ workspace, namespace, key }: Selection): number {
    const found = [...this.#entries.values()].filter(
      (entry) =>
        (workspace === undefined || entry.workspace === workspace) &&
        (namespace === undefined || entry.namespace === namespace) &&
        (key === undefined || entry.key === key),
    );
    for (const entry of found) this.#entries.delete(entry.key);
    return found.length;
  }

  /** Bytes of an answer mostly lie in a larger piece of memory with others, which would be kept with them. */
  #own(body: EntryBody): EntryBody {
    return body.kind === 'events' ? body : { kind: body.kind, bytes: this.#slabs.copyOf(body.bytes) };
  }

  size(): CacheSize {
    return { entries: this.#entries.size, bytes: this.#entries.calculatedSize };
  }
}
