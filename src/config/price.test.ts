import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseModelPrices } from './price.ts';

describe('prices of the user', () => {
  it('are read by the names of models, in the spelling of configs', () => {
    const prices = parseModelPrices('{"My-Model": {"input": 1, "output": 2, "cache_read": 0.1}, "house/*": {"input": 0, "output": 0}}');
    assert.deepEqual(prices, { 'my-model': { input: 1, output: 2, cacheRead: 0.1 }, 'house/*': { input: 0, output: 0 } });
  });

  for (const [text, problem] of [
    ['{"m": {"input": 1}}', /m,output/],
    ['{"m": {"input": -1, "output": 1}}', /m,input/],
    ['{"m": {"input": 1, "output": 1, "cached": 1}}', /cached/],
    ['{"gpt-*-mini": {"input": 1, "output": 1}}', /gpt-\*-mini.*'\*' at its end only/],
    ['[]', /Expected/],
    ['{', /JSON/],
  ] as const) {
    it(`are refused where they cannot be read: ${text}`, () => {
      assert.throws(() => parseModelPrices(text), problem);
    });
  }
});
