import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { MUTANTS } from './mutants.ts';

describe('the defaults that npm run mutants takes away', () => {
  for (const { promise, file, find, replace, tests } of MUTANTS)
    it(`stand in the sources: ${promise}`, () => {
      assert.equal(readFileSync(file, 'utf8').split(find).length, 2, `${file} holds the text once`);
      assert.notEqual(find, replace);
      for (const test of tests) assert.ok(existsSync(test), `${test} is there`);
    });
});
