import { LRUCache } from 'lru-cache';
import type { ResponseStore, StoredResponse } from './response-store.ts';

/** What bounds a store in memory; what was used least lately goes first. */
export interface MemoryBounds {
  readonly maxResponses: number;
  /** Bytes of all responses together, as JSON. */
  readonly maxBytes: number;
  /** Milliseconds since the response was put or read. */
  readonly maxAge: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** 30 days, as at OpenAI, from when it was last asked for: a conversation that goes on needs its first turns too. */
const DEFAULTS: MemoryBounds = { maxResponses: 100_000, maxBytes: 256 * 1024 * 1024, maxAge: 30 * DAY };

/** Bytes that the index of an item takes, roughly. */
const INDEX_ENTRY = 200;

interface Entry {
  /** Bytes lie outside of the garbage collector's heap, and nobody can change what they say. */
  readonly json: Buffer;
  readonly itemKeys: readonly string[];
}

/** Keeps responses in this process until it ends. */
export class MemoryResponseStore implements ResponseStore {
  readonly #entries: LRUCache<string, Entry>;
  /** The key of the response by the key of its item. */
  readonly #byItem = new Map<string, string>();

  constructor(now: () => number, bounds: Partial<MemoryBounds> = {}) {
    const { maxResponses, maxBytes, maxAge } = { ...DEFAULTS, ...bounds };
    this.#entries = new LRUCache<string, Entry>({
      max: maxResponses,
      maxSize: maxBytes,
      sizeCalculation: ({ json, itemKeys }) => json.length + INDEX_ENTRY * (1 + itemKeys.length),
      ttl: maxAge,
      updateAgeOnGet: true,
      ttlResolution: 0,
      perf: { now },
      dispose: ({ itemKeys }, key) => this.#forgetItems(itemKeys, key),
    });
  }

  async get(tenant: string, id: string): Promise<StoredResponse | undefined> {
    return this.#read(keyOf(tenant, id));
  }

  async getByItem(tenant: string, itemId: string): Promise<StoredResponse | undefined> {
    const key = this.#byItem.get(keyOf(tenant, itemId));
    return key === undefined ? undefined : this.#read(key);
  }

  /** `json`: the response as JSON, from whoever has that already. */
  async put(tenant: string, stored: StoredResponse, json = JSON.stringify(stored)): Promise<void> {
    const key = keyOf(tenant, String(stored.response['id']));
    const itemKeys = stored.items.map((id) => keyOf(tenant, id));
    this.#entries.delete(key);
    this.#entries.set(key, { json: Buffer.from(json), itemKeys });
    // One that is too large for the store has not been taken.
    if (this.#entries.has(key)) for (const itemKey of itemKeys) this.#byItem.set(itemKey, key);
  }

  async delete(tenant: string, id: string): Promise<boolean> {
    return this.#entries.delete(keyOf(tenant, id));
  }

  #read(key: string): StoredResponse | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : (JSON.parse(entry.json.toString('utf8')) as StoredResponse);
  }

  #forgetItems(itemKeys: readonly string[], key: string): void {
    for (const itemKey of itemKeys) if (this.#byItem.get(itemKey) === key) this.#byItem.delete(itemKey);
  }
}

/** Tenants are hashes, in which there is no slash. */
function keyOf(tenant: string, id: string): string {
  return `${tenant}/${id}`;
}
