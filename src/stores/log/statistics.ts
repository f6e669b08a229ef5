import type { Dimension, Group, GroupBy, LogFilter, Percentiles, Point, Statistics } from '../../logs/log-store.ts';
import { Sketch } from '../../logs/sketch.ts';
import type { LogDatabase, SqlRow } from './database.ts';
import { numbersOf, textsOf } from './dimensions.ts';
import { HOUR, MINUTE, type RollupKind } from './rollup.ts';
import { KEYS_PER_MS, SUMS, type Sum } from './schema.ts';
import { selectionOf, type Fragment } from './where.ts';

/** What is known of some calls together. */
class Tally {
  readonly sums = Object.fromEntries(SUMS.map((name) => [name, 0])) as Record<Sum, number>;
  readonly ms = new Sketch();
  readonly firstMs = new Sketch();

  add(row: SqlRow): void {
    for (const name of SUMS) this.sums[name] += row[name] as number;
  }

  statistics(): Statistics {
    const { semantic_hits: semanticHits, cache_read: cacheRead, cache_write: cacheWrite, ...sums } = this.sums;
    return { ...sums, semanticHits, cacheRead, cacheWrite, ms: percentilesOf(this.ms), firstMs: percentilesOf(this.firstMs) };
  }
}

function percentilesOf(sketch: Sketch): Percentiles {
  return { p50: sketch.percentile(0.5), p90: sketch.percentile(0.9), p95: sketch.percentile(0.95), p99: sketch.percentile(0.99) };
}

/** What calls are put together by. */
type Grouping =
  | { readonly kind: 'none' }
  /** Milliseconds of a step. */
  | { readonly kind: 'time'; readonly step: number }
  | { readonly kind: 'column'; readonly column: Dimension | 'status' }
  | { readonly kind: 'metadata'; readonly name: string };

type Tallies = Map<string | number, Tally>;

/** All calls of a filter together. */
export async function summaryOf(database: LogDatabase, filter: LogFilter): Promise<Statistics> {
  const tallies = await talliesOf(database, filter, { kind: 'none' });
  return ([...tallies.values()][0] ?? new Tally()).statistics();
}

/** The calls of a filter by steps of time; steps without a call are left out. */
export async function seriesOf(database: LogDatabase, filter: LogFilter, step: number): Promise<readonly Point[]> {
  const tallies = await talliesOf(database, filter, { kind: 'time', step });
  return [...tallies].map(([at, tally]) => ({ at: Number(at), ...tally.statistics() })).sort((one, other) => one.at - other.at);
}

/** The calls of a filter by what they have in common, the most frequent first. */
export async function groupsOf(
  database: LogDatabase,
  filter: LogFilter,
  { by, limit }: { readonly by: GroupBy; readonly limit: number },
): Promise<readonly Group[]> {
  const grouping = groupingOf(by);
  const tallies = await talliesOf(database, filter, grouping);
  const first = [...tallies].sort(([, one], [, other]) => other.sums.calls - one.sums.calls).slice(0, limit);
  const isNumbered = grouping.kind === 'column' && grouping.column !== 'status';
  const texts = isNumbered
    ? await textsOf(
        database,
        first.map(([key]) => Number(key)),
      )
    : undefined;
  return first.map(([key, tally]) => {
    const text = texts?.get(Number(key));
    return { key: texts === undefined ? String(key) : (text?.value ?? ''), name: text?.name ?? null, ...tally.statistics() };
  });
}

function groupingOf(by: GroupBy): Grouping {
  if (by.startsWith('metadata.')) return { kind: 'metadata', name: by.slice('metadata.'.length) };
  return { kind: 'column', column: by as Dimension | 'status' };
}

async function talliesOf(database: LogDatabase, filter: LogFilter, grouping: Grouping): Promise<Tallies> {
  const kind = rollupFor(filter, grouping);
  return kind === undefined ? fromCalls(database, filter, grouping) : fromRollups(database, filter, { grouping, kind });
}

/** Which of the sums that are kept answer the question; undefined: none of them do, because it asks for more than one thing at once. */
function rollupFor(filter: LogFilter, grouping: Grouping): RollupKind | undefined {
  if (asksForCalls(filter) || grouping.kind === 'metadata' || (grouping.kind === 'time' && grouping.step % MINUTE !== 0)) return undefined;
  const asked: readonly (RollupKind | 'workspace')[] = [
    ...(Object.keys(filter.dimensions ?? {}) as Dimension[]),
    ...(filter.status === undefined ? [] : ['status' as const]),
    ...(filter.failed === undefined ? [] : ['error_class' as const]),
    ...(grouping.kind === 'column' ? [grouping.column] : []),
  ];
  const kinds = [...new Set(asked)].filter((kind) => kind !== 'workspace');
  return kinds.length > 1 ? undefined : (kinds[0] ?? 'all');
}

/** Whether a filter asks for what no sum knows of. */
function asksForCalls({ traceId, sessionId, search, metadata = {}, cost, ms, tokens, failed }: LogFilter): boolean {
  const members = [traceId, sessionId, search, cost, ms, tokens];
  return failed === false || members.some((value) => value !== undefined) || Object.keys(metadata).length > 0;
}

interface RollupQuestion {
  readonly grouping: Grouping;
  readonly kind: RollupKind;
}

async function fromRollups(database: LogDatabase, filter: LogFilter, { grouping, kind }: RollupQuestion): Promise<Tallies> {
  const conditions = await rollupConditions(database, filter);
  const tallies: Tallies = new Map();
  for (const { hourly, from, to } of slotsOf(filter, grouping)) {
    const time = hourly === 1 ? HOUR : MINUTE;
    const all: readonly Fragment[] = [{ sql: 'hourly = ? AND kind = ? AND slot >= ? AND slot < ?', values: [hourly, kind, from, to] }, ...conditions];
    const rows = await database.all(
      `SELECT * FROM log_rollup WHERE ${all.map(({ sql }) => `(${sql})`).join(' AND ')}`,
      all.flatMap(({ values }) => values),
    );
    for (const row of rows) {
      const tally = tallyOf(tallies, groupOfRollup(row, grouping, time));
      tally.add(row);
      tally.ms.addBytes(row['ms'] as Uint8Array);
      tally.firstMs.addBytes(row['first_ms'] as Uint8Array);
    }
  }
  return tallies;
}

function groupOfRollup(row: SqlRow, grouping: Grouping, time: number): number {
  if (grouping.kind === 'time') return Math.floor(((row['slot'] as number) * time) / grouping.step) * grouping.step;
  if (grouping.kind !== 'column') return 0;
  return row[grouping.column === 'workspace' ? 'workspace' : 'value'] as number;
}

async function rollupConditions(database: LogDatabase, { status, dimensions = {} }: LogFilter): Promise<readonly Fragment[]> {
  const conditions: Fragment[] = [];
  if (status !== undefined) conditions.push({ sql: status.map(() => 'value BETWEEN ? AND ?').join(' OR ') || '1 = 0', values: status.flat() });
  for (const [kind, values] of Object.entries(dimensions)) {
    const numbers = await numbersOf(database, kind as Dimension, values);
    const column = kind === 'workspace' ? 'workspace' : 'value';
    conditions.push({ sql: numbers.length === 0 ? '1 = 0' : `${column} IN (${numbers.join(', ')})`, values: [] });
  }
  return conditions;
}

interface Slots {
  readonly hourly: 0 | 1;
  readonly from: number;
  readonly to: number;
}

/** Beyond any time that a slot can stand for. */
const FOREVER = 4_000_000_000_000;

/** Whole hours where there are some, and the minutes at both ends. */
function slotsOf({ from = 0, to = FOREVER }: LogFilter, grouping: Grouping): readonly Slots[] {
  const first = Math.floor(from / MINUTE);
  const end = Math.ceil(to / MINUTE);
  const firstHour = Math.ceil(first / 60);
  const endHour = Math.floor(end / 60);
  const takesHours = (grouping.kind !== 'time' || grouping.step % HOUR === 0) && endHour > firstHour;
  if (!takesHours) return [{ hourly: 0, from: first, to: end }];
  const parts: readonly Slots[] = [
    { hourly: 0, from: first, to: firstHour * 60 },
    { hourly: 1, from: firstHour, to: endHour },
    { hourly: 0, from: endHour * 60, to: end },
  ];
  return parts.filter((part) => part.to > part.from);
}

function tallyOf(tallies: Tallies, key: string | number): Tally {
  let tally = tallies.get(key);
  if (tally === undefined) tallies.set(key, (tally = new Tally()));
  return tally;
}

/** What `log_call` has of each sum. */
const FROM_CALLS = SUMS.map((name) =>
  name === 'calls' ? 'count(*) AS calls' : `coalesce(sum(c.${name === 'errors' ? 'failed' : name}), 0) AS ${name}`,
).join(', ');

async function fromCalls(database: LogDatabase, filter: LogFilter, grouping: Grouping): Promise<Tallies> {
  const more = grouping.kind === 'metadata' ? [{ sql: 'g.name = ?', values: [grouping.name] }] : [];
  const selection = await selectionOf(database, filter, more);
  const { sql, values } = grouping.kind === 'metadata' ? joined(selection, database) : selection;
  const group = groupExpression(grouping);
  const tallies: Tallies = new Map();
  const groupBy = group === NO_GROUP ? '' : `GROUP BY ${group}`;
  for (const row of await database.all(`SELECT ${group} AS g_key, ${FROM_CALLS} ${sql} ${groupBy}`, values))
    tallyOf(tallies, row['g_key'] as string | number).add(row);
  for (const name of ['ms', 'first'] as const) {
    const column = `c.${name}_class`;
    const rows = await database.all(
      `SELECT ${group} AS g_key, ${column} AS class, count(*) AS calls ${sql} ${groupBy === '' ? 'GROUP BY' : `${groupBy},`} ${column}`,
      values,
    );
    for (const row of rows) addClass(tallyOf(tallies, row['g_key'] as string | number), name, row);
  }
  return tallies;
}

function addClass(tally: Tally, name: 'ms' | 'first', row: SqlRow): void {
  if (row['class'] !== null) (name === 'ms' ? tally.ms : tally.firstMs).add(row['class'] as number, row['calls'] as number);
}

/** The selection with the member of the metadata that its calls are put together by. */
function joined({ sql, values }: Fragment, { flavour }: LogDatabase): Fragment {
  const where = sql.indexOf(' WHERE ');
  return { sql: `${sql.slice(0, where)} ${flavour.join} log_metadata g ON g.key = c.key${sql.slice(where)}`, values };
}

const NO_GROUP = '0';

function groupExpression(grouping: Grouping): string {
  if (grouping.kind === 'time') return `(c.key / ${Math.trunc(grouping.step) * KEYS_PER_MS}) * ${Math.trunc(grouping.step)}`;
  if (grouping.kind === 'metadata') return 'g.value';
  return grouping.kind === 'column' ? `c.${grouping.column}` : NO_GROUP;
}
