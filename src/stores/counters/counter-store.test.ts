import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createDatabase, ownPrefix, usePostgres, useRedis, withoutPostgres, withoutRedis } from '../../../test/support/services.ts';
import { MemoryCounters } from './memory.ts';
import { RedisCounters } from './redis.ts';
import { SqlCounters } from './sql.ts';
import { claim, describeCounters, describeDrainingCounters } from './counter-store.contract.ts';
import type { CounterStore } from './counter-store.ts';
import { openDatabase, type Database } from '../database.ts';
import { openRedis, type RedisConnection } from '../redis.ts';

const CLAIM = claim('c');

describe('counters in memory', () => {
  const store = new MemoryCounters(Date.now);
  describeCounters(() => store);
  describeDrainingCounters(() => store);
});

describe('counters in SQLite', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-counters-'));
  let database: Database;
  before(async () => void (database = await openDatabase({}, folder)));
  after(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  describeCounters(() => new SqlCounters(database));

  it('are there again after a restart', async () => {
    await new SqlCounters(database).exchange([{ ...CLAIM, used: 42 }]);
    const again = await openDatabase({}, folder);
    const [grant] = await new SqlCounters(again).exchange([{ ...CLAIM, holder: 'b', need: 100 }]);
    await again.close();
    assert.deepEqual(grant, { period: 0, used: 42, lease: 58 });
  });

  it('put together what holders used that are long gone', async () => {
    const store = new SqlCounters(database);
    const counters = database.db.withTables<{ sluice_counter_holders: { counter: string; holder: string; until: number } }>();
    const claims = Array.from({ length: 30 }, (_, index) => ({ ...CLAIM, counter: 'old', holder: `h${index}`, used: 2 }));
    await store.exchange(claims);
    await counters.updateTable('sluice_counter_holders').set({ until: 1 }).where('counter', '=', 'old').execute();
    assert.equal((await store.exchange([{ ...CLAIM, counter: 'old', holder: 'new', used: 1 }]))[0]?.used, 61);
    const rows = await counters.selectFrom('sluice_counter_holders').select('holder').where('counter', '=', 'old').execute();
    assert.equal(rows.length, 2);
    assert.equal((await store.read('old'))[0]?.used, 61);
  });
});

describe('counters in Postgres', { skip: withoutPostgres }, () => {
  const server = usePostgres();
  let database: Database;
  before(async () => void (database = await openDatabase({ DATABASE_URL: await createDatabase(server.url) }, undefined)));
  after(() => database.close());
  describeCounters(() => new SqlCounters(database));
});

describe('counters in Redis', { skip: withoutRedis }, () => {
  const server = useRedis();
  let redis: RedisConnection;
  let database: Database;
  let store: RedisCounters;
  before(async () => {
    redis = await openRedis(server.url, { prefix: ownPrefix() });
    database = await openDatabase({}, undefined);
    store = new RedisCounters(redis, { durable: new SqlCounters(database) });
    await ready(redis);
  });
  after(async () => {
    await store.flush();
    await redis.close();
    await database.close();
  });
  describeCounters(() => store);
  describeDrainingCounters(() => store);

  it('come back from where they are kept for good when Redis has forgotten them', async () => {
    const counters: CounterStore = store;
    await counters.exchange([
      { ...CLAIM, counter: 'lost', used: 30 },
      { ...CLAIM, counter: 'lost', holder: 'b', used: 12 },
    ]);
    await store.flush();
    await redis.client.del('count:lost');
    const [grant] = await counters.exchange([{ ...CLAIM, counter: 'lost', holder: 'b', turn: 2, used: 15, need: 100 }]);
    assert.deepEqual(grant, { period: 0, used: 45, lease: 55 });
  });
});

async function ready(redis: RedisConnection): Promise<void> {
  if (redis.isUp) return;
  await new Promise<void>((resolve) => redis.onUp(resolve));
}
