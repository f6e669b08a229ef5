import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, countOf, countText, durationText, moneyText, percentText, tickOf, tokenSides, tokenTotal, tookText } from './number.ts';
import { agoText, dateText, stepFor, uptimeText } from './time.ts';

test('money shows what there is of it, and never a zero for what is not known', () => {
  assert.equal(moneyText(null), '–');
  assert.equal(moneyText(0), '$0');
  assert.equal(moneyText(0.00502), '$0.00502');
  assert.equal(moneyText(0.0000021), '$0.0000021');
  assert.equal(moneyText(0.5), '$0.50');
  assert.equal(moneyText(12.345), '$12.35');
  assert.equal(moneyText(12_345), '$12.3K');
});

test('durations, counts and shares are short', () => {
  assert.deepEqual([0, 0.4, 84.4, 1240, 12_400, 125_000].map(durationText), ['0 ms', '0.4 ms', '84 ms', '1.24 s', '12.4 s', '2 min 5 s']);
  assert.deepEqual([0.001, 0.25, 0.999].map(durationText), ['<0.01 ms', '0.25 ms', '1 ms']);
  assert.deepEqual([0, 1, null].map(tookText), ['<1 ms', '1 ms', '–']);
  assert.deepEqual([999.6, 9996, 59_960, 119_600].map(durationText), ['1.00 s', '10.0 s', '1 min 0 s', '2 min 0 s']);
  assert.deepEqual([7, 1234, 12_345].map(countText), ['7', '1,234', '12.3K']);
  assert.deepEqual([countOf(0, 'hit'), countOf(1, 'hit'), countOf(1234, 'hit')], ['0 hits', '1 hit', '1,234 hits']);
  assert.deepEqual([0, 0.0004, 0.034, 0.5].map(percentText), ['0 %', '<0.1 %', '3.4 %', '50 %']);
  assert.deepEqual([512, 2048, 5_242_880].map(bytesText), ['512 B', '2.0 KB', '5.0 MB']);
});

test('tokens are told in any of their ways', () => {
  assert.deepEqual([tokenTotal(5), tokenTotal({ total: 7 }), tokenTotal({ input: 1, output: 2 }), tokenTotal(null)], [5, 7, 3, 0]);
});

test('what went in counts what was cached, and what came out what was thought', () => {
  assert.equal(tokenSides({ input: 568, cache_read: 16, output: 355, reasoning: 40 }), '584 in, 395 out');
});

test('marks of an axis have no digits that say nothing', () => {
  assert.deepEqual(['$1.00', '$0.50', '6.00 s', '2.50 s', '300K', '0 ms'].map(tickOf), ['$1', '$0.50', '6 s', '2.5 s', '300K', '0 ms']);
});

test('times are told from now', () => {
  const now = Date.UTC(2030, 0, 10);
  assert.equal(agoText(now - 10_000, now), 'just now');
  assert.equal(agoText(now - 300_000, now), '5 min ago');
  assert.deepEqual(
    [59.7 * 60_000, 23.8 * 3_600_000].map((size) => agoText(now + size, now)),
    ['in 1 h', 'in 1 day'],
  );
  assert.match(dateText('2030-01-31T12:00:00Z'), /^3[01] Jan 2030, \d\d:\d\d:\d\d$/);
  assert.equal(agoText(now + 2 * 86_400_000, now), 'in 2 days');
  assert.equal(agoText(null, now), 'never');
  assert.equal(uptimeText(90_061), '1 d 1 h');
});

test('a range has about sixty steps', () => {
  for (const minutes of [15, 60, 360, 1440, 10_080, 43_200]) {
    const steps = (minutes * 60_000) / stepFor(minutes * 60_000);
    assert.ok(steps >= 28 && steps <= 75, `${minutes} min: ${steps}`);
  }
});
