import type { CacheStore } from '../../cache/cache-store.ts';
import { LayeredCache } from '../../cache/layered-cache.ts';
import { MemoryCache } from '../../cache/memory-cache.ts';
import { SearchedVectors } from '../../cache/searched-vectors.ts';
import { SharedVectors, type VectorJournal } from '../../cache/shared-vectors.ts';
import { MemoryVectors, type VectorIndex } from '../../cache/vector-index.ts';
import { PgVectors } from './pgvector.ts';
import { RedisCache } from './redis.ts';
import { SqlCache } from './sql.ts';
import { RedisVectors, SqlVectors } from './vectors.ts';
import type { Stores } from '../open.ts';

export interface CacheSettings {
  /** Undefined: in Redis where there is one, else in memory. */
  readonly store: 'memory' | 'database' | 'redis' | undefined;
  /** Memory for entries, in bytes; half as much again for what semantic caches compare. */
  readonly memoryLimit: number;
  /** Room in the database, in bytes. */
  readonly databaseLimit: number;
}

/** Where cached answers are, and what is compared of their questions. */
export interface OpenCache {
  readonly store: CacheStore;
  readonly vectors: VectorIndex;
}

type Backing = Pick<Stores, 'redis' | 'database'>;

/** Opens the store of cached answers. */
export function openCache(stores: Backing, settings: CacheSettings, now: () => number): OpenCache {
  const memory = new MemoryCache(now, settings.memoryLimit);
  const vectors = new MemoryVectors(now, settings.memoryLimit / 2);
  const shared = sharedStore(stores, settings, now);
  if (shared === undefined) return { store: memory, vectors };
  const store = new LayeredCache({ memory, shared: shared.store, now });
  const listed = new SharedVectors({ memory: vectors, journal: shared.journal, now });
  if (stores.database.kind !== 'postgres') return { store, vectors: listed };
  const search = new PgVectors(stores.database, now);
  return { store, vectors: new SearchedVectors({ search, memory: vectors, otherwise: listed, now }) };
}

interface Shared {
  readonly store: CacheStore;
  readonly journal: VectorJournal;
}

function sharedStore({ redis, database }: Backing, { store: wanted, databaseLimit }: CacheSettings, now: () => number): Shared | undefined {
  const kind = wanted ?? (redis === undefined ? 'memory' : 'redis');
  if (kind === 'memory') return undefined;
  if (kind === 'database') return { store: new SqlCache(database, now, databaseLimit), journal: new SqlVectors(database, now) };
  if (redis === undefined) throw new Error('CACHE_STORE: redis needs REDIS_URL');
  return { store: new RedisCache(redis, now), journal: new RedisVectors(redis, now) };
}
