import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ResponseStore, StoredResponse } from './response-store.ts';

/** Opens a store that holds nothing the first time in each test; `maxAge` in milliseconds. */
export type OpenResponseStore = (options?: { readonly now?: () => number; readonly maxAge?: number }) => Promise<ResponseStore>;

export function stored(id: string, more: Partial<StoredResponse> = {}): StoredResponse {
  const output = [{ id: `msg_${id}`, type: 'message' }];
  return { response: { id, output }, input: [{ id: `in_${id}` }], items: [`in_${id}`, `msg_${id}`], provider: 'p', ...more };
}

export async function idsIn(store: ResponseStore, ids: readonly string[], tenant = 't'): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => store.get(tenant, id)));
  return ids.filter((_, index) => found[index] !== undefined);
}

/** What every store of responses does. */
export function describeResponseStore(open: OpenResponseStore): void {
  it('finds them by their ids and by those of their items, within their tenant', async () => {
    const store = await open();
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
    const store = await open();
    const items = ['x'];
    await store.put('t', stored('a', { items }));
    items.push('y');
    assert.deepEqual((await store.get('t', 'a'))?.items, ['x']);
  });

  it('has them as soon as they were put', async () => {
    const store = await open();
    const putting = store.put('t', stored('a'));
    assert.ok(await store.get('t', 'a'));
    assert.ok(await store.getByItem('t', 'msg_a'));
    await putting;
  });

  it('has none that were deleted, nor their items', async () => {
    const store = await open();
    await store.put('t', stored('a'));
    assert.equal(await store.delete('t', 'a'), true);
    assert.equal(await store.delete('t', 'a'), false);
    assert.equal(await store.get('t', 'a'), undefined);
    assert.equal(await store.getByItem('t', 'msg_a'), undefined);
  });

  it('replaces one of the same id', async () => {
    const store = await open();
    await store.put('t', stored('a'));
    await store.put('t', stored('a', { items: ['other'] }));
    assert.equal(await store.getByItem('t', 'msg_a'), undefined);
    assert.ok(await store.getByItem('t', 'other'));
  });
}

/** What every store of responses does in time. */
export function describeForgetting(open: OpenResponseStore): void {
  it('forgets them some time after they were last asked for', async () => {
    let now = 1000;
    const store = await open({ now: () => now, maxAge: 100 });
    for (const id of ['a', 'b']) await store.put('t', stored(id));
    now = 1090;
    await store.get('t', 'a');
    now = 1150;
    assert.deepEqual(await idsIn(store, ['a', 'b']), ['a']);
  });
}
