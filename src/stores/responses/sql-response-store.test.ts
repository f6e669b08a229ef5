import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { createDatabase, startPostgres, withoutPostgres, type Service } from '../../../test/support/services.ts';
import { openDatabase, type Database } from '../database.ts';
import { describeForgetting, describeResponseStore, idsIn, stored, type OpenResponseStore } from './response-store.contract.ts';
import { SqlResponseStore, type SqlResponseOptions } from './sql-response-store.ts';

/** Opens stores and closes them behind the test. */
function opener(openOne: () => Promise<Database>): (options?: Partial<SqlResponseOptions>) => Promise<SqlResponseStore> {
  const open: { store: SqlResponseStore; database: Database }[] = [];
  afterEach(async () => {
    for (const { store, database } of open.splice(0)) {
      await store.close();
      await database.close();
    }
  });
  return async ({ now = Date.now, ...bounds } = {}) => {
    const database = await openOne();
    const store = new SqlResponseStore(database, { now, ...bounds });
    open.push({ store, database });
    return store;
  };
}

/** Stores of which each has written what was put before the test goes on. */
function writing(open: (options?: Partial<SqlResponseOptions>) => Promise<SqlResponseStore>): OpenResponseStore {
  return async (options) => {
    const store = await open(options);
    const put = store.put.bind(store);
    store.put = async (tenant, response) => {
      await put(tenant, response);
      await store.flush();
    };
    return store;
  };
}

describe('a store of responses in SQLite', () => {
  const open = opener(() => openDatabase({}, undefined));
  describeResponseStore(open);

  describe('when they are written', () => {
    describeResponseStore(writing(open));
    describeForgetting(writing(open));
  });

  it('writes many at once, with many items each', async () => {
    const database = await openDatabase({}, undefined);
    const first = new SqlResponseStore(database, { now: Date.now });
    const ids = Array.from({ length: 120 }, (_, index) => `r${index}`);
    for (const id of ids) await first.put('t', stored(id));
    await first.put('t', stored('large', { items: Array.from({ length: 12_000 }, (_, index) => `i${index}`) }));
    await first.close();
    const second = new SqlResponseStore(database, { now: Date.now });
    assert.deepEqual(await idsIn(second, ids), ids);
    assert.ok(await second.getByItem('t', 'i11999'));
    await second.close();
    await database.close();
  });

  it('removes those that nobody has asked for in a long time', async () => {
    const database = await openDatabase({}, undefined);
    let now = 10_000_000;
    const options = { now: () => now, maxAge: 1000 };
    const first = new SqlResponseStore(database, options);
    await first.put('t', stored('a'));
    await first.close();
    now += 4_000_000;
    const second = new SqlResponseStore(database, options);
    await second.put('t', stored('b'));
    await second.close();
    const tables = database.db.withTables<{ sluice_responses: { id: string }; sluice_response_items: { item: string } }>();
    assert.deepEqual(
      (await tables.selectFrom('sluice_responses').select('id').execute()).map(({ id }) => id),
      ['b'],
    );
    assert.equal((await tables.selectFrom('sluice_response_items').select('item').execute()).length, 2);
    await database.close();
  });
});

describe('a store of responses in Postgres', { skip: withoutPostgres }, () => {
  let server: Service;
  let url = '';
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.dispose());
  beforeEach(async () => {
    url = await createDatabase(server.url);
  });
  const open = opener(() => openDatabase({ DATABASE_URL: url }, undefined));
  describeResponseStore(open);
  describeForgetting(writing(open));

  it('shows to one process what another one put, replaced and deleted', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await one.put('t', stored('a'));
    await one.flush();
    assert.deepEqual(await other.get('t', 'a'), stored('a'));
    await other.put('t', stored('a', { provider: 'q' }));
    await other.flush();
    assert.equal((await one.get('t', 'a'))?.provider, 'q');
    assert.equal(await other.delete('t', 'a'), true);
    assert.equal(await one.get('t', 'a'), undefined);
  });

  it('has its own in memory while Postgres is away, and writes them when it is back', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await one.put('t', stored('a'));
    await one.flush();
    assert.ok(await other.get('t', 'a'));
    await server.stop();
    await one.put('t', stored('b'));
    assert.deepEqual(await idsIn(one, ['a', 'b']), ['a', 'b']);
    assert.ok(await one.getByItem('t', 'msg_a'));
    await assert.rejects(other.get('t', 'b'), { code: 'store_unavailable' });
    await assert.rejects(one.delete('t', 'a'), { code: 'store_unavailable' });
    await server.start();
    while ((await other.get('t', 'b').catch(() => undefined)) === undefined) await sleep(50);
    assert.ok(await other.getByItem('t', 'in_b'));
  });

  it('keeps what several processes put of the same conversation at the same time', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const items = Array.from({ length: 40 }, (_, index) => `shared${index}`);
    for (let turn = 0; turn < 10; turn += 1) {
      for (const [index, store] of stores.entries()) {
        await store.put('t', stored(`r${index}-${turn}`, { items: index % 2 === 0 ? items : items.toReversed() }));
        await store.put('t', stored('again', { items }));
      }
      await Promise.all(stores.map((store) => store.flush()));
    }
    const ids = stores.flatMap((_, index) => Array.from({ length: 10 }, (__, turn) => `r${index}-${turn}`));
    await Promise.all(stores.map((store) => store.close()));
    assert.deepEqual(await idsIn(await open(), ids), ids);
  });

  it('keeps others where Postgres does not take one', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await one.put('t', stored('a', { items: ['nul\u0000'] }));
    await one.put('t', stored('b'));
    await one.flush();
    assert.deepEqual(await idsIn(other, ['a', 'b']), ['b']);
  });
});
