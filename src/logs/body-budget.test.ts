import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyBudget } from './body-budget.ts';

test('bodies are kept up to a rate, and for some seconds beyond it', () => {
  let now = 0;
  const budget = new BodyBudget(1000, () => now);
  for (let second = 0; second < 20; second++) {
    assert.ok(budget.isOpen);
    budget.take(1000);
    now += 1000;
  }
  budget.take(2000);
  assert.ok(!budget.isOpen, 'what was saved up is used up');
  now += 1000;
  assert.ok(budget.isOpen);
  budget.take(5000);
  now += 3000;
  assert.ok(!budget.isOpen, 'a large body is paid for afterwards');
  now += 3000;
  assert.ok(budget.isOpen);
});
