import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Environment } from '../environment.ts';
import { log } from '../telemetry/log.ts';
import { migrate } from './migrations/index.ts';
import { openPostgres } from './sql/postgres.ts';
import { openSqlite } from './sql/sqlite.ts';

export type DatabaseKind = 'sqlite' | 'postgres';

/** The one database of a process, which all that keep something in it share. */
export interface Database {
  readonly kind: DatabaseKind;
  /**
   * Its tables are those of the migrations; a user of some of them says which: `database.db.withTables<RecordTables>()`. Queries reject,
   * and never hang, while the database cannot be reached. Transactions of SQLite are `immediate`.
   */
  readonly db: Kysely<object>;
  /** Where it is: the file of SQLite (undefined: in memory), or the URL of Postgres. For connections of one's own. */
  readonly location: string | undefined;
  /** Brings its tables up to date: an empty database may have taken the place of the one that was there. */
  prepare(): Promise<void>;
  close(): Promise<void>;
}

/** The folder of a process's state; undefined: it keeps nothing on disk. */
export type DataFolder = string | undefined;

/** Name of SQLite's file in the data folder. */
const FILE = 'sluice.db';

/** Makes the data folder of `SLUICE_DATA` (by default `./data`). Undefined for `memory`, or where nothing can be written there. */
export function openDataFolder(env: Environment): DataFolder {
  const named = env['SLUICE_DATA'] ?? '';
  if (named === 'memory' || named === ':memory:') return undefined;
  const folder = path.resolve(named === '' ? 'data' : named);
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    const { message } = error as Error;
    // Who goes on without the keys that are in it would refuse them all, or let everybody in.
    if (existsSync(path.join(folder, FILE)))
      throw new Error(`SLUICE_DATA: ${folder} has a database, but cannot be written: ${message}`, { cause: error });
    log('warn', `The data folder cannot be written (SLUICE_DATA: ${folder}): everything is kept in memory and will be lost when the gateway stops.`, {
      reason: message,
    });
    return undefined;
  }
}

/** One folder after the other: Node's own `recursive` never ends where the system denies that a parent is there, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Opens Postgres where `DATABASE_URL` names one, else SQLite in the data folder, else SQLite in memory; with all of its tables. */
export async function openDatabase(env: Environment, folder: DataFolder): Promise<Database> {
  const url = env['DATABASE_URL'] ?? '';
  if (url !== '' && !/^postgres(ql)?:\/\//.test(url)) throw new Error('DATABASE_URL: expected postgres://user:password@host:port/database');
  if (url !== '') return openPostgres(url, migrate);
  return openSqlite(folder === undefined ? undefined : path.join(folder, FILE), migrate);
}
