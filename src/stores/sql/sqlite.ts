import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type Dialect } from 'kysely';
import type { Database, DatabaseKind } from '../database.ts';
import { SqliteDriver } from './sqlite-driver.ts';

/** How a connection waits for others that write, in milliseconds, while it is being opened. */
const OPENING_TIMEOUT = 5000;

const SETTINGS = `
  pragma auto_vacuum = incremental;
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma foreign_keys = on;
  pragma journal_size_limit = 67108864;
`;

/**
 * Opens a connection to a file of SQLite (undefined: to a database in memory), which only its owner may read. Writers of different
 * connections wait for each other: this one waits, and blocks its thread, for `busyTimeout` milliseconds before a statement fails.
 */
export async function connectSqlite(file: string | undefined, busyTimeout = OPENING_TIMEOUT): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite');
  // SQLite gives its other files the permissions of the first one.
  if (file !== undefined) closeSync(openSync(file, 'a', 0o600));
  const connection = new sqlite.DatabaseSync(file ?? ':memory:', { timeout: OPENING_TIMEOUT });
  try {
    connection.exec(`${SETTINGS} pragma busy_timeout = ${busyTimeout};`);
    return connection;
  } catch (cause) {
    connection.close();
    throw new Error(`The database ${file} cannot be opened: ${(cause as Error).message}`, { cause });
  }
}

/** Opens SQLite and brings its tables up to date. */
export async function openSqlite(file: string | undefined, migrate: (db: Kysely<object>, kind: DatabaseKind) => Promise<void>): Promise<Database> {
  // The driver waits itself, without blocking the thread.
  const db = new Kysely<object>({ dialect: sqliteDialect(await connectSqlite(file, 0)) });
  await migrate(db, 'sqlite');
  return { kind: 'sqlite', db, location: file, prepare: async () => {}, close: () => db.destroy() };
}

function sqliteDialect(connection: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
