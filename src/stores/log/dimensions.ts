import { DIMENSIONS, type Dimension } from '../../logs/log-store.ts';
import { indexable } from '../../logs/indexable.ts';
import { rowsWith, type LogDatabase } from './database.ts';

/** What dimensions tell of a call; undefined: it has none of them. */
export type DimensionValues = Readonly<Record<Dimension, string | undefined>>;

const MOST_KNOWN = 20_000;
const NONE = 0;

/** The numbers that stand for the texts of dimensions. */
export class Dimensions {
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<string, string>();

  /** Undefined: the text has no number yet. */
  known(kind: Dimension, value: string | undefined): number | undefined {
    return value === undefined ? NONE : this.#ids.get(`${kind}\n${indexable(value)}`);
  }

  /** Makes sure that all texts have numbers; within a transaction. */
  async ensure(database: LogDatabase, calls: readonly DimensionValues[], names: ReadonlyMap<string, string>): Promise<void> {
    if (this.#ids.size > MOST_KNOWN) this.forget();
    for (const kind of DIMENSIONS) {
      const wanted = new Set(calls.flatMap((values) => values[kind] ?? []).map(indexable));
      const unknown = [...wanted].filter((value) => this.known(kind, value) === undefined);
      for (const value of unknown) await this.#add(database, kind, value);
    }
    for (const [id, name] of names) await this.#rename(database, indexable(id), name);
  }

  /** A transaction that failed has taken its numbers with it. */
  forget(): void {
    this.#ids.clear();
    this.#names.clear();
  }

  async #add(database: LogDatabase, kind: Dimension, value: string): Promise<void> {
    await database.run(
      `INSERT INTO log_dimension (id, kind, value) SELECT coalesce(max(id), 0) + 1, CAST(? AS TEXT), CAST(? AS TEXT) FROM log_dimension WHERE true
       ON CONFLICT (kind, value) DO NOTHING`,
      [kind, value],
    );
    const [row] = await database.all('SELECT id FROM log_dimension WHERE kind = ? AND value = ?', [kind, value]);
    this.#ids.set(`${kind}\n${value}`, row?.['id'] as number);
  }

  /** Keys are told apart by their ids, and shown by their names. */
  async #rename(database: LogDatabase, id: string, name: string): Promise<void> {
    if (this.#names.get(id) === name) return;
    await database.run(`UPDATE log_dimension SET name = ? WHERE kind = 'api_key' AND value = ?`, [name, id]);
    this.#names.set(id, name);
  }
}

/** The numbers of some values of a dimension, without those that never came. */
export async function numbersOf(database: LogDatabase, kind: Dimension, values: readonly string[]): Promise<readonly number[]> {
  const rows = await rowsWith(database, `SELECT id FROM log_dimension WHERE kind = '${kind}' AND value`, values.map(indexable));
  return [...new Set(rows.map(({ id }) => id as number))];
}

/** The texts behind numbers, and the names that go with them. */
export async function textsOf(
  database: LogDatabase,
  ids: readonly number[],
): Promise<ReadonlyMap<number, { readonly value: string; readonly name: string | null }>> {
  const rows = await rowsWith(database, 'SELECT id, value, name FROM log_dimension WHERE id', ids);
  return new Map(rows.map(({ id, value, name }) => [id as number, { value: value as string, name: name as string | null }]));
}
