import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boundsOfPolicies, concernsTargets, type Facts, type Policy } from './policies.ts';

const facts =
  (known: Readonly<Record<string, readonly string[]>>): Facts =>
  (key) =>
    known[key] ?? [];

function aPolicy(more: Partial<Policy> = {}): Policy {
  const limit = { kind: 'usage', id: 'l', type: 'requests', limit: 10, alertThresholds: [], reset: undefined } as const;
  return { id: 'p', workspace: 'default', conditions: [], groupBy: [], limit, ...more };
}

describe('policies', () => {
  it('hold where all of their conditions are met', () => {
    const policy = aPolicy({
      conditions: [
        { key: 'metadata.plan', values: ['free', 'trial*'], excluded: [] },
        { key: 'api_key', values: undefined, excluded: ['k2'] },
      ],
    });
    const holds = (known: Readonly<Record<string, readonly string[]>>): boolean => boundsOfPolicies([policy], facts(known)).length === 1;
    assert.equal(holds({ 'metadata.plan': ['free'], api_key: ['k1'] }), true);
    assert.equal(holds({ 'metadata.plan': ['trial-2026'], api_key: ['k1'] }), true);
    assert.equal(holds({ 'metadata.plan': ['paid'], api_key: ['k1'] }), false);
    assert.equal(holds({ 'metadata.plan': ['free'], api_key: ['k2'] }), false);
    assert.equal(holds({ 'metadata.plan': ['free'] }), false);
  });

  it('count each group apart, and nothing of what belongs to none', () => {
    const policy = aPolicy({ groupBy: ['metadata.user', 'model'] });
    const counterOf = (user: string, model: readonly string[]): string | undefined =>
      boundsOfPolicies([policy], facts({ 'metadata.user': [user], model }))[0]?.counter;
    assert.equal(counterOf('ann', ['@openai/gpt', 'gpt']), 'policy/p/l/metadata.user=ann model=@openai/gpt');
    assert.notEqual(counterOf('ann', ['@openai/gpt']), counterOf('bob', ['@openai/gpt']));
    assert.equal(counterOf('ann', []), undefined);
    const [long, longer] = ['x'.repeat(5000), `${'x'.repeat(5000)}y`];
    assert.notEqual(counterOf(long, ['m']), counterOf(longer, ['m']));
    assert.ok((counterOf(long, ['m'])?.length ?? 0) < 300);
  });

  it('concern targets where they speak of what only a target has', () => {
    assert.equal(concernsTargets(aPolicy({ groupBy: ['metadata.user'] })), false);
    assert.equal(concernsTargets(aPolicy({ groupBy: ['model'] })), true);
    assert.equal(concernsTargets(aPolicy({ conditions: [{ key: 'virtual_key', values: ['v'], excluded: [] }] })), true);
  });
});
