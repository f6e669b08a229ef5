import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memberList } from './gateway-headers.ts';

describe('a list of members in a header', () => {
  it('holds what a header may hold', () => {
    assert.equal(memberList(['seed', 'a,b', 'é\r\nx: y', 'tools[0].strict']), 'seed,a?b,???x:?y,tools[0].strict');
  });

  it('is as long as clients and proxies take, and says how many members are not in it', () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `member_${i}`);
    const list = memberList(names);
    assert.ok(list.length < 2_100, `${list.length}`);
    const told = list.split(',');
    assert.deepEqual(told.slice(0, -1), names.slice(0, told.length - 1));
    assert.equal(told.at(-1), `+${names.length - told.length + 1}`);
    assert.equal(memberList(['x'.repeat(3_000), 'y']), `${'x'.repeat(100)},y`);
  });
});
