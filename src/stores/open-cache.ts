import type { CacheStore } from '../cache/cache-store.ts';
import { LayeredCache } from '../cache/layered-cache.ts';
import { MemoryCache } from '../cache/memory-cache.ts';
import { RedisCache } from './cache-redis.ts';
import { SqlCache } from './cache-sql.ts';
import type { Stores } from './open.ts';

export interface CacheSettings {
  /** Undefined: in Redis where there is one, else in memory. */
  readonly store: 'memory' | 'database' | 'redis' | undefined;
  /** Memory for entries, in bytes. */
  readonly memoryLimit: number;
  /** Room in the database, in bytes. */
  readonly databaseLimit: number;
}

/** Opens the store of cached answers. */
export function openCache({ redis, database }: Pick<Stores, 'redis' | 'database'>, settings: CacheSettings, now: () => number): CacheStore {
  const memory = new MemoryCache(now, settings.memoryLimit);
  const { store = redis === undefined ? 'memory' : 'redis' } = settings;
  if (store === 'memory') return memory;
  if (store === 'database') return new LayeredCache({ memory, shared: new SqlCache(database, now, settings.databaseLimit), now });
  if (redis === undefined) throw new Error('CACHE_STORE: redis needs REDIS_URL');
  return new LayeredCache({ memory, shared: new RedisCache(redis, now), now });
}
