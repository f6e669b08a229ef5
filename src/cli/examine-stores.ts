import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../environment.ts';
import type { Check, Finding } from './examine.ts';

type Found = Omit<Finding, 'name'>;

/** Milliseconds that a store gets to answer. */
const PATIENCE = 5_000;
/** Bytes that should be free where logs are kept. */
const ENOUGH = 512 * 1024 * 1024;

/** The checks of what the gateway keeps its state in. Nothing is made or changed by them. */
export function examineStores(env: Environment): readonly Check[] {
  return [
    { name: 'data folder', run: () => dataFolder(env) },
    { name: 'SQLite', run: () => sqlite(env) },
    { name: 'Postgres', run: () => postgres(env['DATABASE_URL'] ?? '') },
    { name: 'Redis', run: () => redis(env['REDIS_URL'] ?? '') },
  ];
}

/** Undefined: the gateway is to keep everything in memory. */
function folderOf(env: Environment): string | undefined {
  const named = env['SLUICE_DATA'] ?? '';
  return named === 'memory' || named === ':memory:' ? undefined : path.resolve(named === '' ? 'data' : named);
}

function dataFolder(env: Environment): Found {
  const folder = folderOf(env);
  if (folder === undefined)
    return { state: 'warn', detail: 'memory: everything is lost when the gateway stops', advice: 'Set SLUICE_DATA to a folder.' };
  const existing = nearest(folder);
  if (!statSync(existing).isDirectory()) return { state: 'fail', detail: `${existing} is not a folder`, advice: 'Set SLUICE_DATA to a folder.' };
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    return {
      state: 'fail',
      detail: `${existing} is not writable`,
      advice: 'Give the user that runs the gateway write access, or set SLUICE_DATA.',
    };
  }
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const detail = `${folder}${existing === folder ? '' : ' (will be created)'}, ${Math.floor(free / 1024 / 1024)} MB free`;
  return free < ENOUGH ? { state: 'warn', detail, advice: 'Make room: logs and cached answers are kept there.' } : { state: 'ok', detail };
}

/** The folder, or the nearest one above it that exists. */
function nearest(folder: string): string {
  return existsSync(folder) || path.dirname(folder) === folder ? folder : nearest(path.dirname(folder));
}

async function sqlite(env: Environment): Promise<Found> {
  const folder = folderOf(env);
  if ((env['DATABASE_URL'] ?? '') !== '') return { state: 'skip', detail: 'Postgres is used instead' };
  if (folder === undefined) return { state: 'skip', detail: 'in memory' };
  const file = path.join(folder, 'sluice.db');
  if (!existsSync(file)) return { state: 'ok', detail: 'will be created at the first start' };
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const [verdict] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
    if (verdict === 'ok') return { state: 'ok', detail: file };
    return { state: 'fail', detail: `${file}: ${String(verdict)}`, advice: 'Restore the file from a backup, or move it away to start over.' };
  } finally {
    database.close();
  }
}

async function postgres(url: string): Promise<Found> {
  if (url === '') return { state: 'skip', detail: 'not used (DATABASE_URL)' };
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE });
  // A connection that breaks later would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; writable: boolean }>(
      "select current_setting('server_version') as version, not pg_is_in_recovery() as writable",
    );
    const [row] = rows;
    if (row?.writable === true) return { state: 'ok', detail: `Postgres ${row.version}` };
    return { state: 'fail', detail: 'the server is a read-only standby', advice: 'Point DATABASE_URL at the primary.' };
  } catch (error) {
    return {
      state: 'fail',
      detail: messageOf(error),
      advice: 'Check that the server is running and that DATABASE_URL has the right host, user and password.',
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function redis(url: string): Promise<Found> {
  if (url === '') return { state: 'skip', detail: 'not used (REDIS_URL)' };
  const { default: ioredis } = await import('ioredis');
  const client = new ioredis.Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason: unknown;
  client.on('error', (error: unknown) => void (reason = error));
  try {
    await client.connect();
    const info = await client.info('server');
    return { state: 'ok', detail: `Redis ${/redis_version:(\S+)/.exec(info)?.[1] ?? ''}` };
  } catch (error) {
    return {
      state: 'fail',
      detail: messageOf(reason ?? error),
      advice: 'Check that the server is running and that REDIS_URL has the right host and password.',
    };
  } finally {
    client.disconnect();
  }
}

/** Errors of connections that were tried at several addresses have no message of their own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
