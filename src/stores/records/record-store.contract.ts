import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RecordConflict, type Changes, type RecordKind, type RecordPage, type RecordStore, type StoredRecord } from './record-store.ts';

/** One store, opened as many times as a test asks for: each as a process of its own would. */
export type OpenRecordStore = () => Promise<RecordStore>;

const note = (id: string, workspace = 'w'): Pick<StoredRecord, 'kind' | 'id' | 'workspace' | 'body'> => ({
  kind: 'config',
  id,
  workspace,
  body: { name: id, nested: { list: [1, 'two', null, true] } },
});

const idsOf = ({ records }: RecordPage): readonly string[] => records.map(({ id }) => id);
const told = ({ changes }: Changes): readonly string[] => changes.map((change) => `${change.deleted ? '-' : '+'}${change.kind}/${change.id}`);

/** What every record store does. `open` must give a store that holds nothing the first time in each test. */
export function describeRecordStore(open: OpenRecordStore): void {
  describeReading(open);
  describeVersions(open);
  describeFollowing(open);
}

function describeReading(open: OpenRecordStore): void {
  it('gives back what was saved', async () => {
    const store = await open();
    const before = Date.now();
    const created = await store.create(note('a'));
    assert.deepEqual({ ...created, createdAt: 0, updatedAt: 0 }, { ...note('a'), version: 1, createdAt: 0, updatedAt: 0 });
    assert.equal(created.createdAt, created.updatedAt);
    assert.ok(created.createdAt >= before - 1000 && created.createdAt <= Date.now() + 1000);
    assert.deepEqual(await store.get('config', 'a'), created);
    assert.equal(await store.get('config', 'b'), undefined);
    assert.equal(await store.get('policy', 'a'), undefined);
  });

  it('keeps apart what it keeps and what callers hold', async () => {
    const store = await open();
    const list = [1];
    await store.create({ ...note('a'), body: { list } });
    list.push(2);
    assert.deepEqual((await store.get('config', 'a'))?.body, { list: [1] });
  });

  it('keeps kinds apart in every operation', async () => {
    const store = await open();
    const kinds: readonly RecordKind[] = ['config', 'provider', 'api_key', 'policy'];
    for (const kind of kinds) await store.create({ ...note('x'), kind, body: { kind } });
    await store.update('policy', 'x', { body: { changed: true } });
    await store.remove('api_key', 'x');
    const found = await Promise.all(kinds.map(async (kind) => (await store.get(kind, 'x'))?.body));
    assert.deepEqual(found, [{ kind: 'config' }, { kind: 'provider' }, undefined, { changed: true }]);
  });

  it('lists by id, in pages, within a workspace', async () => {
    const store = await open();
    for (const id of ['b', 'a-1', 'B', 'a_1', 'a.1']) await store.create(note(id));
    await store.create(note('c', 'other'));
    await store.create({ ...note('d'), kind: 'policy' });
    assert.deepEqual(idsOf(await store.list('config', { limit: 1000 })), ['B', 'a-1', 'a.1', 'a_1', 'b', 'c']);
    assert.deepEqual(idsOf(await store.list('config', { limit: 1000, workspace: 'other' })), ['c']);
    const page = await store.list('config', { limit: 2, workspace: 'w' });
    assert.deepEqual([idsOf(page), page.next], [['B', 'a-1'], 'a-1']);
    const last = await store.list('config', { limit: 3, workspace: 'w', after: 'a-1' });
    assert.deepEqual([idsOf(last), last.next], [['a.1', 'a_1', 'b'], undefined]);
  });
}

function describeVersions(open: OpenRecordStore): void {
  it('takes an id once among its kind', async () => {
    const store = await open();
    await store.create(note('a'));
    await assert.rejects(store.create(note('a')), RecordConflict);
    await store.create({ ...note('a'), kind: 'policy' });
  });

  it('counts versions and keeps them all, the last one first', async () => {
    const store = await open();
    const first = await store.create(note('a'));
    const second = await store.update('config', 'a', { body: { n: 2 }, ifVersion: 1 });
    const third = await store.update('config', 'a', { body: { n: 3 } });
    assert.equal(third?.version, 3);
    assert.equal(third.createdAt, first.createdAt);
    assert.ok(third.updatedAt >= first.updatedAt);
    assert.deepEqual(await store.versions('config', 'a'), [third, second, first]);
    assert.deepEqual(await store.versions('config', 'b'), []);
    assert.equal(await store.update('config', 'b', { body: {} }), undefined);
  });

  it('refuses to write over a version that is not the one named', async () => {
    const store = await open();
    await store.create(note('a'));
    await store.update('config', 'a', { body: { n: 2 } });
    await assert.rejects(store.update('config', 'a', { body: { n: 3 }, ifVersion: 1 }), RecordConflict);
    await assert.rejects(store.remove('config', 'a', 1), RecordConflict);
    assert.deepEqual((await store.get('config', 'a'))?.body, { n: 2 });
    assert.equal(await store.remove('config', 'a', 2), true);
  });

  it('removes a record with its versions, and begins anew under the same id', async () => {
    const store = await open();
    await store.create(note('a'));
    await store.update('config', 'a', { body: {} });
    assert.equal(await store.remove('config', 'a'), true);
    assert.equal(await store.remove('config', 'a'), false);
    assert.equal(await store.get('config', 'a'), undefined);
    assert.deepEqual(await store.versions('config', 'a'), []);
    assert.equal(await store.update('config', 'a', { body: {} }), undefined);
    assert.equal((await store.create(note('a'))).version, 1);
    assert.equal((await store.versions('config', 'a')).length, 1);
  });
}

function describeFollowing(open: OpenRecordStore): void {
  it('tells what changed since a revision, each record once and as it is now', async () => {
    const store = await open();
    const start = await store.changes(0);
    assert.deepEqual(start.changes, []);
    await store.create(note('a'));
    await store.create(note('b'));
    const both = await store.changes(start.revision);
    assert.deepEqual(told(both), ['+config/a', '+config/b']);
    assert.ok(both.revision > start.revision);
    await store.update('config', 'a', { body: { n: 2 } });
    await store.update('config', 'a', { body: { n: 3 } });
    await store.remove('config', 'b');
    const later = await store.changes(both.revision);
    assert.deepEqual(told(later).toSorted(), ['+config/a', '-config/b']);
    assert.deepEqual(
      later.changes.find(({ id }) => id === 'a'),
      { kind: 'config', id: 'a', deleted: false, record: await store.get('config', 'a') },
    );
    assert.deepEqual(await store.changes(later.revision), { revision: later.revision, changes: [] });
    assert.deepEqual(
      told(await store.changes(0)).filter((change) => change.startsWith('+')),
      ['+config/a'],
    );
    await store.create(note('b'));
    assert.deepEqual(told(await store.changes(later.revision)), ['+config/b']);
  });

  it('tells everything to whoever knows more than it: an older state was put back', async () => {
    const store = await open();
    await store.create(note('a'));
    const { revision } = await store.changes(0);
    const all = await store.changes(revision + 100);
    assert.deepEqual([told(all), all.revision], [['+config/a'], revision]);
  });

  it('calls back after each kind of change, until the watch ends', async () => {
    const store = await open();
    const heard = listener();
    const stop = store.watch(heard.hear);
    for (const change of [() => store.create(note('a')), () => store.update('config', 'a', { body: {} }), () => store.remove('config', 'a')]) {
      const next = heard.next();
      await change();
      await next;
    }
    stop();
    const { count } = heard;
    await store.create(note('b'));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(heard.count, count);
  });
}

/** What stores do that several processes can open. */
export function describeSharedRecordStore(open: OpenRecordStore): void {
  it('lets one of several create an id', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const results = await Promise.allSettled(stores.flatMap((store) => [store.create(note('a')), store.create(note('a'))]));
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
    assert.equal(refused.length, 5);
    for (const reason of refused) assert.ok(reason instanceof RecordConflict, String(reason));
  });

  it('loses no update of several that each name the version they saw', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    await stores[0]?.create({ ...note('a'), body: { count: 0 } });
    await Promise.all(stores.map((store) => countUp(store, 15)));
    assert.deepEqual((await stores[0]?.get('config', 'a'))?.body, { count: 45 });
    const versions = await stores[1]?.versions('config', 'a');
    assert.deepEqual(
      versions?.map(({ version }) => version),
      Array.from({ length: 46 }, (_, index) => 46 - index),
    );
  });

  it('lets no follower miss a change, whoever writes at the same time', async () => {
    const [reader, ...writers] = await Promise.all([open(), open(), open(), open()]);
    assert.ok(reader);
    const seen = new Map<string, number>();
    let isOver = false;
    const following = follow(reader, { seen, isOver: () => isOver });
    await Promise.all(writers.flatMap((store, index) => [write(store, `w${index}a`), write(store, `w${index}b`)]));
    isOver = true;
    await following;
    const { records } = await reader.list('config', { limit: 1000 });
    assert.equal(records.length, 48);
    assert.deepEqual(Object.fromEntries(seen), Object.fromEntries(records.map(({ id, version }) => [id, version])));
  });

  it('calls back after others changed something', async () => {
    const [watching, writing] = await Promise.all([open(), open()]);
    const heard = listener();
    watching.watch(heard.hear);
    for (const id of ['a', 'b']) {
      const next = heard.next();
      await writing.create(note(id));
      await next;
      assert.ok(await watching.get('config', id));
    }
  });
}

/** Collects calls of a watch. */
export function listener(): { readonly hear: () => void; readonly next: () => Promise<void>; readonly count: number } {
  const waiting = new Set<() => void>();
  let count = 0;
  const hear = (): void => {
    count += 1;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return {
    hear,
    next: () => new Promise((resolve) => waiting.add(resolve)),
    get count() {
      return count;
    },
  };
}

async function countUp(store: RecordStore, times: number): Promise<void> {
  for (let done = 0; done < times;) {
    const record = await store.get('config', 'a');
    assert.ok(record);
    try {
      await store.update('config', 'a', { body: { count: Number(record.body['count']) + 1 }, ifVersion: record.version });
      done += 1;
    } catch (error) {
      if (!(error instanceof RecordConflict)) throw error;
    }
  }
}

async function write(store: RecordStore, prefix: string): Promise<void> {
  for (let index = 0; index < 8; index += 1) {
    const id = `${prefix}-${index}`;
    await store.create(note(id));
    await store.update('config', id, { body: { changed: true } });
  }
}

async function follow(store: RecordStore, { seen, isOver }: { seen: Map<string, number>; isOver: () => boolean }): Promise<void> {
  let revision = 0;
  for (let isLast = false; ; isLast = isOver()) {
    const changes = await store.changes(revision);
    for (const change of changes.changes) if (!change.deleted) seen.set(change.id, change.record.version);
    revision = changes.revision;
    if (isLast) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
