import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traitsOf } from './models.ts';

test('a model is known by its id as any host spells it', () => {
  const thinking = (ids: readonly string[]) => ids.map((id) => traitsOf(id).thinking);
  const all = (value: string, ids: readonly string[]) =>
    assert.deepEqual(
      thinking(ids),
      ids.map(() => value),
    );
  all('none', [
    'claude-instant-1.2',
    'claude-2.1',
    'anthropic.claude-v2',
    'claude-3-opus-20240229',
    'claude-3-5-sonnet@20240620',
    'claude-3.5-haiku',
  ]);
  all('budget', ['claude-3-7-sonnet-latest', 'claude-sonnet-4-20250514', 'claude-opus-4@20250514', 'claude-sonnet-4-0', 'claude-sonnet-4']);
  all('budget', ['claude-opus-4-1-20250805', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', 'anthropic/claude-opus-4.5', 'claude-4-sonnet-20250514']);
  all('optional', ['claude-opus-4-6', 'anthropic.claude-opus-4-6-v1', 'anthropic/claude-sonnet-4.6', 'claude-opus-4-8']);
  all('default', ['claude-opus-5', 'claude-sonnet-5', 'claude-sonnet-5-20260801', 'anthropic/claude-haiku-5.5']);
  all('always', ['claude-opus-5-5', 'claude-fable-5', 'claude-mythos-preview', 'claude-sonnet-7']);
  all('unknown', ['some-model', 'kimi-k2', 'glm-4.6']);
});

test('dates in an id are not taken for versions', () => {
  assert.equal(traitsOf('claude-sonnet-4-20250514').structured, false);
  assert.equal(traitsOf('claude-sonnet-4-5-20250929').structured, true);
});
