import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_PATTERN, MAX_TEXT, patternMatches, patternProblem } from './pattern.ts';

describe('A regular expression of a config', () => {
  it('matches as JavaScript matches', () => {
    const cases: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
      ['^gpt-4', 'gpt-4o', true],
      ['^(?!gpt)', 'gpt-4o', false],
      ['^(?!gpt)', 'claude', true],
      ['.*mini.*preview.*', 'gpt-4o-mini-2024-preview', true],
      ['^(gpt|claude)-(\\d+)', 'claude-3', true],
      ['(a)\\1', 'aa', true],
      ['(ab)+$', 'xababab', true],
      ['[(*+{]', 'a', false],
    ];
    for (const [pattern, text, matches] of cases) assert.equal(patternMatches(pattern, text), matches, `${pattern} on ${text}`);
  });

  it('is given up where it would run for ages', () => {
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*.*.*.*.*)=', '^(?:a?){40}a{40}$', '(a*)*\\1b', `${'(a|a)'.repeat(30)}b`]) {
      assert.equal(patternMatches(pattern, `${'a'.repeat(3_000)}!`), false, pattern);
    }
  });

  it('sees only the beginning of a long text', () => {
    assert.equal(patternMatches('b', `${'a'.repeat(MAX_TEXT - 1)}b`), true);
    assert.equal(patternMatches('b', `${'a'.repeat(MAX_TEXT)}b`), false);
  });

  it('is refused where it is none, or too long', () => {
    assert.equal(patternProblem('('), 'Invalid regular expression');
    assert.equal(patternProblem('a'.repeat(MAX_PATTERN)), undefined);
    assert.match(patternProblem('a'.repeat(MAX_PATTERN + 1)) ?? '', /at most 1000 characters/);
    assert.equal(patternMatches('(', '('), false);
  });
});
