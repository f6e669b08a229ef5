import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { periodAt } from './period.ts';

const at = (text: string): number => Date.parse(text);
const spelled = (reset: Parameters<typeof periodAt>[0], now: string): string[] => {
  const { start, end } = periodAt(reset, at(now));
  return [start, end].map((time) => new Date(time).toISOString().slice(0, 16));
};

describe('periods of budgets', () => {
  it('begin at midnight UTC, on Monday, on the 1st, and on the 1st of January', () => {
    const now = '2026-11-22T18:54:15Z';
    assert.deepEqual(spelled('daily', now), ['2026-11-22T00:00', '2026-11-23T00:00']);
    assert.deepEqual(spelled('weekly', now), ['2026-11-16T00:00', '2026-11-23T00:00']);
    assert.deepEqual(spelled('monthly', now), ['2026-11-01T00:00', '2026-12-01T00:00']);
    assert.deepEqual(spelled('yearly', now), ['2026-01-01T00:00', '2027-01-01T00:00']);
    assert.deepEqual(spelled('weekly', '2026-11-23T00:00:00Z'), ['2026-11-23T00:00', '2026-11-30T00:00']);
    assert.deepEqual(spelled('monthly', '2028-02-29T23:59:59Z'), ['2028-02-01T00:00', '2028-03-01T00:00']);
  });

  it('never end where nothing is reset', () => {
    assert.deepEqual(periodAt(undefined, at('2026-11-22T00:00:00Z')), { start: 0, end: Infinity });
  });

  it('follow each other without a gap', () => {
    const resets = fc.oneof(
      fc.constantFrom('daily' as const, 'weekly' as const, 'monthly' as const, 'yearly' as const),
      fc.record({ days: fc.integer({ min: 1, max: 365 }) }),
    );
    fc.assert(
      fc.property(resets, fc.integer({ min: 0, max: 4_000_000_000_000 }), (reset, now) => {
        const period = periodAt(reset, now);
        assert.ok(period.start <= now && now < period.end);
        assert.equal(periodAt(reset, period.end).start, period.end);
        assert.deepEqual(periodAt(reset, period.end - 1), period);
      }),
    );
  });
});
