import { sql, type Kysely } from 'kysely';
import type { DatabaseKind } from '../database.ts';
import { records } from './0001-records.ts';
import { responses } from './0002-responses.ts';
import { counters } from './0004-counters.ts';
import { cache } from './0007-cache.ts';
import { cacheVectors } from './0008-cache-vectors.ts';
import { counterEnds } from './0009-counter-ends.ts';

/**
 * Makes or changes tables. Only add: the version of the gateway before this one may be running beside it, and must not mind. Runs once, in
 * a transaction with all others that are due.
 */
export type Migration = (db: Kysely<object>, kind: DatabaseKind) => Promise<void>;

/** All there are, in the order in which they run. A name never changes once it has been released. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-records': records,
  '0002-responses': responses,
  '0004-counters': counters,
  '0007-cache': cache,
  '0008-cache-vectors': cacheVectors,
  '0009-counter-ends': counterEnds,
};

type Tables = { sluice_migrations: { name: string; ran_at: number } };

/** Any number, as long as it is always the same: of the lock that those who start at the same time wait for. */
const LOCK = 7_150_823_001;

/** Brings the tables up to date, whoever else may be doing so. Migrations of a newer version of the gateway are left alone. */
export async function migrate(db: Kysely<object>, kind: DatabaseKind): Promise<void> {
  const tables = db.withTables<Tables>();
  if (await isUpToDate(tables, kind)) return;
  await tables.transaction().execute(async (transaction) => {
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(transaction);
    await transaction.schema
      .createTable('sluice_migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('ran_at', 'bigint', (column) => column.notNull())
      .execute();
    for (const [name, run] of await pending(transaction)) {
      await run(transaction as unknown as Kysely<object>, kind);
      await transaction.insertInto('sluice_migrations').values({ name, ran_at: Date.now() }).execute();
    }
  });
}

async function isUpToDate(db: Kysely<Tables>, kind: DatabaseKind): Promise<boolean> {
  const { rows } = await {
    sqlite: sql<{ name: string | null }>`select name from sqlite_master where name = 'sluice_migrations'`,
    postgres: sql<{ name: string | null }>`select to_regclass('sluice_migrations')::text as name`,
  }[kind].execute(db);
  const isThere = (rows[0]?.name ?? null) !== null;
  return isThere && (await pending(db)).length === 0;
}

async function pending(db: Kysely<Tables>): Promise<readonly [string, Migration][]> {
  const rows = await db.selectFrom('sluice_migrations').select('name').execute();
  const done = new Set(rows.map(({ name }) => name));
  return Object.entries(MIGRATIONS).filter(([name]) => !done.has(name));
}
