import type { CacheSize, CacheStore, Selection } from '../../cache/cache-store.ts';
import { packEntry, unpackEntry, type CacheEntry, type Place } from '../../cache/entry.ts';
import type { RedisConnection } from '../redis.ts';

/** Keys that are looked through at once. */
const BATCH = 500;

/** Entries in Redis, which forgets them in time; how much room they have is the server's own setting (`maxmemory`). */
export class RedisCache implements CacheStore {
  readonly kind = 'redis';
  readonly #redis: RedisConnection;
  readonly #now: () => number;

  constructor(redis: RedisConnection, now: () => number) {
    this.#redis = redis;
    this.#now = now;
  }

  async get(key: string, place: Place): Promise<CacheEntry | undefined> {
    const bytes = await this.#redis.client.getBuffer(nameOf(key, place));
    return bytes === null ? undefined : unpackEntry(bytes);
  }

  async put(entry: CacheEntry): Promise<void> {
    const life = entry.expiresAt - this.#now();
    if (life > 0) await this.#redis.client.set(nameOf(entry.key, entry), packEntry(entry), 'PX', Math.ceil(life));
  }

  async remove({ workspace, namespace, key }: Selection): Promise<number> {
    const pattern = [workspace === undefined ? '*' : partOf(workspace), namespace === undefined ? '*' : partOf(namespace), key ?? '*'].join(':');
    let removed = 0;
    for await (const names of this.#names(pattern)) if (names.length > 0) removed += await this.#redis.client.unlink(...names);
    return removed;
  }

  async size(): Promise<CacheSize> {
    let entries = 0;
    let bytes = 0;
    for await (const names of this.#names('*')) {
      entries += names.length;
      const sizes = await Promise.all(names.map((name) => this.#redis.client.strlen(name)));
      bytes += sizes.reduce((sum, size) => sum + size, 0);
    }
    return { entries, bytes };
  }

  /** Patterns have no prefix of themselves, and what they find has one too much. */
  async *#names(pattern: string): AsyncGenerator<string[]> {
    const { client, prefix } = this.#redis;
    let cursor = '0';
    do {
      const [next, found] = await client.scan(cursor, 'MATCH', `${prefix}cache:${pattern}`, 'COUNT', BATCH);
      cursor = next;
      yield found.map((name) => name.slice(prefix.length));
    } while (cursor !== '0');
  }
}

function nameOf(key: string, { workspace, namespace }: Place): string {
  return `cache:${partOf(workspace)}:${partOf(namespace)}:${key}`;
}

/** Without the characters that separate parts, or mean something in patterns. */
function partOf(text: string): string {
  return Buffer.from(text).toString('base64url');
}
