import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TargetNode } from '../config/resolved.ts';
import { PriceBook } from '../models/price-book.ts';
import type { Call } from '../pipeline/step.ts';
import { billing } from './bill.ts';

/** The models that the operator is told of, of a call at a provider that used tokens nobody has a price for. */
function warnedOf(provider: string): readonly string[] {
  const warned: string[] = [];
  const book = new PriceBook(
    () => 0,
    (_seller, model) => warned.push(model),
  );
  const node = { kind: 'target', path: 'config', provider, overrideParams: {}, defaultParams: {} } as unknown as TargetNode;
  const call = { config: node, json: { model: 'a-model' }, endpoint: {} } as unknown as Call;
  const cost = billing(book).costOf(call, 'config', { usage: { input: 1, output: 1 } });
  assert.equal(cost.total, null);
  return warned;
}

describe('the price of an answer', () => {
  it('is missed where nobody knows it, but not of answers that are made up', () => {
    assert.deepEqual(warnedOf('openai'), ['a-model']);
    assert.deepEqual(warnedOf('mock'), []);
  });
});
