import { sql, type Kysely } from 'kysely';
import type { CacheSize, CacheStore, Selection } from '../../cache/cache-store.ts';
import { packEntry, unpackEntry, type CacheEntry } from '../../cache/entry.ts';
import type { Database, DatabaseKind } from '../database.ts';

interface Row {
  readonly key: string;
  readonly workspace: string;
  readonly namespace: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly size: number;
  readonly entry: Uint8Array;
}

type Tables = { sluice_cache: Row };

/** So many entries are written between two times that room is made. */
const TIDY_AFTER = 200;

/** Entries in the database, up to a number of bytes; the oldest go first. */
export class SqlCache implements CacheStore {
  readonly kind: DatabaseKind;
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;
  readonly #maxBytes: number;
  #written = 0;

  constructor({ db, kind }: Pick<Database, 'db' | 'kind'>, now: () => number, maxBytes: number) {
    this.kind = kind;
    this.#db = db.withTables<Tables>();
    this.#now = now;
    this.#maxBytes = maxBytes;
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const row = await this.#db
      .selectFrom('sluice_cache')
      .select('entry')
      .where('key', '=', key)
      .where('expires_at', '>', this.#now())
      .executeTakeFirst();
    return row === undefined ? undefined : unpackEntry(row.entry);
  }

  async put(cached: CacheEntry): Promise<void> {
    const { key, workspace, namespace, createdAt, expiresAt } = cached;
    const entry = packEntry(cached);
    const rest = { workspace, namespace, created_at: createdAt, expires_at: expiresAt, size: entry.length, entry };
    await this.#db
      .insertInto('sluice_cache')
      .values({ key, ...rest })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(rest))
      .execute();
    if (++this.#written % TIDY_AFTER === 0) await this.tidy();
  }

  async remove({ workspace, namespace, key }: Selection): Promise<number> {
    let query = this.#db.deleteFrom('sluice_cache');
    if (workspace !== undefined) query = query.where('workspace', '=', workspace);
    if (namespace !== undefined) query = query.where('namespace', '=', namespace);
    if (key !== undefined) query = query.where('key', '=', key);
    const { numDeletedRows } = await query.executeTakeFirst();
    return Number(numDeletedRows);
  }

  async size(): Promise<CacheSize> {
    const { entries, bytes } = await this.#db
      .selectFrom('sluice_cache')
      .select(({ fn }) => [fn.countAll<number | string>().as('entries'), fn.sum<number | string | null>('size').as('bytes')])
      .executeTakeFirstOrThrow();
    return { entries: Number(entries), bytes: Number(bytes ?? 0) };
  }

  /** Deletes what has expired, and the oldest entries beyond the number of bytes. */
  async tidy(): Promise<void> {
    await this.#db.deleteFrom('sluice_cache').where('expires_at', '<=', this.#now()).execute();
    await sql`
      delete from sluice_cache where key in (
        select key from (select key, sum(size) over (order by created_at desc, key) as total from sluice_cache) as aged where total > ${this.#maxBytes}
      )
    `.execute(this.#db);
  }
}
