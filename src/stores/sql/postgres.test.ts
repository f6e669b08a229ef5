import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, startPostgres, withoutPostgres, type Service } from '../../../test/support/services.ts';
import { GatewayError } from '../../errors.ts';
import { openDatabase, type Database } from '../database.ts';
import { listener } from '../records/record-store.contract.ts';
import type { RecordStore } from '../records/record-store.ts';
import { SqlRecordStore } from '../records/sql-record-store.ts';
import { connectPool } from './postgres.ts';

const note = (id: string) => ({ kind: 'config', id, workspace: 'w', body: {} }) as const;

const unavailable = (error: unknown): boolean => error instanceof GatewayError && error.code === 'store_unavailable';

describe('a Postgres that comes and goes', { skip: withoutPostgres }, () => {
  let server: Service;
  let url = '';
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.dispose());
  beforeEach(async () => {
    url = await createDatabase(server.url);
  });

  async function using(run: (store: RecordStore, database: Database) => Promise<void>): Promise<void> {
    const database = await openDatabase({ DATABASE_URL: url }, undefined);
    const store = new SqlRecordStore(database, Date.now);
    try {
      await run(store, database);
    } finally {
      await store.close();
      await database.close();
    }
  }

  it('is opened while it is down, and has its tables as soon as it is up', async () => {
    await server.stop();
    await using(async (store) => {
      await assert.rejects(store.get('config', 'a'), unavailable);
      const heard = listener();
      store.watch(heard.hear);
      const returned = heard.next();
      await server.start();
      await returned;
      await store.create(note('a'));
      assert.ok(await store.get('config', 'a'));
    });
  });

  it('rejects what is asked while it is down, and is used again when it is back', async () => {
    await using(async (store) => {
      await store.create(note('a'));
      const heard = listener();
      store.watch(heard.hear);
      const first = heard.next();
      await first;
      await server.stop();
      for (const ask of [() => store.get('config', 'a'), () => store.changes(0), () => store.create(note('b')), () => store.remove('config', 'a')]) {
        await assert.rejects(ask(), unavailable);
      }
      const returned = heard.next();
      await server.start();
      await returned;
      assert.ok(await store.get('config', 'a'));
      await store.create(note('b'));
    });
  });

  it('rejects in time what is asked while it says nothing, and is used again', async () => {
    await using(async (store) => {
      await store.create(note('a'));
      server.freeze();
      await assert.rejects(store.get('config', 'a'), unavailable);
      await assert.rejects(store.create(note('b')), unavailable);
      server.thaw();
      assert.ok(await store.get('config', 'a'));
      await store.create(note('b'));
    });
  });

  it('loses no answered change when it dies under writers', async () => {
    await using(async (store) => {
      const answered: string[] = [];
      const over = new AbortController();
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let count = 0; !over.signal.aborted; count += 1) {
          const id = `${writer}-${count}`;
          await store.create(note(id)).then(
            () => answered.push(id),
            (error: unknown) => assert.ok(unavailable(error)),
          );
        }
      });
      while (answered.length < 50) await sleep(5);
      await server.stop();
      await assert.rejects(store.get('config', '0-0'), unavailable);
      await server.start();
      const before = answered.length;
      while (answered.length < before + 50) await sleep(5);
      over.abort();
      await Promise.all(writers);
      const { changes } = await store.changes(0);
      const saved = new Set(changes.map(({ id }) => id));
      assert.deepEqual(
        answered.filter((id) => !saved.has(id)),
        [],
      );
    });
  });

  it('makes its tables again where an empty database took the place of the old one', async () => {
    await using(async (store, { db }) => {
      await store.create(note('a'));
      const heard = listener();
      store.watch(heard.hear);
      await heard.next();
      const { sql } = await import('kysely');
      await sql`drop schema public cascade`.execute(db);
      await sql`create schema public`.execute(db);
      await heard.next();
      assert.deepEqual((await store.changes(1)).changes, []);
      await store.create(note('b'));
    });
  });

  it('outlives connections that are ended in the middle of a transaction', async () => {
    await using(async (store, { db }) => {
      await store.create(note('a'));
      const { sql } = await import('kysely');
      await assert.rejects(
        db.transaction().execute(async (transaction) => {
          const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
          await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(db);
          // The end of the connection is heard of while no query is under way.
          await sleep(50);
          await sql`select 1`.execute(transaction);
        }),
      );
      assert.ok(await store.get('config', 'a'));
    });
  });

  it('has the server end what takes too long', async () => {
    const pool = await connectPool(url, { max: 1, timeout: 200 });
    await assert.rejects(pool.query('select pg_sleep(600)'), /statement timeout/);
    assert.equal((await pool.query('select 1')).rowCount, 1);
    await pool.end();
  });

  it('gives numbers for whole numbers and sums', async () => {
    await using(async (_, { db }) => {
      const { sql } = await import('kysely');
      const { rows } = await sql`select 9007199254740991::bigint as large, sum(x::bigint) as total from (values (1), (2)) as list(x)`.execute(db);
      assert.deepEqual(rows, [{ large: Number.MAX_SAFE_INTEGER, total: 3 }]);
    });
  });
});
