import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDatabase,
  ownPrefix,
  startRedis,
  usePgvector,
  usePostgres,
  useRedis,
  withoutPgvector,
  withoutPostgres,
  withoutRedis,
  type Service,
} from '../../../test/support/services.ts';
import type { CacheStore } from '../../cache/cache-store.ts';
import type { CacheEntry, EntryBody } from '../../cache/entry.ts';
import { lexicalEmbedding } from '../../cache/lexical-embedder.ts';
import { LayeredCache } from '../../cache/layered-cache.ts';
import { MemoryCache } from '../../cache/memory-cache.ts';
import { SharedVectors, type VectorJournal } from '../../cache/shared-vectors.ts';
import { SearchedVectors } from '../../cache/searched-vectors.ts';
import { MemoryVectors, type VectorIndex } from '../../cache/vector-index.ts';
import { PgVectors } from './pgvector.ts';
import { RedisCache } from './redis.ts';
import { SqlCache } from './sql.ts';
import { describeVectorIndex } from './vector-index.contract.ts';
import { RedisVectors, SqlVectors } from './vectors.ts';
import { openDatabase, type Database } from '../database.ts';
import { openRedis, type RedisConnection } from '../redis.ts';

const MEBIBYTE = 1024 * 1024;
const PLACE = { workspace: 'w', namespace: '' };

function anEntry(key: string, more: Partial<CacheEntry> = {}): CacheEntry {
  const now = Date.now();
  const body: EntryBody = { kind: 'bytes', bytes: Buffer.from(`{"answer":"${key} é"}`) };
  const route = { path: 'config', provider: 'p', retries: 0, dropped: [] };
  return {
    key,
    ...PLACE,
    createdAt: now,
    expiresAt: now + 60_000,
    route,
    strict: true,
    contentType: undefined,
    variant: 'null',
    body,
    size: 1000,
    ...more,
  };
}

/** What every store of answers does. */
function cacheStoreContract(open: () => Promise<CacheStore>): void {
  let store: CacheStore;
  before(async () => {
    store = await open();
  });

  for (const body of [
    { kind: 'bytes', bytes: Buffer.from('{"a":"é\\n"}') },
    { kind: 'stream', bytes: Buffer.from([0, 10, 255, 10, 13, 0]) },
    { kind: 'events', events: [{ type: 'text', choice: 0, block: 0, text: 'line\nline' }] },
  ] as const satisfies readonly EntryBody[]) {
    it(`gives an answer of ${body.kind} back as it was`, async () => {
      const entry = anEntry(`${body.kind}-key`, { body });
      await store.put(entry);
      const found = (await store.get(entry.key, PLACE)) ?? assert.fail('not there');
      assert.deepEqual(JSON.parse(JSON.stringify({ ...found, expiresAt: 0 })), JSON.parse(JSON.stringify({ ...entry, expiresAt: 0 })));
    });
  }

  it('replaces an answer by a newer one', async () => {
    await store.put(anEntry('again'));
    await store.put(anEntry('again', { variant: 'new' }));
    assert.equal((await store.get('again', PLACE))?.variant, 'new');
  });

  it('has nothing under other keys, and nothing that has expired', async () => {
    await store.put(anEntry('old', { expiresAt: Date.now() + 30 }));
    await sleep(60);
    assert.equal(await store.get('old', PLACE), undefined);
    assert.equal(await store.get('never', PLACE), undefined);
  });

  it('deletes by key, by namespace, by workspace, or everything, and counts', async () => {
    await store.remove({});
    const places = [
      ['1', 'w', ''],
      ['2', 'w', 'n'],
      ['3', 'w', 'n'],
      ['4', 'v', 'n'],
    ] as const;
    for (const [key, workspace, namespace] of places) await store.put(anEntry(key, { workspace, namespace }));
    const { entries, bytes } = await store.size();
    assert.ok(entries === 4 && bytes > 0);
    assert.equal(await store.remove({ workspace: 'v', key: '1' }), 0);
    assert.equal(await store.remove({ workspace: 'w', key: '1' }), 1);
    assert.equal(await store.remove({ workspace: 'w', namespace: 'n' }), 2);
    assert.equal(await store.get('2', { workspace: 'w', namespace: 'n' }), undefined);
    assert.equal(await store.remove({}), 1);
    assert.deepEqual((await store.size()).entries, 0);
  });
}

describe('a cache in memory', () => {
  cacheStoreContract(async () => new MemoryCache(Date.now, MEBIBYTE));
  const vectors = new MemoryVectors(Date.now, MEBIBYTE);
  describeVectorIndex(() => vectors);

  it('never takes more room than it has: what was not used for longest goes', () => {
    const store = new MemoryCache(Date.now, 3000);
    for (const key of ['a', 'b', 'c']) store.put(anEntry(key));
    assert.ok(store.get('a'));
    store.put(anEntry('d'));
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => store.get(key) !== undefined),
      [true, false, true, true],
    );
    assert.ok(store.size().bytes <= 3000);
  });
});

describe('a cache in SQLite', () => {
  let database: Database;
  after(() => database.close());
  cacheStoreContract(async () => {
    database = await openDatabase({}, undefined);
    return new SqlCache(database, Date.now, MEBIBYTE);
  });
  vectorJournalContract(async () => new SqlVectors(database, Date.now));

  it('makes room by deleting what has expired, and the oldest beyond its limit', async () => {
    const store = new SqlCache(database, Date.now, 2000);
    const [old, older] = [Date.now() - 1000, Date.now() - 2000];
    const body: EntryBody = { kind: 'bytes', bytes: Buffer.alloc(1000, 'x') };
    await store.put(anEntry('older', { createdAt: older, body }));
    await store.put(anEntry('old', { createdAt: old, body }));
    await store.put(anEntry('new', { body }));
    await store.tidy();
    const there = await Promise.all(['older', 'old', 'new'].map((key) => store.get(key)));
    assert.deepEqual(
      there.map((entry) => entry !== undefined),
      [false, false, true],
    );
  });
});

describe('a cache in Postgres', { skip: withoutPostgres }, () => {
  const postgres = usePostgres();
  let database: Database;
  after(() => database.close());
  cacheStoreContract(async () => {
    database = await openDatabase({ DATABASE_URL: postgres.url }, undefined);
    return new SqlCache(database, Date.now, MEBIBYTE);
  });
  vectorJournalContract(async () => new SqlVectors(database, Date.now));
});

describe('questions in Postgres', { skip: withoutPostgres }, () => {
  const postgres = usePostgres();
  let database: Database;
  let search: PgVectors;
  let vectors: VectorIndex;
  before(async () => {
    database = await openDatabase({ DATABASE_URL: await createDatabase(postgres.url) }, undefined);
    search = new PgVectors(database, Date.now);
    const memory = new MemoryVectors(Date.now, MEBIBYTE);
    const otherwise = new SharedVectors({ memory, journal: new SqlVectors(database, Date.now), now: Date.now });
    vectors = new SearchedVectors({ search, memory, otherwise, now: Date.now });
  });
  after(() => database.close());
  describeVectorIndex(() => vectors);

  it('are compared in memory where it has no pgvector', { skip: withoutPgvector === undefined && 'it has' }, async () => {
    assert.equal(await search.isOffered(), false);
  });
});

describe('questions in Postgres with pgvector', { skip: withoutPgvector }, () => {
  const server = usePgvector();
  const open = async (url: string): Promise<Database> => openDatabase({ DATABASE_URL: url }, undefined);
  let database: Database;
  let search: PgVectors;
  before(async () => {
    database = await open(server.url);
    search = new PgVectors(database, Date.now);
    await search.isOffered();
  });
  after(() => database.close());
  describeVectorIndex(() => search);

  it('are compared there, which several processes may begin with at once', async () => {
    const others = await Promise.all([1, 2, 3].map(() => open(server.url)));
    const searches = others.map((other) => new PgVectors(other, Date.now));
    assert.deepEqual(await Promise.all(searches.map((each) => each.isOffered())), [true, true, true]);
    const vector = lexicalEmbedding('What is the capital of France?');
    await searches[0]?.add('shared', { key: 'k', vector, expiresAt: Date.now() + 60_000 });
    const nearest = await searches[1]?.nearest('shared', vector);
    assert.ok(nearest?.key === 'k' && nearest.similarity > 0.9999);
    await Promise.all(others.map((other) => other.close()));
  });

  it('are kept anew where an empty database has taken the place of the old one', async () => {
    await database.db.schema.dropTable('sluice_cache_pgvectors').execute();
    await assert.rejects(search.nearest('p', lexicalEmbedding('lost')), /does not exist/);
    assert.equal(await search.isOffered(), true);
    assert.equal(await search.nearest('p', lexicalEmbedding('lost')), undefined);
  });
});

/** What every journal of questions does. */
function vectorJournalContract(open: () => Promise<VectorJournal>): void {
  it('tells other processes of questions, with their vectors as they were', async () => {
    const journal = await open();
    const [here, there] = [0, 1].map(() => new SharedVectors({ memory: new MemoryVectors(Date.now, MEBIBYTE), journal, now: Date.now }));
    const vector = lexicalEmbedding('What is the capital of France?');
    const expiresAt = Date.now() + 60_000;
    await here?.add('partition', { key: 'k', vector, expiresAt });
    const nearest = await there?.nearest('partition', vector);
    assert.ok(nearest?.key === 'k' && nearest.similarity > 0.9999);
    assert.equal(await there?.nearest('another', vector), undefined);
    await here?.remove('partition', 'k');
    assert.deepEqual(await journal.since('partition', 0), []);
  });

  it('has the newest questions where there are more than are ever compared', async () => {
    const journal = await open();
    const vector = new Float32Array([1]);
    const expiresAt = Date.now() + 60_000;
    for (let from = 0; from < 2200; from += 100)
      await Promise.all(Array.from({ length: 100 }, (_, n) => journal.add('full', { key: `k${from + n}`, vector, expiresAt })));
    await journal.add('full', { key: 'newest', vector, expiresAt });
    const keys = new Set((await journal.since('full', 0)).map(({ key }) => key));
    assert.equal(keys.size, 2000);
    assert.deepEqual([keys.has('newest'), keys.has('k2150'), keys.has('k0')], [true, true, false]);
  });
}

async function connected(url: string): Promise<RedisConnection> {
  const redis = await openRedis(url, { prefix: ownPrefix() });
  if (!redis.isUp) await new Promise<void>((resolve) => redis.onUp(resolve));
  return redis;
}

describe('a cache in Redis', { skip: withoutRedis }, () => {
  const server = useRedis();
  let redis: RedisConnection;
  after(() => redis.close());
  cacheStoreContract(async () => {
    redis = await connected(server.url);
    return new RedisCache(redis, Date.now);
  });
  vectorJournalContract(async () => new RedisVectors(redis, Date.now));
});

describe('a shared cache behind the memory of a process', { skip: withoutRedis }, () => {
  let server: Service;
  let redis: RedisConnection;
  before(async () => {
    server = await startRedis();
    redis = await connected(server.url);
  });
  after(async () => {
    await redis.close();
    await server.dispose();
  });
  const layered = (): LayeredCache =>
    new LayeredCache({ memory: new MemoryCache(Date.now, MEBIBYTE), shared: new RedisCache(redis, Date.now), now: Date.now });

  it('has what another process made, and goes by its own memory while Redis is away, without waiting for it', async () => {
    const [one, other] = [layered(), layered()];
    await one.put(anEntry('shared'));
    assert.ok(await other.get('shared', PLACE));
    server.freeze();
    try {
      assert.ok(await other.get('shared', PLACE));
      await assert.rejects(async () => other.get('unknown', PLACE), /did not answer within/);
      assert.equal(other.get('unknown', PLACE), undefined, 'not asked again at once');
    } finally {
      server.thaw();
    }
  });
});
