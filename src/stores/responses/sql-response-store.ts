import type { Kysely, Transaction } from 'kysely';
import { GatewayError } from '../../errors.ts';
import { log } from '../../telemetry/log.ts';
import type { Database } from '../database.ts';
import { MemoryResponseStore, type MemoryBounds } from './memory-response-store.ts';
import type { ResponseStore, StoredResponse } from './response-store.ts';
import { WriteBehind } from './write-behind.ts';

/** What the migration of responses makes. */
type ResponseTables = {
  sluice_responses: { tenant: string; id: string; body: string; used_at: number };
  sluice_response_items: { tenant: string; item: string; response: string };
};

type ItemRow = ResponseTables['sluice_response_items'];

/** What is on its way to the database. */
interface Unsaved {
  readonly tenant: string;
  readonly id: string;
  readonly body: string;
  readonly items: readonly string[];
}

export interface SqlResponseOptions extends Partial<MemoryBounds> {
  readonly now: () => number;
}

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** Items in one statement: databases bound how many values a statement may have. */
const ITEMS = 5000;
/** Characters of what may wait for a database that is away. */
const WAITING = 64 * 1024 * 1024;
const CLEANING = 60 * 60 * SECOND;
/** Rows that are deleted at once: few enough that nobody waits for it. */
const CLEANED = 500;

/**
 * Keeps responses in the database. They are written behind the answer, some at a time; while the database is away those of this process
 * are found in memory, and are written when it is back.
 */
export class SqlResponseStore implements ResponseStore {
  readonly #db: Kysely<ResponseTables>;
  readonly #now: () => number;
  readonly #maxAge: number;
  readonly #recent: MemoryResponseStore;
  readonly #unsaved: WriteBehind<Unsaved>;
  #cleanedAt = 0;

  constructor({ db }: Database, { now, ...bounds }: SqlResponseOptions) {
    this.#db = db.withTables<ResponseTables>();
    this.#now = now;
    this.#maxAge = bounds.maxAge ?? 30 * DAY;
    this.#recent = new MemoryResponseStore(now, { ...bounds, maxAge: this.#maxAge });
    this.#unsaved = new WriteBehind({
      write: (responses) => this.#write(responses),
      onWritten: () => this.#clean(),
      onAway: ({ message }) => log('warn', 'responses wait in memory for the database', { reason: message }),
      onBack: () => log('info', 'responses that waited for the database are written'),
      sizeOf: ({ body }) => body.length,
      most: WAITING,
      onGivenUp: ({ id }) => log('warn', 'a response is kept in memory only: too many wait for the database', { id }),
    });
  }

  async get(tenant: string, id: string): Promise<StoredResponse | undefined> {
    const waiting = this.#unsaved.get(keyOf(tenant, id));
    if (waiting !== undefined) return JSON.parse(waiting.body) as StoredResponse;
    return this.#ask(
      () => this.#read(tenant, id),
      () => this.#recent.get(tenant, id),
    );
  }

  async getByItem(tenant: string, itemId: string): Promise<StoredResponse | undefined> {
    for (const one of this.#unsaved.values()) {
      if (one.tenant === tenant && one.items.includes(itemId)) return JSON.parse(one.body) as StoredResponse;
    }
    const find = async (): Promise<StoredResponse | undefined> => {
      const query = this.#db.selectFrom('sluice_response_items').select('response').where('tenant', '=', tenant).where('item', '=', itemId);
      const row = await query.executeTakeFirst();
      const found = row && (await this.#read(tenant, row.response));
      // One that was put again may have lost the item.
      return found?.items.includes(itemId) === true ? found : undefined;
    };
    return this.#ask(find, () => this.#recent.getByItem(tenant, itemId));
  }

  /** Resolves when it is taken; it is written soon. */
  async put(tenant: string, stored: StoredResponse): Promise<void> {
    const id = String(stored.response['id']);
    const body = JSON.stringify(stored);
    void this.#recent.put(tenant, stored, body);
    this.#unsaved.put(keyOf(tenant, id), { tenant, id, body, items: [...new Set(stored.items)] });
  }

  async delete(tenant: string, id: string): Promise<boolean> {
    const wasWaiting = this.#unsaved.remove(keyOf(tenant, id));
    const wasRecent = await this.#recent.delete(tenant, id);
    // What is being written now would come behind the deletion.
    await this.#unsaved.settled();
    try {
      const isGone = await this.#remove(tenant, id);
      return isGone || wasWaiting || wasRecent;
    } catch (cause) {
      throw new GatewayError('store_unavailable', 'The response cannot be deleted now: the database cannot be reached.', { cause });
    }
  }

  /** Writes what waits, where the database takes it. */
  flush(): Promise<void> {
    return this.#unsaved.flush();
  }

  /** Writes what waits, where the database takes it in time. */
  close(): Promise<void> {
    return this.#unsaved.close();
  }

  async #remove(tenant: string, id: string): Promise<boolean> {
    const removed = await this.#db
      .deleteFrom('sluice_responses')
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .returning('body')
      .executeTakeFirst();
    if (removed === undefined) return false;
    const { items } = JSON.parse(removed.body) as StoredResponse;
    for (let start = 0; start < items.length; start += ITEMS) {
      await this.#db
        .deleteFrom('sluice_response_items')
        .where('tenant', '=', tenant)
        .where('item', 'in', items.slice(start, start + ITEMS))
        .where('response', '=', id)
        .execute();
    }
    return true;
  }

  async #ask<T>(ask: () => Promise<T | undefined>, remember: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (cause) {
      const recent = await remember();
      if (recent !== undefined) return recent;
      throw new GatewayError('store_unavailable', 'Kept responses cannot be read now: the database cannot be reached.', { cause });
    }
  }

  async #read(tenant: string, id: string): Promise<StoredResponse | undefined> {
    const now = this.#now();
    const row = await this.#db
      .selectFrom('sluice_responses')
      .select(['body', 'used_at'])
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .where('used_at', '>=', now - this.#maxAge)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    // A conversation that goes on needs its first turns too; but not every question is worth a write.
    if (row.used_at < now - this.#maxAge / 30) {
      await this.#db.updateTable('sluice_responses').set({ used_at: now }).where('tenant', '=', tenant).where('id', '=', id).execute();
    }
    return JSON.parse(row.body) as StoredResponse;
  }

  /** Rejects where the database is away; a response that it does not take is left out, and told of. */
  async #write(responses: readonly Unsaved[]): Promise<void> {
    try {
      await this.#save(responses);
    } catch (error) {
      if (isPassing(error)) throw error;
      // Where the database answers one of them is what it does not take, and the others must not wait for that one.
      await this.#db.selectFrom('sluice_responses').select('id').limit(1).execute();
      if (responses.length === 1) return log('warn', 'a response cannot be kept', { id: responses[0]?.id, reason: (error as Error).message });
      for (const response of responses) await this.#write([response]);
    }
  }

  async #save(responses: readonly Unsaved[]): Promise<void> {
    const used_at = this.#now();
    const rows = inOrder(responses, ({ tenant, id }) => keyOf(tenant, id));
    await this.#db.transaction().execute(async (db) => {
      await db
        .insertInto('sluice_responses')
        .values(rows.map(({ tenant, id, body }) => ({ tenant, id, body, used_at })))
        .onConflict((conflict) => conflict.columns(['tenant', 'id']).doUpdateSet((row) => ({ body: row.ref('excluded.body'), used_at })))
        .execute();
      await saveItems(db, itemsOf(responses));
    });
  }

  async #clean(): Promise<void> {
    const now = this.#now();
    if (now - this.#cleanedAt < CLEANING) return;
    const old = await this.#db
      .selectFrom('sluice_responses')
      .select(['tenant', 'id'])
      .where('used_at', '<', now - this.#maxAge)
      .limit(CLEANED)
      .execute();
    for (const { tenant, id } of old) await this.#remove(tenant, id);
    if (old.length < CLEANED) this.#cleanedAt = now;
  }
}

/** One order for everyone, so that no two writers wait for each other. */
function inOrder<Row>(rows: readonly Row[], nameOf: (row: Row) => string): readonly Row[] {
  return rows.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

/** Each item once, of the last response that has it. */
function itemsOf(responses: readonly Unsaved[]): readonly ItemRow[] {
  const rows = responses.flatMap(({ tenant, id, items }) => items.map((item) => ({ tenant, item, response: id })));
  const nameOf = ({ tenant, item }: ItemRow): string => keyOf(tenant, item);
  return inOrder([...new Map(rows.map((row) => [nameOf(row), row])).values()], nameOf);
}

async function saveItems(db: Transaction<ResponseTables>, rows: readonly ItemRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ITEMS) {
    await db
      .insertInto('sluice_response_items')
      .values(rows.slice(start, start + ITEMS))
      .onConflict((conflict) => conflict.columns(['tenant', 'item']).doUpdateSet((row) => ({ response: row.ref('excluded.response') })))
      .execute();
  }
}

/** Two writers waited for each other, and this one was chosen to give way: the same again may go well. */
function isPassing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === '40P01' || code === '40001';
}

/** Tenants are hashes, in which there is no slash. */
function keyOf(tenant: string, id: string): string {
  return `${tenant}/${id}`;
}
