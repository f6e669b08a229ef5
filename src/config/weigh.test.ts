import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { weigh } from './weigh.ts';

describe('The weight of a value', () => {
  it('grows with its text', () => {
    assert.ok(weigh({ a: 'x'.repeat(1_000) }) >= 2_000);
    assert.ok(weigh(['x'.repeat(1_000), 'y'.repeat(1_000)]) >= 4_000);
  });

  it('counts what is shared once', () => {
    const shared = { text: 'x'.repeat(10_000) };
    assert.ok(weigh([shared, shared, shared]) < weigh(shared) + 1_000);
  });

  it('is never nothing, so that a cache of small values is bounded too', () => {
    for (const value of [null, undefined, 0, '', [], {}]) assert.ok(weigh(value) > 0);
  });
});
