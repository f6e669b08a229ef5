import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../ir/json.ts';
import { MemoryRecordStore } from '../stores/records/memory-record-store.ts';
import type { RecordStore, StoredRecord } from '../stores/records/record-store.ts';
import { Directory } from './directory.ts';
import { hashOf } from './key-text.ts';

/** A clock whose time and timers are set by hand. */
function handClock() {
  let now = 1_000;
  const timers: (() => void)[] = [];
  return {
    now: () => now,
    after: (_: number, run: () => void) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
    advance: (ms: number) => (now += ms),
    ring: () => timers.splice(0).forEach((run) => run()),
  };
}

/** A store that can be taken away. */
function fragile(store: RecordStore) {
  const state = { isDown: false };
  const proxy: RecordStore = Object.create(store, {
    changes: { value: async (since: number) => (state.isDown ? Promise.reject(new Error('down')) : store.changes(since)) },
    watch: { value: (onChange: () => void) => store.watch(onChange) },
  }) as RecordStore;
  return { state, store: proxy };
}

const plain = { seal: (text: string) => text, read: ({ sealed }: Readonly<Record<string, string>>) => (sealed === '' ? undefined : sealed) };

function setUp() {
  const clock = handClock();
  const memory = new MemoryRecordStore(clock.now);
  const { state, store } = fragile(memory);
  const directory = new Directory({ store, secrets: plain, clock });
  const save = (
    kind: 'provider' | 'config' | 'api_key',
    id: string,
    ...[body, workspace = 'default']: readonly [body: JsonObject, workspace?: string]
  ): Promise<StoredRecord> => memory.create({ kind, id, workspace, body });
  return { clock, memory, state, directory, save };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a directory', () => {
  it('loads what there is, and follows what changes', async () => {
    const { directory, save, memory } = setUp();
    await save('config', 'pc-one', { config: { provider: 'mock' } });
    await directory.open();
    assert.equal(directory.find('config', 'pc-one')?.version, 1);
    await save('config', 'pc-two', { config: {} });
    await memory.remove('config', 'pc-one');
    await settled();
    assert.deepEqual(
      directory.all('config').map(({ id }) => id),
      ['pc-two'],
    );
    directory.close();
  });

  it('finds keys by their hashes, also those that were replaced', async () => {
    const { directory, save, memory } = setUp();
    await directory.open();
    assert.equal(directory.hasApiKeys, false);
    await save('api_key', 'k', { hash: hashOf('new'), previous: [{ hash: hashOf('old'), until: '2030-01-01T00:00:00Z' }] });
    await settled();
    assert.equal(directory.apiKey(hashOf('new'))?.id, 'k');
    assert.equal(directory.apiKey(hashOf('old'))?.id, 'k');
    assert.equal(directory.apiKey('new'), undefined);
    await memory.update('api_key', 'k', { body: { hash: hashOf('newer') } });
    await settled();
    assert.deepEqual([directory.apiKey(hashOf('new')), directory.apiKey(hashOf('newer'))?.version], [undefined, 2]);
    directory.close();
  });

  it('goes on with what it knows while the store is down, and catches up behind that', async () => {
    const { directory, save, state, clock } = setUp();
    await save('provider', 'one', { provider: 'mock' });
    await directory.open();
    state.isDown = true;
    await save('provider', 'two', { provider: 'mock' });
    await settled();
    assert.match(directory.trouble ?? '', /down/);
    assert.ok('found' in directory.viewOf('default').account('one'));
    assert.ok('problem' in directory.viewOf('default').account('two'));
    state.isDown = false;
    clock.ring();
    await settled();
    assert.equal(directory.trouble, undefined);
    assert.ok('found' in directory.viewOf('default').account('two'));
    directory.close();
  });

  it('says 503, and not that there is nothing, before it has heard from the store', async () => {
    const { directory, state } = setUp();
    state.isDown = true;
    await directory.open();
    assert.equal(directory.isReady, false);
    assert.throws(() => directory.viewOf('default').account('one'), { status: 503 });
    assert.throws(() => directory.viewOf('default').config('pc-one'), { status: 503 });
    directory.close();
  });

  it('is not taken back by an answer of the store that is older than what was written here', async () => {
    const { directory, save, memory } = setUp();
    const first = await save('config', 'pc-one', { name: 'first' });
    await directory.open();
    const second = await memory.update('config', 'pc-one', { body: { name: 'second' } });
    directory.noteWritten(second as StoredRecord);
    directory.noteWritten(first);
    assert.equal(directory.find('config', 'pc-one')?.name, 'second');
    directory.close();
  });

  it('reads all others where one cannot be read', async () => {
    const { directory, save } = setUp();
    await save('provider', 'bad', { provider: 'openai', keys: [null] });
    await save('provider', 'good', { provider: 'openai', keys: [] });
    await directory.open();
    assert.deepEqual([directory.isReady, directory.find('provider', 'bad'), directory.find('provider', 'good')?.id], [true, undefined, 'good']);
    directory.close();
  });

  it('puts what the file has before what is saved', async () => {
    const { directory, save } = setUp();
    const stored = await save('provider', 'one', { name: 'stored', provider: 'mock' });
    await directory.open();
    directory.setFile([{ ...stored, body: { name: 'filed', provider: 'mock' } }]);
    assert.deepEqual([directory.find('provider', 'one')?.name, directory.all('provider').length], ['filed', 1]);
    directory.setFile([]);
    assert.equal(directory.find('provider', 'one')?.name, 'stored');
    directory.close();
  });

  it('shows callers their own workspace, and what is shared', async () => {
    const { directory, save } = setUp();
    await save('provider', 'mine', { provider: 'mock' }, 'blue');
    await save('provider', 'all', { provider: 'mock' }, 'shared');
    await save('config', 'pc-red', { config: {} }, 'red');
    await directory.open();
    const blue = directory.viewOf('blue');
    assert.deepEqual(
      ['mine', 'all', 'other'].map((id) => 'found' in blue.account(id)),
      [true, true, false],
    );
    assert.ok('problem' in blue.config('pc-red'));
    assert.equal(blue.stamp('config', 'pc-red'), undefined);
    directory.close();
  });

  it('gives the keys that are good now, and says until when that holds', async () => {
    const { directory, save, clock } = setUp();
    const at = (ms: number): string => new Date(ms).toISOString();
    const keys = [{ id: 'a', sealed: 'one', expires_at: at(2_000) }, { id: 'b', sealed: 'two', weight: 3 }, { id: 'c' }];
    await save('provider', 'p', { provider: 'openai', keys, expires_at: at(5_000) });
    await directory.open();
    const first = directory.viewOf('default').account('p');
    assert.ok('found' in first);
    assert.deepEqual([first.found.keys.map(({ id }) => id), first.until], [['a', 'b'], 2_000]);
    clock.advance(1_000);
    const second = directory.viewOf('default').account('p');
    assert.ok('found' in second);
    assert.deepEqual([second.found.keys, second.until], [[{ id: 'b', secret: 'two', weight: 3 }], 5_000]);
    clock.advance(3_000);
    const third = directory.viewOf('default').account('p');
    assert.ok('found' in third && /expired/.test(third.found.problem ?? ''));
    directory.close();
  });

  it('reads secrets in files again when they have changed', async () => {
    const { clock, memory } = setUp();
    let secret = 'one';
    const directory = new Directory({ store: memory, clock, secrets: { seal: (text) => text, read: () => secret } });
    await memory.create({ kind: 'provider', id: 'p', workspace: 'default', body: { provider: 'openai', keys: [{ id: 'a', file: '/run/key' }] } });
    await directory.open();
    const known = (): string | undefined => directory.find('provider', 'p')?.keys[0]?.secret;
    assert.equal(known(), 'one');
    secret = 'two';
    clock.ring();
    assert.equal(known(), 'two');
    directory.close();
  });
});
