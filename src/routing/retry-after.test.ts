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

it('takes a date in the past for no wait, and nonsense for no hint', () => {
  assert.equal(retryAfter(['retry-after', 'Thu, 01 Jan 2025 00:00:00 GMT'], NOW), 0);
  assert.equal(retryAfter(['retry-after', 'soon'], NOW), undefined);
  assert.equal(retryAfter(['retry-after', '-3'], NOW), undefined);
  assert.equal(retryAfter([], NOW), undefined);
});
