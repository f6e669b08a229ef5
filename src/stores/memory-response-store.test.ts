import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryResponseStore } from './memory-response-store.ts';
import type { ResponseStore, StoredResponse } from './response-store.ts';

function stored(id: string, more: Partial<StoredResponse> = {}): StoredResponse {
  const output = [{ id: `msg_${id}`, type: 'message' }];
  return { response: { id, output }, input: [{ id: `in_${id}` }], items: [`in_${id}`, `msg_${id}`], provider: 'p', ...more };
}

async function idsIn(store: ResponseStore, ids: readonly string[], tenant = 't'): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => store.get(tenant, id)));
  return ids.filter((_, index) => found[index] !== undefined);
}

describe('responses in memory', () => {
  it('are found by their ids and by those of their items, within their tenant', async () => {
    const store = new MemoryResponseStore(() => 1);
    const response = stored('a', { previous: 'z', keeper: 'k' });
    await store.put('one', response);
    assert.deepEqual(await store.get('one', 'a'), response);
    assert.deepEqual(await store.getByItem('one', 'msg_a'), response);
    assert.deepEqual(await store.getByItem('one', 'in_a'), response);
    for (const found of [store.get('two', 'a'), store.getByItem('two', 'msg_a'), store.get('one', 'msg_a'), store.getByItem('one', 'a')])
      assert.equal(await found, undefined);
    assert.equal(await store.delete('two', 'a'), false);
  });

  it('cannot be changed from outside', async () => {
    const store = new MemoryResponseStore(() => 1);
    const items = ['x'];
    await store.put('t', stored('a', { items }));
    items.push('y');
    assert.deepEqual((await store.get('t', 'a'))?.items, ['x']);
  });

  it('are there as soon as they were put', async () => {
    const store = new MemoryResponseStore(() => 1);
    const putting = store.put('t', stored('a'));
    assert.ok(await store.get('t', 'a'));
    await putting;
  });

  it('are gone with their items when they are deleted', async () => {
    const store = new MemoryResponseStore(() => 1);
    await store.put('t', stored('a'));
    assert.equal(await store.delete('t', 'a'), true);
    assert.equal(await store.delete('t', 'a'), false);
    assert.equal(await store.get('t', 'a'), undefined);
    assert.equal(await store.getByItem('t', 'msg_a'), undefined);
  });

  it('make room for others: those asked for least lately go first, by number and by bytes', async () => {
    const few = new MemoryResponseStore(() => 1, { maxResponses: 2 });
    for (const id of ['a', 'b']) await few.put('t', stored(id));
    await few.get('t', 'a');
    await few.put('t', stored('c'));
    assert.deepEqual(await idsIn(few, ['a', 'b', 'c']), ['a', 'c']);
    assert.equal(await few.getByItem('t', 'msg_b'), undefined);

    const small = new MemoryResponseStore(() => 1, { maxBytes: 30_000 });
    const large = (id: string): StoredResponse => stored(id, { input: [{ id: 'i', text: 'x'.repeat(12_000) }] });
    for (const id of ['a', 'b', 'c']) await small.put('t', large(id));
    assert.deepEqual(await idsIn(small, ['a', 'b', 'c']), ['b', 'c']);
    await small.put('t', stored('d', { input: [{ id: 'i', text: 'x'.repeat(40_000) }] }));
    assert.deepEqual(await idsIn(small, ['b', 'c', 'd']), ['b', 'c']);
    assert.equal(await small.getByItem('t', 'msg_d'), undefined);
  });

  it('are forgotten some time after they were last asked for', async () => {
    let now = 1;
    const store = new MemoryResponseStore(() => now, { maxAge: 100 });
    for (const id of ['a', 'b']) await store.put('t', stored(id));
    now = 90;
    await store.get('t', 'a');
    now = 150;
    assert.deepEqual(await idsIn(store, ['a', 'b']), ['a']);
  });

  it('replace one of the same id', async () => {
    const store = new MemoryResponseStore(() => 1);
    await store.put('t', stored('a'));
    await store.put('t', stored('a', { items: ['other'] }));
    assert.equal(await store.getByItem('t', 'msg_a'), undefined);
    assert.ok(await store.getByItem('t', 'other'));
  });
});
