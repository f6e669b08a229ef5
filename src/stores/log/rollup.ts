import { DIMENSIONS, type Dimension } from '../../logs/log-store.ts';
import type { Facts } from '../../logs/prepare.ts';
import { Sketch } from '../../logs/sketch.ts';
import { insertRows, type LogDatabase, type SqlValue } from './database.ts';
import { SUMS, type Sum } from './schema.ts';

/** A call as sums take it in. */
export interface Counted {
  readonly at: number;
  readonly status: number;
  readonly facts: Facts;
  /** Of `log_dimension`. */
  readonly numbers: Readonly<Record<Dimension, number>>;
  readonly bytes: number;
}

/** What calls are added up by: all together, by status, and by each dimension; sums are always kept apart by workspace. */
export type RollupKind = 'all' | 'status' | Exclude<Dimension, 'workspace'>;

const BY_DIMENSION = DIMENSIONS.filter((kind) => kind !== 'workspace');

export const MINUTE = 60_000;
export const HOUR = 3_600_000;

/** One row of `log_rollup` in the making. */
interface Tally {
  readonly hourly: 0 | 1;
  readonly kind: RollupKind;
  readonly slot: number;
  readonly value: number;
  readonly workspace: number;
  readonly sums: Record<Sum, number>;
  readonly ms: Sketch;
  readonly firstMs: Sketch;
}

/** Adds calls to the sums over minutes and hours; within a transaction. */
export async function addToRollups(database: LogDatabase, calls: readonly Counted[]): Promise<void> {
  const tallies = new Map<string, Tally>();
  for (const call of calls) {
    const { status, numbers } = call;
    count(tallies, call, { kind: 'all', value: 0 });
    count(tallies, call, { kind: 'status', value: status });
    for (const kind of BY_DIMENSION) if (numbers[kind] !== 0) count(tallies, call, { kind, value: numbers[kind] });
  }
  const rows = [...tallies.values()];
  await addSketches(database, rows);
  await insertRows(database, UPSERT, rows.map(rowOf));
}

function count(tallies: Map<string, Tally>, call: Counted, { kind, value }: Pick<Tally, 'kind' | 'value'>): void {
  const { workspace } = call.numbers;
  for (const hourly of [0, 1] as const) {
    const slot = Math.floor(call.at / (hourly === 1 ? HOUR : MINUTE));
    const name = `${hourly}/${kind}/${slot}/${value}/${workspace}`;
    let tally = tallies.get(name);
    if (tally === undefined) {
      tally = { hourly, kind, slot, value, workspace, sums: noSums(), ms: new Sketch(), firstMs: new Sketch() };
      tallies.set(name, tally);
    }
    add(tally, call);
  }
}

function noSums(): Record<Sum, number> {
  return Object.fromEntries(SUMS.map((name) => [name, 0])) as Record<Sum, number>;
}

function add({ sums, ms, firstMs }: Tally, { facts, bytes }: Counted): void {
  for (const name of SUMS) sums[name] += name === 'bytes' ? bytes : facts[name];
  ms.add(facts.msClass);
  if (facts.firstClass !== undefined) firstMs.add(facts.firstClass);
}

/** The sums are added up by the database, the sketches here. */
async function addSketches(database: LogDatabase, tallies: readonly Tally[]): Promise<void> {
  const groups = Map.groupBy(tallies, ({ hourly, kind, slot }) => `${hourly}/${kind}/${slot}`);
  for (const group of groups.values()) {
    const [{ hourly, kind, slot }] = group as [Tally];
    const rows = await database.all('SELECT value, workspace, ms, first_ms FROM log_rollup WHERE hourly = ? AND kind = ? AND slot = ?', [
      hourly,
      kind,
      slot,
    ]);
    const byPlace = new Map(rows.map((row) => [`${row['value'] as number}/${row['workspace'] as number}`, row]));
    for (const tally of group) {
      const row = byPlace.get(`${tally.value}/${tally.workspace}`);
      if (row === undefined) continue;
      tally.ms.addBytes(row['ms'] as Uint8Array);
      tally.firstMs.addBytes(row['first_ms'] as Uint8Array);
    }
  }
}

const UPSERT = {
  table: 'log_rollup',
  columns: ['hourly', 'kind', 'slot', 'value', 'workspace', ...SUMS, 'ms', 'first_ms'],
  tail: `ON CONFLICT (hourly, kind, slot, value, workspace) DO UPDATE SET ${SUMS.map((name) => `${name} = log_rollup.${name} + excluded.${name}`).join(', ')},
    ms = excluded.ms, first_ms = excluded.first_ms`,
};

function rowOf({ hourly, kind, slot, value, workspace, sums, ms, firstMs }: Tally): readonly SqlValue[] {
  return [hourly, kind, slot, value, workspace, ...SUMS.map((name) => sums[name]), ms.toBytes(), firstMs.toBytes()];
}
