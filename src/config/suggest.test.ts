import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from './suggest.ts';

describe('The nearest known word', () => {
  const known = ['targets', 'target', 'retry', 'weight', 'override_params'];

  it('is the one with the fewest changes', () => {
    assert.equal(nearest('tragets', known), 'targets');
    assert.equal(nearest('overrideparams', known), 'override_params');
    assert.equal(nearest('wieght', known), 'weight');
  });

  it('is none where all are far', () => {
    assert.equal(nearest('xyz', known), undefined);
    assert.equal(nearest('provider', known), undefined);
    assert.equal(nearest('', known), undefined);
  });
});
