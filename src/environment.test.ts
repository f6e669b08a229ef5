import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { switchIn, textIn, wholeNumberIn, wordIn } from './environment.ts';

describe('variables of the environment', () => {
  it('say nothing where they are empty, just as where they are not set', () => {
    for (const env of [{}, { NAME: '' }]) {
      assert.equal(textIn(env, 'NAME'), undefined);
      assert.equal(wholeNumberIn(env, 'NAME', { min: 0, max: 9 }), undefined);
      assert.equal(wordIn(env, 'NAME', ['open', 'closed']), undefined);
      assert.deepEqual([switchIn(env, 'NAME'), switchIn(env, 'NAME', true)], [false, true]);
    }
  });

  it('are whole numbers within their range, or an error that names the variable', () => {
    assert.equal(wholeNumberIn({ PORT: '8787' }, 'PORT', { min: 0, max: 65_535 }), 8787);
    for (const text of ['65536', '-1', '1.5', 'http', '1e9'])
      assert.throws(
        () => wholeNumberIn({ PORT: text }, 'PORT', { min: 0, max: 65_535 }),
        /^Error: PORT: expected a whole number from 0 to 65535, got "/,
      );
  });

  it('are words in any case, or an error that lists them', () => {
    assert.equal(wordIn({ METRICS: 'Private' }, 'METRICS', ['off', 'private']), 'private');
    assert.throws(() => wordIn({ METRICS: 'maybe' }, 'METRICS', ['off', 'private']), /^Error: METRICS: expected one of off, private, got "maybe"$/);
  });

  it('are switches in the usual words, and no other', () => {
    assert.deepEqual(
      ['1', 'true', 'ON', 'yes', '0', 'False', 'off', 'no'].map((text) => switchIn({ FLAG: text }, 'FLAG')),
      [true, true, true, true, false, false, false, false],
    );
    for (const text of ['2', 'enabled', 'constructor']) assert.throws(() => switchIn({ FLAG: text }, 'FLAG'), /^Error: FLAG: expected 1 or 0, got "/);
  });
});
