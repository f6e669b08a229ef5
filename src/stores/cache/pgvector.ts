import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { VectorSearch } from '../../cache/searched-vectors.ts';
import type { Indexed, Nearest } from '../../cache/vector-index.ts';
import { log } from '../../telemetry/log.ts';
import type { Database } from '../database.ts';

interface Row {
  readonly partition: string;
  readonly key: string;
  readonly created_at: number;
  readonly expires_at: number;
  /** Vectors of different lengths cannot be compared. */
  readonly length: number;
  readonly vector: string;
}

type Tables = { sluice_cache_pgvectors: Row };

/** So many vectors are written between two times that expired ones are deleted. */
const TIDY_AFTER = 200;

/** Any number but those of other locks. */
const LOCK = 7_150_823_002;

/** Vectors in Postgres, compared there by the extension pgvector, where the server has it. */
export class PgVectors implements VectorSearch {
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;
  #offered: Promise<boolean> | undefined;
  #written = 0;

  constructor({ db }: Pick<Database, 'db'>, now: () => number) {
    this.#db = db.withTables<Tables>();
    this.#now = now;
  }

  /** The table is not one of the migrations: the extension may come, or go, long after those have run. */
  isOffered(): Promise<boolean> {
    return (this.#offered ??= this.#prepare().catch((error: unknown) => {
      this.#offered = undefined;
      throw error;
    }));
  }

  nearest(partition: string, vector: Float32Array): Promise<Nearest | undefined> {
    return this.#asked(async () => {
      const found = await this.#db
        .selectFrom('sluice_cache_pgvectors')
        .select(['key', sql<number>`vector <=> ${spelled(vector)}`.as('distance')])
        .where('partition', '=', partition)
        .where('length', '=', vector.length)
        .where('expires_at', '>', this.#now())
        .orderBy('distance')
        .limit(1)
        .executeTakeFirst();
      return found === undefined ? undefined : { key: found.key, similarity: Math.min(1, 1 - found.distance) };
    });
  }

  add(partition: string, { key, vector, expiresAt }: Indexed): Promise<void> {
    const rest = { created_at: this.#now(), expires_at: expiresAt, length: vector.length, vector: spelled(vector) };
    return this.#asked(async () => {
      await this.#db
        .insertInto('sluice_cache_pgvectors')
        .values({ partition, key, ...rest })
        .onConflict((conflict) => conflict.columns(['partition', 'key']).doUpdateSet(rest))
        .execute();
      if (++this.#written % TIDY_AFTER === 0) await this.#db.deleteFrom('sluice_cache_pgvectors').where('expires_at', '<=', this.#now()).execute();
    });
  }

  remove(partition: string, key: string): Promise<void> {
    return this.#asked(async () => {
      await this.#db.deleteFrom('sluice_cache_pgvectors').where('partition', '=', partition).where('key', '=', key).execute();
    });
  }

  /** An empty database may have taken the place of the one that was there: then the table is made again before the next question. */
  async #asked<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (codeOf(error) === NO_TABLE) this.#offered = undefined;
      throw error;
    }
  }

  /** Rejects where the server is out of reach: then nobody knows yet. */
  async #prepare(): Promise<boolean> {
    try {
      await this.#makeTable();
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { message: reason } = error as Error;
      log('info', 'Postgres has no pgvector for this gateway: semantic caches compare the newest 2000 questions of a kind in memory', { reason });
      return false;
    }
  }

  async #makeTable(): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(db);
      await sql`create extension if not exists vector`.execute(db);
      await db.schema
        .createTable('sluice_cache_pgvectors')
        .ifNotExists()
        .addColumn('partition', sql`text collate "C"`, (column) => column.notNull())
        .addColumn('key', sql`text collate "C"`, (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('length', 'integer', (column) => column.notNull())
        .addColumn('vector', sql`vector`, (column) => column.notNull())
        .addPrimaryKeyConstraint('sluice_cache_pgvectors_key', ['partition', 'key'])
        .execute();
      await db.schema.createIndex('sluice_cache_pgvectors_expires_at').ifNotExists().on('sluice_cache_pgvectors').column('expires_at').execute();
    });
  }
}

const NO_TABLE = '42P01';
/** Without its files the extension cannot be had, now or later. */
const NO_FILE = '58P01';
/** Classes of errors of a server that is going, coming, or has no room: another time it may do what it is asked. */
const PASSING = /^(?:08|40|53|55|57|58)/;

/** Whether the server itself has answered that it cannot, or may not. */
function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (code === NO_FILE || !PASSING.test(code));
}

/** The SQLSTATE of an error that the server answered with. */
function codeOf(error: unknown): string | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function spelled(vector: Float32Array): RawBuilder<string> {
  return sql<string>`${`[${vector.join(',')}]`}::vector`;
}
