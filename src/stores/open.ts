import { sql } from 'kysely';
import type { Environment } from '../environment.ts';
import { openDatabase, openDataFolder, type Database, type DataFolder } from './database.ts';
import type { RecordStore } from './records/record-store.ts';
import { openRedis, type RedisConnection } from './redis.ts';
import type { ResponseStore } from './responses/response-store.ts';
import { Secrets } from './secrets.ts';
import { MemoryRecordStore } from './records/memory-record-store.ts';
import { MemoryResponseStore } from './responses/memory-response-store.ts';
import { SqlRecordStore } from './records/sql-record-store.ts';
import { SqlResponseStore } from './responses/sql-response-store.ts';

/** The health of one of the stores. */
export interface StoreStatus {
  readonly name: 'database' | 'redis';
  readonly kind: 'sqlite' | 'postgres' | 'redis' | 'memory';
  readonly ok: boolean;
}

/** Everything that a process keeps its state in. */
export interface Stores {
  readonly folder: DataFolder;
  readonly database: Database;
  /** Undefined: none is configured. */
  readonly redis: RedisConnection | undefined;
  readonly records: RecordStore;
  readonly responses: ResponseStore;
  readonly secrets: Secrets;
  /** Checks each of them; takes two seconds at most. */
  status(): Promise<readonly StoreStatus[]>;
  close(): Promise<void>;
}

export interface StoresOptions {
  readonly env: Environment;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Memory for kept responses, in bytes. */
  readonly responsesLimit: number;
}

/** Milliseconds that a store gets to answer. */
const PATIENCE = 2000;

/** Opens what the environment names (`SLUICE_DATA`, `DATABASE_URL`, `REDIS_URL`), and waits for none that is on another machine. */
export async function openStores({ env, now, responsesLimit }: StoresOptions): Promise<Stores> {
  const folder = openDataFolder(env);
  const secrets = new Secrets({ env, folder, now });
  const [database, redis] = await Promise.all([openDatabase(env, folder), openRedisOf(env)]);
  const records = openRecords(database, now);
  const responses = openResponses(database, { now, maxBytes: responsesLimit });
  return {
    folder,
    database,
    redis,
    records,
    responses,
    secrets,
    status: async () => [await statusOf(database), ...(redis === undefined ? [] : [{ name: 'redis', kind: 'redis', ok: redis.isUp } as const])],
    close: async () => {
      await Promise.all([records.close(), responses.close?.()]);
      await Promise.all([database.close(), redis?.close()]);
    },
  };
}

async function openRedisOf(env: StoresOptions['env']): Promise<RedisConnection | undefined> {
  const url = env['REDIS_URL'] ?? '';
  if (url === '') return undefined;
  if (!/^rediss?:\/\//.test(url)) throw new Error('REDIS_URL: expected redis://user:password@host:port, or rediss:// for TLS');
  return openRedis(url, { prefix: env['REDIS_PREFIX'] });
}

function openRecords(database: Database, now: () => number): RecordStore {
  return database.location === undefined ? new MemoryRecordStore(now) : new SqlRecordStore(database, now);
}

/** The store in memory is bounded, which a database in memory would not be. */
function openResponses(database: Database, { now, maxBytes }: { readonly now: () => number; readonly maxBytes: number }): ResponseStore {
  return database.location === undefined ? new MemoryResponseStore(now, { maxBytes }) : new SqlResponseStore(database, { now, maxBytes });
}

async function statusOf({ db, kind, location }: Database): Promise<StoreStatus> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE);
  const asked = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
  const ok = await Promise.race([asked, late]);
  clearTimeout(timer);
  return { name: 'database', kind: location === undefined ? 'memory' : kind, ok };
}
