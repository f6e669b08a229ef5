import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryResponseStore } from './memory-response-store.ts';
import { describeForgetting, describeResponseStore, idsIn, stored, type OpenResponseStore } from './response-store.contract.ts';
import type { StoredResponse } from './response-store.ts';

describe('a store of responses in memory', () => {
  const open: OpenResponseStore = async ({ now = () => 1, maxAge } = {}) => new MemoryResponseStore(now, maxAge === undefined ? {} : { maxAge });
  describeResponseStore(open);
  describeForgetting(open);

  it('makes room for others: those asked for least lately go first, by number and by bytes', async () => {
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
});
