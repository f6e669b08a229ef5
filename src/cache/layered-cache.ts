import type { CacheSize, CacheStore, Selection } from './cache-store.ts';
import type { CacheEntry, Place } from './entry.ts';

/** Milliseconds that a call waits for the shared store; a provider mostly takes longer, but a store should not. */
const PATIENCE = 100;
/** Milliseconds for which a store that failed is not asked. */
const PAUSE = 1000;
/** Milliseconds that a process goes by what it has itself: what is deleted through another one is gone behind that. */
const OWN = 10_000;

interface LayeredOptions {
  readonly memory: CacheStore;
  readonly shared: CacheStore;
  readonly now: () => number;
}

/** A store that several processes share, behind the memory of each. While it is out of reach the memory does. */
export class LayeredCache implements CacheStore {
  readonly kind: CacheStore['kind'];
  readonly #memory: CacheStore;
  readonly #shared: CacheStore;
  readonly #now: () => number;
  #pausedUntil = 0;

  constructor({ memory, shared, now }: LayeredOptions) {
    this.kind = shared.kind;
    this.#memory = memory;
    this.#shared = shared;
    this.#now = now;
  }

  get(key: string, place: Place): CacheEntry | undefined | Promise<CacheEntry | undefined> {
    const own = this.#memory.get(key, place) as CacheEntry | undefined;
    return own ?? (this.#isPaused ? undefined : this.#fetch(key, place));
  }

  async put(entry: CacheEntry): Promise<void> {
    this.#remember(entry);
    if (!this.#isPaused) await this.#watched(async () => this.#shared.put(entry));
  }

  /** Unlike for calls, a store that does not answer is an error here: whoever deletes must know. */
  async remove(selection: Selection): Promise<number> {
    await this.#memory.remove(selection);
    return this.#shared.remove(selection);
  }

  size(): CacheSize | Promise<CacheSize> {
    return this.#shared.size();
  }

  get #isPaused(): boolean {
    return this.#now() < this.#pausedUntil;
  }

  async #fetch(key: string, place: Place): Promise<CacheEntry | undefined> {
    const entry = await this.#watched(() => inTime(async () => this.#shared.get(key, place)));
    if (entry !== undefined) this.#remember(entry);
    return entry;
  }

  #remember(entry: CacheEntry): void {
    void this.#memory.put({ ...entry, expiresAt: Math.min(entry.expiresAt, this.#now() + OWN) });
  }

  async #watched<Result>(ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      this.#pausedUntil = this.#now() + PAUSE;
      throw error;
    }
  }
}

async function inTime<Result>(ask: () => Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`the store did not answer within ${PATIENCE}ms`)), PATIENCE);
  try {
    return await Promise.race([ask(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
