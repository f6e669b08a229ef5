/** What a column can hold. Whole numbers stay below 2^53. */
export type SqlValue = string | number | null | Uint8Array;

export type SqlRow = Readonly<Record<string, unknown>>;

/** What differs between the databases that a log can lie in. Placeholders are `?` in both. */
export interface SqlFlavour {
  readonly blob: string;
  readonly integer: string;
  readonly real: string;
  /** Keeps the order of tables in a join where the planner might turn it around. */
  readonly join: string;
  /** Behind the definition of a table that is nothing but its primary key. */
  readonly keyOnly: string;
  /** Table of the words of each call: its definition, its key, and the condition that takes a question made by `searchText`. */
  readonly text: { readonly create: readonly string[]; readonly key: string; readonly insert: string; readonly matches: string };
  /** A question for the words that a person looks for; undefined: there is no word in it. */
  searchText(search: string): string | undefined;
}

/** A connection to the database of a log. Every method rejects where it cannot be reached. */
export interface LogDatabase {
  readonly flavour: SqlFlavour;
  all(sql: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** Gives the number of rows that were changed. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>;
  /** Runs statements that hold together or not at all; nobody else writes to the log meanwhile. */
  transaction<Result>(work: (database: LogDatabase) => Promise<Result>): Promise<Result>;
  /** Bytes that the log takes; undefined where the database cannot tell, and the log must count for itself. */
  size(): Promise<number | undefined>;
  /** Gives space back to the disk. */
  shrink(): Promise<void>;
  close(): Promise<void>;
}

/** Rows go in by so many at once, so that few different statements are needed. */
const AT_ONCE = [64, 8, 1] as const;

export interface Insert {
  readonly table: string;
  readonly columns: readonly string[];
  /** Behind the values, as `ON CONFLICT …`. */
  readonly tail?: string;
  /** The values of a row where they are not just placeholders. */
  readonly row?: string;
}

/** Adds rows to a table. */
export async function insertRows(
  database: LogDatabase,
  { table, columns, tail = '', row }: Insert,
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const place = row ?? `(${columns.map(() => '?').join(', ')})`;
  const head = `INSERT INTO ${table} (${columns.join(', ')}) VALUES `;
  let from = 0;
  for (const count of AT_ONCE) {
    const sql = `${head}${Array.from({ length: count }, () => place).join(', ')} ${tail}`;
    for (; rows.length - from >= count; from += count) await database.run(sql, rows.slice(from, from + count).flat());
  }
}

/** So many values are asked for at once. */
const ASKED_AT_ONCE = 64;

/** The rows whose column has one of the values; values come in lists of one length, so that few different statements are needed. */
export async function rowsWith(database: LogDatabase, select: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
  const found: SqlRow[] = [];
  for (let from = 0; from < values.length; from += ASKED_AT_ONCE) {
    const asked = values.slice(from, from + ASKED_AT_ONCE);
    const filled = [...asked, ...Array.from({ length: ASKED_AT_ONCE - asked.length }, () => asked[0] as SqlValue)];
    found.push(...(await database.all(`${select} IN (${filled.map(() => '?').join(', ')})`, filled)));
  }
  return found;
}
