import { equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { classOf, Sketch } from './sketch.ts';

function sketchOf(durations: readonly number[]): Sketch {
  const sketch = new Sketch();
  for (const ms of durations) sketch.add(classOf(ms));
  return sketch;
}

const duration = fc.double({ min: 1, max: 3_600_000, noNaN: true });

describe('a sketch of durations', () => {
  test('tells percentiles that are off by at most 4 %', () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (durations, share) => {
        const exact = durations.toSorted((one, other) => one - other)[Math.ceil(share * durations.length - 1e-9) - 1] as number;
        const told = sketchOf(durations).percentile(share) as number;
        ok(Math.abs(told - exact) <= exact * 0.04 + 0.1, `${told} for ${exact}`);
      }),
    );
  });

  test('is the same whether durations were counted together or apart', () => {
    fc.assert(
      fc.property(fc.array(duration), fc.array(duration), (one, other) => {
        const together = sketchOf([...one, ...other]);
        const apart = sketchOf(one);
        apart.addBytes(sketchOf(other).toBytes());
        equal(apart.total, together.total);
        for (const share of [0.5, 0.9, 0.99]) equal(apart.percentile(share), together.percentile(share));
      }),
    );
  });

  test('says nothing of no calls', () => equal(new Sketch().percentile(0.5), null));
});
