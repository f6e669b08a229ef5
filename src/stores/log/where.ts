import { indexable } from '../../logs/indexable.ts';
import type { Bounds, LogFilter } from '../../logs/log-store.ts';
import type { LogDatabase, SqlValue } from './database.ts';
import { numbersOf } from './dimensions.ts';
import { KEYS_PER_MS } from './schema.ts';

/** A piece of SQL with the values of its placeholders. */
export interface Fragment {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Calls that a filter selects: `FROM … WHERE …` with `log_call` as `c`, and the column that puts them in the order of time. */
export interface Selection extends Fragment {
  readonly key: string;
}

/** No call can be what the filter asks for. */
const NOTHING: Fragment = { sql: '1 = 0', values: [] };

/** Finds where to look for the calls of a filter: the table that leaves the fewest is walked, the others are asked about each call. */
export async function selectionOf(database: LogDatabase, filter: LogFilter, more: readonly Fragment[] = []): Promise<Selection> {
  const { join } = database.flavour;
  const sources = sourcesOf(database, filter);
  const [first, ...others] = sources;
  const key = first?.key ?? 'c.key';
  const conditions = [
    ...timeConditions(filter, key),
    ...(first === undefined ? [] : [first.condition]),
    ...others.map(({ exists }) => exists),
    ...(await factConditions(database, filter)),
    ...more,
  ];
  const from = first === undefined ? 'log_call c' : `${first.table} ${join} log_call c ON c.key = ${first.key}`;
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => `(${sql})`).join(' AND ')}`;
  return { key, sql: `FROM ${from}${where}`, values: conditions.flatMap(({ values }) => values) };
}

/** A table beside `log_call` that knows the calls that a condition holds for. */
interface Source {
  readonly table: string;
  readonly key: string;
  readonly condition: Fragment;
  /** The same as a question about one call. */
  readonly exists: Fragment;
}

function sourcesOf({ flavour }: LogDatabase, { traceId, sessionId, search, metadata = {} }: LogFilter): readonly Source[] {
  const sources: Source[] = [];
  if (traceId !== undefined)
    sources.push(sourceOf('log_entry', 'key', { sql: 'log_entry.trace_id = ? OR log_entry.id = ?', values: [indexable(traceId), traceId] }));
  if (sessionId !== undefined) sources.push(sourceOf('log_entry', 'key', { sql: 'log_entry.session_id = ?', values: [indexable(sessionId)] }));
  if (search !== undefined && search.trim() !== '') {
    const words = flavour.searchText(search);
    const condition = words === undefined ? NOTHING : { sql: flavour.text.matches, values: [words] };
    sources.push(sourceOf('log_text', flavour.text.key, condition));
  }
  for (const [name, value] of Object.entries(metadata))
    sources.push(sourceOf('log_metadata', 'key', { sql: 'log_metadata.name = ? AND log_metadata.value = ?', values: [name, value] }));
  return sources;
}

function sourceOf(table: string, column: string, condition: Fragment): Source {
  const key = `${table}.${column}`;
  const exists = { sql: `EXISTS (SELECT 1 FROM ${table} WHERE ${key} = c.key AND (${condition.sql}))`, values: condition.values };
  return { table, key, condition, exists };
}

function timeConditions({ from, to }: LogFilter, key: string): readonly Fragment[] {
  return [
    ...(from === undefined ? [] : [{ sql: `${key} >= ?`, values: [Math.ceil(from) * KEYS_PER_MS] }]),
    ...(to === undefined ? [] : [{ sql: `${key} < ?`, values: [Math.ceil(to) * KEYS_PER_MS] }]),
  ];
}

async function factConditions(database: LogDatabase, filter: LogFilter): Promise<readonly Fragment[]> {
  const { status, failed, dimensions = {} } = filter;
  const conditions: Fragment[] = [...boundsOf('c.cost', filter.cost), ...boundsOf('c.ms', filter.ms), ...boundsOf('c.tokens', filter.tokens)];
  if (status !== undefined) conditions.push({ sql: status.map(() => 'c.status BETWEEN ? AND ?').join(' OR ') || NOTHING.sql, values: status.flat() });
  // Spelt out, so that the index of failed calls is seen to be of use.
  if (failed !== undefined) conditions.push({ sql: failed ? 'c.failed = 1' : 'c.failed = 0', values: [] });
  for (const [kind, values] of Object.entries(dimensions)) {
    const numbers = await numbersOf(database, kind as keyof typeof dimensions, values);
    conditions.push(numbers.length === 0 ? NOTHING : { sql: `c.${kind} IN (${numbers.join(', ')})`, values: [] });
  }
  return conditions;
}

function boundsOf(column: string, { min, max }: Bounds = {}): readonly Fragment[] {
  return [
    ...(min === undefined ? [] : [{ sql: `${column} >= ?`, values: [min] }]),
    ...(max === undefined ? [] : [{ sql: `${column} <= ?`, values: [max] }]),
  ];
}
