import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { LogDatabase, SqlFlavour, SqlRow, SqlValue } from './database.ts';

const FLAVOUR: SqlFlavour = {
  blob: 'BLOB',
  integer: 'INTEGER',
  real: 'REAL',
  join: 'CROSS JOIN',
  keyOnly: 'WITHOUT ROWID',
  text: {
    create: [`CREATE VIRTUAL TABLE IF NOT EXISTS log_text USING fts5(words, content='', contentless_delete=1, detail=none)`],
    key: 'rowid',
    insert: '(?, ?)',
    matches: 'log_text MATCH ?',
  },
  // Phrases need an index three times as large, so that a word with a dash in it is two words.
  searchText: (search) =>
    wordsOf(search)
      .map(({ word, goesOn }) => `"${word}"${goesOn ? '*' : ''}`)
      .join(' AND ') || undefined,
};

/** The words of a search; one that ends in `*` may go on. */
export function wordsOf(search: string): readonly { readonly word: string; readonly goesOn: boolean }[] {
  return [...search.matchAll(/([\p{L}\p{N}\p{M}\p{Co}]+)(\*?)/gu)].map(([, word = '', star]) => ({ word, goesOn: star === '*' }));
}

const STATEMENTS = 200;
/** Pages that are given back to the disk at once. */
const SHRUNK_PAGES = 2000;

export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly isReadOnly: boolean;
}

/** Opens the SQLite file of a log. Its statements run at once, on the thread that asks. */
export function openSqliteLog({ path, isReadOnly }: SqliteOptions): LogDatabase {
  // What callers said is their own: SQLite gives its other files the permissions of the first one.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const connection = new DatabaseSync(path, { timeout: 10_000 });
  try {
    connection.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY');
    connection.exec('PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000');
    if (isReadOnly) connection.exec('PRAGMA mmap_size = 4294967296; PRAGMA query_only = OFF');
  } catch (error) {
    connection.close();
    throw error;
  }
  return new SqliteLog(connection);
}

class SqliteLog implements LogDatabase {
  readonly flavour = FLAVOUR;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  async all(sql: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return this.#statement(sql).all(...values);
  }

  async run(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Transactions of one connection come after each other; reads in between see what is not committed yet, which then mostly is. */
  transaction<Result>(work: (database: LogDatabase) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(() => this.#perform(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #perform<Result>(work: (database: LogDatabase) => Promise<Result>): Promise<Result> {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      const result = await work(this);
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      // A disk that is full has ended the transaction already, and is the reason worth telling.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  async size(): Promise<number> {
    const [{ used = 0 } = {}] = await this.all(
      'SELECT (page_count - freelist_count) * page_size AS used FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()',
    );
    return used as number;
  }

  async shrink(): Promise<void> {
    this.#connection.exec(`PRAGMA incremental_vacuum(${SHRUNK_PAGES})`);
  }

  async close(): Promise<void> {
    await this.#last;
    this.#statements.clear();
    this.#connection.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement !== undefined) return statement;
    if (this.#statements.size >= STATEMENTS) this.#statements.clear();
    statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
