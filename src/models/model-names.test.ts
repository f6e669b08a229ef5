import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namesOf } from './model-names.ts';
import { PriceBook } from './price-book.ts';

describe('the names of a model', () => {
  for (const [given, plain] of [
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['openai/gpt-4.1', 'gpt-4.1'],
    ['models/gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic.claude-sonnet-4-5'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/eu.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
  ] as const) {
    it(`begin with ${given} and come to ${plain}`, () => {
      assert.equal(namesOf(given)[0], given);
      assert.ok(namesOf(given).includes(plain), namesOf(given).join(' '));
    });
  }

  it('are no other than its own where somebody trained it further', () => {
    assert.deepEqual(namesOf('ft:gpt-4o-2024-08-06:acme::x'), ['ft:gpt-4o-2024-08-06:acme::x']);
    assert.deepEqual(namesOf(''), []);
  });
});

describe('a price book', () => {
  it('goes by the users’ own prices first: by provider and model, by model, by the beginning of a name', async () => {
    const book = new PriceBook(() => 0);
    await book.load();
    book.override({ 'openai/gpt-4o': { input: 1 }, mine: { input: 2 }, 'house-*': { input: 3 }, 'house-l*': { input: 4 } });
    assert.deepEqual(book.ratesOf({ id: 'openai' }, ['gpt-4o-2024-08-06']), { input: 1 });
    assert.deepEqual(book.ratesOf({ id: undefined }, ['answered-as', 'mine']), { input: 2 });
    assert.deepEqual(book.ratesOf({ id: 'x' }, ['house-small']), { input: 3 });
    assert.deepEqual(book.ratesOf({ id: 'x' }, ['house-large']), { input: 4 }, 'the longest beginning counts');
    assert.equal(book.ratesOf({ id: 'x' }, ['gpt-4o']), undefined);
  });

  it('counts models that nobody knows the price of, and tells of each once', () => {
    const told: string[] = [];
    const book = new PriceBook(
      () => 0,
      (_, model) => told.push(model),
    );
    for (const model of ['a', 'b', 'a']) book.noteUnknown({ id: 'x' }, model);
    assert.deepEqual(told, ['a', 'b']);
    assert.deepEqual(
      [...book.unknown],
      [
        ['x/a', 2],
        ['x/b', 1],
      ],
    );
  });
});
