import { sql, type Insertable, type Kysely, type Selectable, type Transaction } from 'kysely';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Database, DatabaseKind } from '../database.ts';
import {
  RecordConflict,
  type Change,
  type Changes,
  type ListOptions,
  type RecordKind,
  type RecordPage,
  type RecordStore,
  type StoredRecord,
} from './record-store.ts';
import { CHANNEL } from '../sql/postgres-listener.ts';
import { watchRevision, type RevisionWatch } from './revision-watch.ts';

type RecordTable = {
  kind: RecordKind;
  id: string;
  workspace: string;
  version: number;
  created_at: number;
  updated_at: number;
  /** JSON; null: the record was removed. */
  body: string | null;
  revision: number;
};

type VersionTable = { kind: RecordKind; id: string; version: number; updated_at: number; body: string };

/** What the migration of records makes. */
export type RecordTables = {
  sluice_records: RecordTable;
  sluice_record_versions: VersionTable;
  sluice_revision: { only: number; revision: number };
};

/** Keeps records in SQLite or Postgres. */
export class SqlRecordStore implements RecordStore {
  readonly #database: Database;
  readonly #db: Kysely<RecordTables>;
  readonly #now: () => number;
  readonly #watch: RevisionWatch;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#db = database.db.withTables<RecordTables>();
    this.#now = now;
    this.#watch = watchRevision(database);
  }

  async get(kind: RecordKind, id: string): Promise<StoredRecord | undefined> {
    const row = await reaching(() => find(this.#db, kind, id));
    return row && recordOf(row);
  }

  async list(kind: RecordKind, { workspace, after, limit }: ListOptions): Promise<RecordPage> {
    const rows = await reaching(() =>
      this.#db
        .selectFrom('sluice_records')
        .selectAll()
        .where('kind', '=', kind)
        .where('body', 'is not', null)
        .$if(workspace !== undefined, (query) => query.where('workspace', '=', workspace ?? ''))
        .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
        .orderBy('id')
        .limit(limit + 1)
        .execute(),
    );
    const records = rows.slice(0, limit).map(recordOf);
    return { records, next: rows.length > limit ? records.at(-1)?.id : undefined };
  }

  async create({ kind, id, workspace, body }: Pick<StoredRecord, 'kind' | 'id' | 'workspace' | 'body'>): Promise<StoredRecord> {
    return this.#write(async (db, revision) => {
      if ((await find(db, kind, id)) !== undefined) throw new RecordConflict(`There is a ${kind} ${id} already.`);
      const now = this.#now();
      return save(db, { kind, id, workspace, version: 1, created_at: now, updated_at: now, body: JSON.stringify(body), revision });
    });
  }

  async update(
    kind: RecordKind,
    id: string,
    { body, ifVersion }: { readonly body: JsonObject; readonly ifVersion?: number | undefined },
  ): Promise<StoredRecord | undefined> {
    return this.#write(async (db, revision) => {
      const row = await find(db, kind, id);
      if (row === undefined) throw new NothingToDo();
      expectVersion(row, ifVersion);
      return save(db, { ...row, version: row.version + 1, updated_at: this.#now(), body: JSON.stringify(body), revision });
    }).catch(nothing);
  }

  async remove(kind: RecordKind, id: string, ifVersion?: number): Promise<boolean> {
    const removed = await this.#write(async (db, revision) => {
      const row = await find(db, kind, id);
      if (row === undefined) throw new NothingToDo();
      expectVersion(row, ifVersion);
      await db.updateTable('sluice_records').set({ body: null, revision }).where('kind', '=', kind).where('id', '=', id).execute();
      await db.deleteFrom('sluice_record_versions').where('kind', '=', kind).where('id', '=', id).execute();
      return true;
    }).catch(nothing);
    return removed ?? false;
  }

  async versions(kind: RecordKind, id: string): Promise<readonly StoredRecord[]> {
    const rows = await reaching(() =>
      this.#db
        .selectFrom('sluice_record_versions as one')
        .innerJoin('sluice_records as record', (join) => join.onRef('record.kind', '=', 'one.kind').onRef('record.id', '=', 'one.id'))
        .select(['one.kind', 'one.id', 'one.version', 'one.updated_at', 'one.body', 'record.workspace', 'record.created_at'])
        .where('one.kind', '=', kind)
        .where('one.id', '=', id)
        .orderBy('one.version', 'desc')
        .execute(),
    );
    return rows.map(recordOf);
  }

  async changes(since: number): Promise<Changes> {
    return reaching(async () => {
      const { revision } = await this.#db.selectFrom('sluice_revision').select('revision').executeTakeFirstOrThrow();
      if (revision === since) return { revision, changes: [] };
      // A number from before an older state of the database was put back asks for all.
      const after = since > revision ? 0 : since;
      const rows = await this.#db.selectFrom('sluice_records').selectAll().where('revision', '>', after).orderBy('revision').execute();
      // What was changed in between is there too, and with it all below its number.
      return { revision: Math.max(revision, rows.at(-1)?.revision ?? 0), changes: rows.map(changeOf) };
    });
  }

  watch(onChange: () => void): () => void {
    return this.#watch.add(onChange);
  }

  async close(): Promise<void> {
    await this.#watch.close();
  }

  /**
   * Runs a change in a transaction and gives it its number. Whoever changes anything holds the row of the number until all is done: so
   * changes become visible in the order of their numbers, and a reader that has seen a number has missed nothing below it.
   */
  async #write<T>(change: (db: Transaction<RecordTables>, revision: number) => Promise<T>): Promise<T> {
    const { result, revision } = await reaching(() =>
      lasting(this.#db, this.#database.kind, async (db) => {
        const last = await db
          .updateTable('sluice_revision')
          .set((column) => ({ revision: column('revision', '+', 1) }))
          .returning('revision')
          .executeTakeFirstOrThrow();
        const made = await change(db, last.revision);
        if (this.#database.kind === 'postgres') await sql`select pg_notify(${CHANNEL}, ${String(last.revision)})`.execute(db);
        return { result: made, revision: last.revision };
      }),
    );
    this.#watch.saw(revision);
    return result;
  }
}

/** Runs a transaction that a power cut does not undo; SQLite keeps others only through a crash of the process. */
async function lasting<T>(db: Kysely<RecordTables>, kind: DatabaseKind, run: (db: Transaction<RecordTables>) => Promise<T>): Promise<T> {
  if (kind === 'postgres') return db.transaction().execute(run);
  return db.connection().execute(async (connection) => {
    await sql`pragma synchronous = full`.execute(connection);
    try {
      return await connection.transaction().execute(run);
    } finally {
      await sql`pragma synchronous = normal`.execute(connection);
    }
  });
}

/** Ends a transaction in which nothing was to be changed. */
class NothingToDo extends Error {}

function nothing(error: unknown): undefined {
  if (!(error instanceof NothingToDo)) throw error;
}

/** Turns a failure of the database into a 503, apart from errors that the caller made. */
async function reaching<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof RecordConflict || cause instanceof NothingToDo) throw cause;
    throw new GatewayError('store_unavailable', 'The database cannot be reached, or does not answer.', { cause });
  }
}

async function find(db: Kysely<RecordTables>, kind: RecordKind, id: string): Promise<Selectable<RecordTable> | undefined> {
  return db.selectFrom('sluice_records').selectAll().where('kind', '=', kind).where('id', '=', id).where('body', 'is not', null).executeTakeFirst();
}

/** Writes a record over what is there, be it only the tombstone of an earlier one. */
async function save(db: Kysely<RecordTables>, row: Insertable<RecordTable> & { readonly body: string }): Promise<StoredRecord> {
  const { kind, id, version, updated_at, body } = row;
  await db
    .insertInto('sluice_records')
    .values(row)
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(row))
    .execute();
  await db.insertInto('sluice_record_versions').values({ kind, id, version, updated_at, body }).execute();
  return recordOf(row);
}

function recordOf({ kind, id, workspace, version, created_at, updated_at, body }: Omit<RecordTable, 'revision'>): StoredRecord {
  return { kind, id, workspace, version, createdAt: created_at, updatedAt: updated_at, body: JSON.parse(body ?? '{}') as JsonObject };
}

function changeOf(row: RecordTable): Change {
  const { kind, id } = row;
  return row.body === null ? { kind, id, deleted: true } : { kind, id, deleted: false, record: recordOf(row) };
}

function expectVersion({ kind, id, version }: RecordTable, expected: number | undefined): void {
  if (expected === undefined || expected === version) return;
  throw new RecordConflict(`The ${kind} ${id} is at version ${version}, not ${expected}.`);
}
