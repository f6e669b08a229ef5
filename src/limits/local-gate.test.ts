import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LocalGate } from './local-gate.ts';

/** The algorithm as it is written in textbooks, in exact numbers: a cell may come when its theoretical time of arrival is near enough. */
class Textbook {
  readonly #limit: bigint;
  readonly #window: bigint;
  /** The theoretical time of arrival, times the limit. */
  #arrival = 0n;

  constructor(limit: number, window: number) {
    this.#limit = BigInt(limit);
    this.#window = BigInt(window);
  }

  admits(amount: number, now: number): boolean {
    const at = BigInt(now) * this.#limit;
    const next = (this.#arrival > at ? this.#arrival : at) + BigInt(amount) * this.#window;
    if (next - at > this.#window * this.#limit) return false;
    this.#arrival = next;
    return true;
  }
}

const rates = fc.record({ limit: fc.integer({ min: 1, max: 1000 }), window: fc.constantFrom(1000, 60_000, 3_600_000) });
const arrivals = fc.array(fc.record({ after: fc.integer({ min: 0, max: 5000 }), amount: fc.integer({ min: 1, max: 20 }) }), {
  maxLength: 200,
  size: 'max',
});

describe('a rate in one process', () => {
  it('drains on from the new time when the clock is set back', () => {
    const hour = 3_600_000;
    const gate = new LocalGate(2, 60_000);
    const now = 1_700_000_000_000;
    gate.settle(gate.take(2), 2, now);
    assert.notEqual(gate.check(1, now), 'free');
    assert.notEqual(gate.check(1, now - hour), 'free');
    assert.equal(gate.check(1, now - hour + 30_000), 'free');
    assert.equal(gate.check(2, now - hour + 60_000), 'free');
  });

  it('lets in exactly what the generic cell rate algorithm does', () => {
    fc.assert(
      fc.property(rates, arrivals, ({ limit, window }, calls) => {
        const gate = new LocalGate(limit, window);
        const oracle = new Textbook(limit, window);
        let now = 1_700_000_000_000;
        for (const { after, amount: wanted } of calls) {
          now += after;
          const amount = Math.min(wanted, limit);
          const isIn = gate.check(amount, now) === 'free';
          if (isIn) gate.settle(gate.take(amount), amount, now);
          assert.equal(isIn, oracle.admits(amount, now));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never has more reserved and used than fits, whatever calls turn out to use', () => {
    fc.assert(
      fc.property(rates, fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.boolean()), { maxLength: 100, size: 'max' }), ({ limit, window }, steps) => {
        const gate = new LocalGate(limit, window);
        const underWay: number[] = [];
        let reserved = 0;
        for (const [after, amount, isEnd] of steps) {
          if (isEnd && underWay.length > 0) {
            const taken = underWay.shift() as number;
            reserved -= taken;
            gate.settle(taken, Math.min(after, taken), 0);
          } else if (gate.check(amount, 0) === 'free') {
            const taken = gate.take(amount);
            underWay.push(taken);
            reserved += taken;
          }
          assert.ok(reserved <= limit);
        }
      }),
    );
  });

  it('says when the same call would be let in, to the millisecond', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 20 }), ({ limit, window }, wanted) => {
        const gate = new LocalGate(limit, window);
        const amount = Math.min(wanted, limit);
        let now = 0;
        while (gate.check(amount, now) === 'free') gate.settle(gate.take(amount), amount, now);
        const verdict = gate.check(amount, now);
        assert.ok(typeof verdict === 'object' && verdict.retryAfter !== undefined);
        now += verdict.retryAfter;
        assert.equal(gate.check(amount, now), 'free');
        assert.notEqual(gate.check(amount, now - 2), 'free');
      }),
    );
  });

  it('takes nothing for what it refuses', () => {
    const gate = new LocalGate(2, 1000);
    for (let count = 0; count < 2; count++) gate.settle(gate.take(1), 1, 0);
    for (let count = 0; count < 100; count++) assert.notEqual(gate.check(1, 0), 'free');
    assert.equal(gate.check(1, 500), 'free');
  });

  it('lets in what is larger than the limit when nothing else is there, and makes the next wait for what it used', () => {
    const gate = new LocalGate(100, 1000);
    assert.equal(gate.check(5000, 0), 'free');
    const taken = gate.take(5000);
    assert.notEqual(gate.check(1, 0), 'free');
    gate.settle(taken, 300, 0);
    assert.deepEqual(gate.check(1, 0), { reason: 'rate', retryAfter: 2010 });
    assert.equal(gate.check(1, 2010), 'free');
  });

  it('gives back what was reserved and not used', () => {
    const gate = new LocalGate(100, 60_000);
    const taken = gate.take(90);
    assert.equal(gate.standing(0).remaining, 10);
    gate.settle(taken, 5, 0);
    assert.equal(gate.standing(0).remaining, 95);
  });

  it('lets nothing in where the limit is 0', () => {
    assert.deepEqual(new LocalGate(0, 1000).check(1, 0), { reason: 'rate', retryAfter: undefined });
  });

  it('counts calls at once without a rate', () => {
    const gate = new LocalGate(2, undefined);
    gate.take(1);
    const second = gate.take(1);
    assert.notEqual(gate.check(1, 0), 'free');
    gate.settle(second, 0, 0);
    assert.equal(gate.check(1, 0), 'free');
  });
});
