import type { Pool, PoolClient } from 'pg';
import type { LogDatabase, SqlFlavour, SqlRow, SqlValue } from './database.ts';
import { wordsOf } from './sqlite.ts';
import { connectPool } from '../sql/postgres.ts';

const FLAVOUR: SqlFlavour = {
  blob: 'BYTEA',
  integer: 'BIGINT',
  real: 'DOUBLE PRECISION',
  join: 'JOIN',
  keyOnly: '',
  text: {
    create: [
      'CREATE TABLE IF NOT EXISTS log_text (key BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)',
      'CREATE INDEX IF NOT EXISTS log_text_words ON log_text USING gin (words)',
    ],
    key: 'key',
    insert: `(?, to_tsvector('simple', ?))`,
    matches: `log_text.words @@ to_tsquery('simple', ?)`,
  },
  searchText: (search) =>
    wordsOf(search)
      .map(({ word, goesOn }) => `'${word}'${goesOn ? ':*' : ''}`)
      .join(' & ') || undefined,
};

/** Whoever writes to the log holds this lock (a number of our own), so that sums are added up by one after the other. */
const WRITERS = 0x51_1c_e1_06;
/** Milliseconds until a database that does not answer counts as one that is down. */
const STATEMENT_TIMEOUT = 30_000;

/** Opens a log in Postgres; connects when it is first asked. */
export async function openPostgresLog(url: string): Promise<LogDatabase> {
  const pool = await connectPool(url, { max: 4, timeout: STATEMENT_TIMEOUT });
  return new PostgresLog(pool, pool);
}

class PostgresLog implements LogDatabase {
  readonly flavour = FLAVOUR;
  readonly #pool: Pool;
  readonly #connection: Pool | PoolClient;

  constructor(pool: Pool, connection: Pool | PoolClient) {
    this.#pool = pool;
    this.#connection = connection;
  }

  async all(sql: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return (await this.#connection.query(numbered(sql), values.map(storable))).rows as SqlRow[];
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return (await this.#connection.query(numbered(sql), values.map(storable))).rowCount ?? 0;
  }

  async transaction<Result>(work: (database: LogDatabase) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      await client.query(`SELECT pg_advisory_xact_lock(${WRITERS})`);
      const result = await work(new PostgresLog(this.#pool, client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = error as Error;
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release(failure);
    }
  }

  /** What Postgres has deleted it keeps for new rows, so that its files say nothing of what is in them. */
  async size(): Promise<undefined> {
    return undefined;
  }

  async shrink(): Promise<void> {}

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

const numberedBySql = new Map<string, string>();
const MOST = 500;

/** Postgres counts its placeholders. */
function numbered(sql: string): string {
  let text = numberedBySql.get(sql);
  if (text !== undefined) return text;
  let count = 0;
  text = sql.replaceAll('?', () => `$${(count += 1)}`);
  if (numberedBySql.size >= MOST) numberedBySql.clear();
  numberedBySql.set(sql, text);
  return text;
}

/** Texts in Postgres hold any character but this one. */
function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.includes('\u0000') ? value.replaceAll('\u0000', '\uFFFD') : value;
}
