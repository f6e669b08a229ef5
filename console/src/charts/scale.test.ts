import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linePath, niceTicks, timeTicks } from './scale.ts';

test('ticks are round, begin at nothing and reach the largest value', () => {
  for (const max of [0.0003, 0.7, 1, 4.2, 99, 160, 1234, 5e6]) {
    const ticks = niceTicks(max);
    assert.equal(ticks[0], 0);
    assert.ok((ticks.at(-1) ?? 0) >= max, `${max}`);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${max}: ${ticks.join()}`);
  }
  assert.deepEqual(niceTicks(160), [0, 50, 100, 150, 200]);
  assert.deepEqual(niceTicks(0), [0, 1]);
});

test('what is counted has whole ticks', () => {
  assert.deepEqual(niceTicks(1, { isWhole: true }), [0, 1]);
  assert.deepEqual(niceTicks(3, { isWhole: true }), [0, 1, 2, 3]);
  assert.deepEqual(niceTicks(10, { isWhole: true }), [0, 5, 10]);
  for (let max = 1; max < 3000; max++) assert.ok(niceTicks(max, { isWhole: true }).every(Number.isInteger), `${max}`);
});

test('marks of time are even, and no more than wanted', () => {
  const from = Date.UTC(2030, 0, 1, 10, 7);
  for (const hours of [0.25, 1, 6, 24, 168, 720]) {
    const ticks = timeTicks(from, from + hours * 3_600_000, 7);
    assert.ok(ticks.length >= 2 && ticks.length <= 8, `${hours} h: ${ticks.length}`);
    const gaps = new Set(ticks.slice(1).map((at, i) => at - (ticks[i] ?? 0)));
    assert.equal(gaps.size, 1);
  }
});

test('a line has a gap where a value is missing', () => {
  assert.equal(
    linePath([
      [0, 1],
      [1, 2],
      [2, undefined],
      [3, 4],
    ]),
    'M0.0 1.0L1.0 2.0M3.0 4.0',
  );
});
