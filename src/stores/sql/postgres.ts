import { Kysely, PostgresAdapter, PostgresDriver, PostgresIntrospector, PostgresQueryCompiler, type Dialect } from 'kysely';
import type { Socket } from 'node:net';
import type Postgres from 'pg';
import type { Client, ClientConfig, CustomTypesConfig, Pool, PoolClient } from 'pg';
import type { Database, DatabaseKind } from '../database.ts';

const SECOND = 1000;

const CONNECT_TIMEOUT = 3 * SECOND;
const QUERY_TIMEOUT = 5 * SECOND;

/** Migrations may have to wait for each other, and to go through large tables. */
const MIGRATION_TIMEOUT = 600 * SECOND;

/** How long queries wait for migrations that are under way. */
const PATIENCE_WITH_MIGRATIONS = 5 * SECOND;

const CONNECTIONS = 10;

type Migrate = (db: Kysely<object>, kind: DatabaseKind) => Promise<void>;

/**
 * Opens Postgres without waiting for it: the first query connects and brings the tables up to date before it runs, and so does the next
 * one where that fails.
 */
export function openPostgres(url: string, migrate: Migrate): Database {
  const prepare = shared(() => migrateBy(url, migrate));
  const connect = (): Promise<Pool> => connectPool(url, { max: CONNECTIONS, timeout: QUERY_TIMEOUT });
  const db = new Kysely<object>({ dialect: postgresDialect(connect, prepare) });
  return { kind: 'postgres', db, location: url, prepare, close: () => db.destroy() };
}

/** A connection of one's own, not yet connected; milliseconds until a query that gets no answer rejects, and the connection ends. */
export async function postgresClient(url: string, timeout: number): Promise<Client> {
  const { Timed, types } = await driver();
  const client = new Timed({ ...settings(url, types), query_timeout: timeout });
  client.on('error', ignore);
  return client;
}

export interface PoolOptions {
  /** Connections at most. */
  readonly max: number;
  /** Milliseconds until a query that gets no answer rejects. */
  readonly timeout: number;
}

/** Connections that are made when they are needed. Whatever becomes of the server, queries reject in time, and later ones work again. */
export async function connectPool(url: string, { max, timeout }: PoolOptions): Promise<Pool> {
  const { pg, Timed, types } = await driver();
  // The client waits a little longer than the server does: that is for a server which hangs.
  const pool = new pg.Pool({ ...settings(url, types), max, query_timeout: timeout + SECOND, Client: Timed, verify: setTimeouts(timeout) });
  pool.on('error', ignore);
  // While a client is taken the pool does not listen, and an error that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

function settings(url: string, types: CustomTypesConfig): ClientConfig {
  return { connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT, keepAlive: true, application_name: 'sluice', types };
}

/** The server's part, by a query: poolers in front of Postgres refuse connections that begin with settings. */
function setTimeouts(timeout: number): (client: PoolClient, done: (error?: Error) => void) => void {
  const values = { statement_timeout: timeout, lock_timeout: Math.min(timeout, 60 * SECOND), idle_in_transaction_session_timeout: 30 * SECOND };
  const text = Object.entries(values)
    .map(([name, value]) => `set ${name} = ${value}`)
    .join('; ');
  return (client, done) => void client.query(text).then(() => done(), done);
}

/** Errors of connections come up again in the queries that use them. */
function ignore(): void {}

interface PostgresClasses {
  readonly pg: typeof Postgres;
  readonly Timed: typeof Postgres.Client;
  readonly types: CustomTypesConfig;
}

async function driver(): Promise<PostgresClasses> {
  const { default: pg } = await import('pg');
  const types = new pg.TypeOverrides();
  for (const id of [pg.types.builtins.INT8, pg.types.builtins.NUMERIC]) types.setTypeParser(id, Number);
  return { pg, Timed: timedClient(pg), types };
}

/** An answer that does not come in time leaves a connection that still waits for it: nobody else may get that one. */
function timedClient(pg: typeof Postgres): typeof Postgres.Client {
  return class extends pg.Client {
    override query(...input: unknown[]): never {
      const result: unknown = super.query(...(input as [string]));
      if (result instanceof Promise) {
        result.catch((error: unknown) => {
          if (isLate(error)) void this.end();
        });
      }
      return result as never;
    }
  };
}

function isLate(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Ends a connection, be it to a server that says nothing any more. */
export async function endClient(client: Client): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, SECOND);
  await Promise.race([client.end(), late]);
  clearTimeout(timer);
  (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
}

async function migrateBy(url: string, migrate: Migrate): Promise<void> {
  const pool = await connectPool(url, { max: 1, timeout: MIGRATION_TIMEOUT });
  const dialect = postgresDialect(
    async () => pool,
    async () => {},
  );
  const db = new Kysely<object>({ dialect });
  try {
    await migrate(db, 'postgres');
  } finally {
    await db.destroy();
  }
}

/** Whoever asks while it runs waits for the same run, but not for ever. */
function shared(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  return async () => {
    current ??= run().finally(() => (current = undefined));
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('The tables of the database are still being brought up to date.')), PATIENCE_WITH_MIGRATIONS);
    try {
      await Promise.race([current, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function postgresDialect(connect: () => Promise<Pool>, prepare: () => Promise<void>): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PreparedDriver(connect, prepare),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/** Kysely awaits `init` before the first query, and calls it again before the next one where it rejects. */
class PreparedDriver extends PostgresDriver {
  readonly #prepare: () => Promise<void>;

  constructor(connect: () => Promise<Pool>, prepare: () => Promise<void>) {
    super({ pool: connect });
    this.#prepare = prepare;
  }

  override async init(): Promise<void> {
    await this.#prepare();
    await super.init();
  }
}
