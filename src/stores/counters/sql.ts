import { sql, type Kysely, type RawBuilder, type Selectable, type Transaction } from 'kysely';
import { answerClaim, heldOf, MOST_COUNTED, type Holding } from './rules.ts';
import type { DurableCounters, Holders } from './redis.ts';
import type { Claim, Count, Grant, Mark } from './counter-store.ts';
import type { Database } from '../database.ts';

type CounterTable = { counter: string; period: number; ends_at: number | null };
type HolderTable = { counter: string; holder: string; period: number; turn: number; used: number; lease: number; until: number };
type MarkTable = { counter: string; period: number; mark: string };

/** What the migration of counters makes. */
export type CounterTables = {
  sluice_counters: CounterTable;
  sluice_counter_holders: HolderTable;
  sluice_counter_marks: MarkTable;
};

/** Milliseconds after which a holder that was not heard of is taken for gone: what it used is added to that of all others who are. */
const FORGOTTEN = 3_600_000;
/** Under whose name that is. */
const GONE = '';
/** So many of them are put up with. */
const MOST_GONE = 16;

/** Keeps counters in SQLite or Postgres. What has been reported survives everything that the database survives. */
export class SqlCounters implements DurableCounters {
  readonly #db: Kysely<CounterTables>;
  /** The database's own clock: those of the processes may differ. */
  readonly #now: RawBuilder<number>;
  readonly #isPostgres: boolean;

  constructor({ db, kind }: Database) {
    this.#db = db.withTables<CounterTables>();
    this.#isPostgres = kind === 'postgres';
    this.#now = this.#isPostgres
      ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
      : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
  }

  async exchange(claims: readonly Claim[]): Promise<readonly Grant[]> {
    return this.#db.transaction().execute(async (db) => {
      const periods = await this.#enter(db, claims);
      const names = [...periods.keys()];
      const rows = await db.selectFrom('sluice_counter_holders').selectAll().select(this.#now.as('now')).where('counter', 'in', names).execute();
      const now = rows[0]?.now ?? (await this.#clock(db));
      const holdings = new Map(names.map((name) => [name, holdingsIn(rows, name, periods.get(name) as number)]));
      const changed = new Map<string, HolderTable>();
      const grants = claims.map((claim) => {
        const known = holdings.get(claim.counter) as Map<string, Holding>;
        const period = periods.get(claim.counter) as number;
        const { grant, holding } = answerClaim(claim, { period, holdings: [...known.values()] }, now);
        if (holding === undefined) return grant;
        known.set(holding.holder, holding);
        changed.set(`${claim.counter}\n${holding.holder}`, { counter: claim.counter, period, ...holding });
        return grant;
      });
      await this.#save(db, [...changed.values()]);
      await this.#forget(db, rows, { periods, now });
      return grants;
    });
  }

  async read(prefix: string): Promise<readonly Count[]> {
    const rows = await this.#db
      .selectFrom('sluice_counters as one')
      .leftJoin('sluice_counter_holders as row', (join) => join.onRef('row.counter', '=', 'one.counter').onRef('row.period', '=', 'one.period'))
      .select(['one.counter as name', 'one.period as since', this.#now.as('now')])
      .selectAll('row')
      .where((is) => begins(is.ref('one.counter'), prefix))
      .orderBy('one.counter')
      .execute();
    const byName = Map.groupBy(rows, ({ name }) => name);
    return [...byName].map(([counter, own]) => {
      const known = own.filter((row): row is typeof row & HolderTable => row.holder !== null);
      return {
        counter,
        period: own[0]?.since ?? 0,
        used: known.reduce((sum, { used }) => sum + used, 0),
        held: heldOf(known, own[0]?.now ?? 0),
      };
    });
  }

  async holders(counters: readonly string[]): Promise<ReadonlyMap<string, Holders>> {
    const rows = await this.#db
      .selectFrom('sluice_counters as one')
      .leftJoin('sluice_counter_holders as row', (join) => join.onRef('row.counter', '=', 'one.counter').onRef('row.period', '=', 'one.period'))
      .select(['one.counter', 'one.period', 'row.holder', 'row.used'])
      .where('one.counter', 'in', counters)
      .execute();
    const found = [...Map.groupBy(rows, ({ counter }) => counter)];
    return new Map(
      found.map(([counter, own]) => {
        const used = own.flatMap(({ holder, used: amount }) => (holder === null ? [] : [[holder, amount ?? 0] as const]));
        return [counter, { period: own[0]?.period ?? 0, used: new Map(used) }];
      }),
    );
  }

  async reset(prefix: string, at: number): Promise<number> {
    const done = await this.#db
      .updateTable('sluice_counters')
      .set({ period: at })
      .where((is) => begins(is.ref('counter'), prefix))
      .where('period', '<', at)
      .executeTakeFirst();
    return Number(done.numUpdatedRows);
  }

  async mark({ counter, period, name }: Mark): Promise<boolean> {
    const done = await this.#db
      .insertInto('sluice_counter_marks')
      .values({ counter, period, mark: name })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    const isFirst = Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    if (isFirst) await this.#db.deleteFrom('sluice_counter_marks').where('counter', '=', counter).where('period', '<', period).execute();
    return isFirst;
  }

  async prune(ended: number, most: number): Promise<number> {
    return this.#db.transaction().execute(async (db) => {
      let over = db.selectFrom('sluice_counters').select('counter').where('ends_at', '<', ended).orderBy('ends_at').limit(most);
      // Others hold counters in the order of their names, and must not wait for one who holds them in another.
      if (this.#isPostgres) over = over.forUpdate().skipLocked();
      const counters = (await over.execute()).map(({ counter }) => counter);
      if (counters.length === 0) return 0;
      for (const table of ['sluice_counter_holders', 'sluice_counter_marks', 'sluice_counters'] as const)
        await db.deleteFrom(table).where('counter', 'in', counters).execute();
      return counters.length;
    });
  }

  /** Takes hold of the counters, always in the same order, and gives the periods that they are in. */
  async #enter(db: Transaction<CounterTables>, claims: readonly Claim[]): Promise<Map<string, number>> {
    const latest = new Map<string, CounterTable>();
    for (const { counter, period, ends } of claims)
      if (period >= (latest.get(counter)?.period ?? 0)) latest.set(counter, { counter, period, ends_at: ends ?? null });
    const values = [...latest.values()].toSorted((a, b) => (a.counter < b.counter ? -1 : 1));
    const isLate = sql<boolean>`sluice_counters.period > excluded.period`;
    const rows = await db
      .insertInto('sluice_counters')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('counter').doUpdateSet({
          period: sql<number>`case when ${isLate} then sluice_counters.period else excluded.period end`,
          ends_at: sql<number | null>`case when ${isLate} then sluice_counters.ends_at else excluded.ends_at end`,
        }),
      )
      .returning(['counter', 'period'])
      .execute();
    return new Map(rows.map(({ counter, period }) => [counter, period]));
  }

  async #clock(db: Transaction<CounterTables>): Promise<number> {
    const { rows } = await sql<{ now: number }>`select ${this.#now} as now`.execute(db);
    return rows[0]?.now ?? 0;
  }

  async #save(db: Transaction<CounterTables>, changed: readonly HolderTable[]): Promise<void> {
    if (changed.length === 0) return;
    await db
      .insertInto('sluice_counter_holders')
      .values(changed)
      .onConflict((conflict) =>
        conflict.columns(['counter', 'holder']).doUpdateSet((excluded) => ({
          period: excluded.ref('excluded.period'),
          turn: excluded.ref('excluded.turn'),
          used: excluded.ref('excluded.used'),
          lease: excluded.ref('excluded.lease'),
          until: excluded.ref('excluded.until'),
        })),
      )
      .execute();
  }

  /** Puts those who are gone together, and removes what was told of earlier periods. */
  async #forget(db: Transaction<CounterTables>, rows: readonly Selectable<HolderTable>[], { periods, now }: Known): Promise<void> {
    const isGone = ({ holder, until }: HolderTable): boolean => holder !== GONE && until < now - FORGOTTEN;
    for (const [counter, gone] of Map.groupBy(rows.filter(isGone), (row) => row.counter)) {
      if (gone.length < MOST_GONE) continue;
      const period = periods.get(counter) as number;
      const current = rows.filter((row) => row.counter === counter && row.period === period && (row.holder === GONE || isGone(row)));
      const used = Math.min(
        MOST_COUNTED,
        current.reduce((sum, row) => sum + row.used, 0),
      );
      const holders = gone.map(({ holder }) => holder);
      await db.deleteFrom('sluice_counter_holders').where('counter', '=', counter).where('holder', 'in', holders).execute();
      await db.deleteFrom('sluice_counter_marks').where('counter', '=', counter).where('period', '<', period).execute();
      await this.#save(db, [{ counter, holder: GONE, period, turn: 0, used, lease: 0, until: now }]);
    }
  }
}

interface Known {
  readonly periods: ReadonlyMap<string, number>;
  readonly now: number;
}

function holdingsIn(rows: readonly HolderTable[], name: string, period: number): Map<string, Holding> {
  const own = rows.filter((row) => row.counter === name && row.period === period);
  return new Map(own.map((row) => [row.holder, row]));
}

/** Whether a name begins so, whatever characters it holds. */
function begins(name: unknown, prefix: string): RawBuilder<boolean> {
  return sql<boolean>`substr(${name}, 1, length(${prefix})) = ${prefix}`;
}
