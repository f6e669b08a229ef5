import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coreOf, lexicalEmbedding } from './lexical-embedder.ts';
import { MemoryVectors, similarityOf } from './vector-index.ts';

const likeness = (one: string, other: string): number => similarityOf(lexicalEmbedding(one), lexicalEmbedding(other));

describe('the built-in embedder', () => {
  for (const [one, other] of [
    ['What is the capital of France?', 'what is the capital of france'],
    ['What is the capital of France?', 'What is the capital of France please?'],
    ['How do I reset my password?', 'How do I reset my password?!'],
    ['What is one?', 'what is one, please'],
    ['Résumé écrit', 'résumé écrit'],
  ] as const) {
    it(`finds ${JSON.stringify(one)} and ${JSON.stringify(other)} alike`, () =>
      assert.ok(likeness(one, other) >= 0.95, String(likeness(one, other))));
  }

  for (const [one, other] of [
    ['What is the capital of France?', 'What is the capital of Spain?'],
    ['What is 2 plus 2?', 'What is 2 plus 3?'],
    ['Is it safe to mix these?', 'Is it not safe to mix these?'],
    ['Translate the word cat to German', 'Translate the word dog to German'],
    ['What happened in 1989 in Berlin?', 'What happened in 1998 in Berlin?'],
    ['How do I reset my password?', 'I forgot my login credentials'],
  ] as const) {
    it(`keeps ${JSON.stringify(one)} and ${JSON.stringify(other)} apart`, () => assert.ok(likeness(one, other) < 0.95, String(likeness(one, other))));
  }

  it('compares texts only that say the same words, however long they are', () => {
    const long = 'tell me everything about the history, the people and the food of '.repeat(20);
    assert.notEqual(coreOf(`${long} France`), coreOf(`${long} Spain`));
    assert.equal(coreOf('Please reset my passwords'), coreOf('reset the password, please!'));
    assert.notEqual(coreOf('is it not safe'), coreOf('is it safe'));
  });

  it('finds nothing like a text without words', () => {
    assert.equal(likeness('', ''), 0);
    assert.equal(likeness('?!', 'anything'), 0);
  });
});

describe('vectors in memory', () => {
  it('are found in their own partition only, the nearest first, until they expire', () => {
    let now = 0;
    const index = new MemoryVectors(() => now, 1_000_000);
    const entry = (key: string, text: string) => ({ key, vector: lexicalEmbedding(text), expiresAt: 100 });
    index.add('p', entry('1', 'red apples'));
    index.add('p', entry('2', 'green apples'));
    index.add('q', entry('3', 'green pears'));
    assert.equal(index.nearest('p', lexicalEmbedding('green apples'))?.key, '2');
    assert.equal(index.nearest('q', lexicalEmbedding('green apples'))?.key, '3');
    assert.equal(index.nearest('r', lexicalEmbedding('green apples')), undefined);
    index.remove('p', '2');
    assert.equal(index.nearest('p', lexicalEmbedding('green apples'))?.key, '1');
    now = 101;
    assert.equal(index.nearest('p', lexicalEmbedding('red apples')), undefined);
  });

  it('never take more room than they have', () => {
    const index = new MemoryVectors(() => 0, 20_000);
    for (let i = 0; i < 20; i++) index.add(`p${i}`, { key: 'k', vector: lexicalEmbedding(`text ${i}`), expiresAt: 100 });
    const there = Array.from({ length: 20 }, (_, i) => index.nearest(`p${i}`, lexicalEmbedding(`text ${i}`))).filter((found) => found !== undefined);
    assert.ok(there.length > 0 && there.length <= 5, String(there.length));
  });
});
