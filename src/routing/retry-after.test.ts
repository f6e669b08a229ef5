import assert from 'node:assert/strict';
import { it } from 'node:test';
import { retryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

it('reads a wait in every form that providers write it, milliseconds first', () => {
  assert.equal(retryAfter(['Retry-After', '2'], NOW), 2000);
  assert.equal(retryAfter(['retry-after', '0.5'], NOW), 500);
  assert.equal(retryAfter(['retry-after', '7', 'retry-after-ms', '120'], NOW), 120);
  assert.equal(retryAfter(['x-ms-retry-after-ms', '30'], NOW), 30);
  assert.equal(retryAfter(['retry-after', 'Thu, 01 Jan 2026 00:00:09 GMT'], NOW), 9000);
});

it('reads when a limit is reset, in every form, as soon as nothing is left of it', () => {
  const reset = (value: string, remaining = '0'): number | undefined =>
    retryAfter(['x-ratelimit-remaining-tokens', remaining, 'x-ratelimit-reset-tokens', value], NOW);
  assert.equal(reset('1h2m3.5s'), 3_723_500);
  assert.equal(reset('20ms'), 20);
  assert.equal(reset('7'), 7_000);
  assert.equal(reset(String(NOW / 1000 + 4)), 4_000);
  assert.equal(reset(String(NOW + 250)), 250);
  assert.equal(reset('2026-01-01T00:00:05Z'), 5_000);
  assert.equal(reset('7', '12'), undefined);
  assert.equal(reset('soon'), undefined);
  assert.equal(retryAfter(['x-ratelimit-reset-tokens', '7s'], NOW), undefined);
  const exhausted = ['x-ratelimit-remaining-requests', '0', 'x-ratelimit-reset-requests', '8s'];
  assert.equal(retryAfter([...exhausted, 'X-RateLimit-Remaining', '0', 'X-RateLimit-Reset', '3'], NOW), 8_000);
  assert.equal(retryAfter([...exhausted, 'retry-after', '1'], NOW), 1_000);
  assert.equal(retryAfter(['x-ratelimit-remaining', '0', 'x-ratelimit-reset', '3'], NOW), 3_000);
  assert.equal(retryAfter(['anthropic-ratelimit-tokens-remaining', '0', 'anthropic-ratelimit-tokens-reset', '2026-01-01T00:00:06Z'], NOW), 6_000);
  assert.equal(retryAfter(['anthropic-ratelimit-requests-remaining', '0', 'anthropic-ratelimit-requests-reset', '9'], NOW), 9_000);
});

it('takes a date in the past for no wait, and nonsense for no hint', () => {
  assert.equal(retryAfter(['retry-after', 'Thu, 01 Jan 2025 00:00:00 GMT'], NOW), 0);
  assert.equal(retryAfter(['retry-after', 'soon'], NOW), undefined);
  assert.equal(retryAfter(['retry-after', '-3'], NOW), undefined);
  assert.equal(retryAfter([], NOW), undefined);
});
