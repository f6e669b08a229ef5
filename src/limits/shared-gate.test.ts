import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MemoryCounters } from '../stores/counters/memory.ts';
import type { CounterStore } from '../stores/counters/counter-store.ts';
import { periodAt } from './period.ts';
import { SharedGate, type SharedRule } from './shared-gate.ts';

const RULE: SharedRule = {
  counter: 'c',
  limit: 100,
  window: undefined,
  periodAt: () => ({ start: 0, end: Infinity }),
  isPlaces: false,
  slack: 1,
  reason: 'exhausted',
  onStoreError: 'closed',
};

const never = new AbortController().signal;

/** Several processes on one store, with a clock that stands still until it is moved. */
class World {
  now = 1_700_000_000_000;
  isUp = true;
  readonly store: CounterStore;
  #timers: { at: number; run: () => void }[] = [];
  #holders = 0;

  constructor() {
    const memory = new MemoryCounters(() => this.now);
    this.store = {
      exchange: (claims) => (this.isUp ? memory.exchange(claims) : Promise.reject(new Error('down'))),
      read: (prefix) => memory.read(prefix),
      reset: (prefix, at) => memory.reset(prefix, at),
      mark: (mark) => memory.mark(mark),
      prune: (ended, most) => memory.prune(ended, most),
    };
  }

  gate(more: Partial<SharedRule> = {}): SharedGate {
    return new SharedGate(
      { ...RULE, ...more },
      {
        store: this.store,
        clock: { now: () => this.now, after: (milliseconds, run) => this.#after(milliseconds, run) },
        newHolder: () => `h${++this.#holders}`,
        timeout: 100,
        wake: () => {},
      },
    );
  }

  async pass(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.now);
    this.#timers = this.#timers.filter(({ at }) => at > this.now);
    for (const { run } of due) run();
    await settled();
  }

  #after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.now + milliseconds, run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }
}

/** What happens to a bound, the more often the oftener it stands here. */
const ACTS = [
  ...Array<'take'>(14).fill('take'),
  ...Array<'settle'>(5).fill('settle'),
  ...(['tick', 'tick', 'pass', 'crash', 'reset', 'outage', 'outage'] as const),
];

/** Everything that needs no time has happened. */
async function settled(): Promise<void> {
  await new Promise(setImmediate);
}

/** The store is gone for a moment, in which a process reports. */
async function outage(world: World, gate: SharedGate): Promise<void> {
  world.isUp = false;
  gate.tick(world.now);
  await settled();
  world.isUp = true;
}

interface Step {
  /** Which of the processes does it. */
  readonly gate: number;
  readonly amount: number;
  /** Of what was reserved, that is used. */
  readonly share: number;
}

/** Four processes with calls, to which all kinds of things happen. */
class Trial {
  readonly world = new World();
  readonly #gates = [0, 1, 2, 3].map(() => this.world.gate());
  readonly #underWay: number[][] = [[], [], [], []];
  #largest = [0, 0, 0, 0];
  used = 0;

  readonly acts: { readonly [Act in (typeof ACTS)[number]]: (step: Step) => Promise<void> } = {
    take: async ({ gate, amount }) => {
      const taken = await tryTake(this.#gate(gate), amount, () => this.world.now);
      if (taken !== undefined) this.#own(gate).push(taken);
    },
    settle: async ({ gate, share }) => {
      const taken = this.#own(gate).shift();
      if (taken === undefined) return;
      const used = Math.ceil(taken * share);
      this.#largest[gate] = Math.max(this.#largest[gate] as number, used);
      this.#gate(gate).settle(taken, used, this.world.now);
      this.used += used;
    },
    tick: async ({ gate }) => void this.#gate(gate).tick(this.world.now),
    pass: async ({ amount }) => this.world.pass(amount * 50),
    outage: async ({ gate }) => outage(this.world, this.#gate(gate)),
    // All that it used has been reported; what it had under way is never paid for.
    crash: async ({ gate }) => {
      await this.#gate(gate).flush();
      this.#gates[gate] = this.world.gate();
      this.#underWay[gate] = [];
    },
    reset: async () => {
      if (this.#underWay.flat().length > 0) return;
      await this.world.pass(1);
      await Promise.all(this.#gates.map((gate) => gate.flush()));
      await this.world.store.reset('c', this.world.now);
      this.used = 0;
      this.#largest = [0, 0, 0, 0];
      // Whoever holds a lease still uses it: all hear of the reset with their next reports.
      await Promise.all(this.#gates.map((gate) => gate.report()));
    },
  };

  get reserved(): number {
    return this.#underWay.flat().reduce((sum, taken) => sum + taken, 0);
  }

  /** The largest call of each process. */
  get excess(): number {
    return this.#underWay.reduce((sum, own, index) => sum + Math.max(this.#largest[index] as number, ...own), 0);
  }

  #gate(index: number): SharedGate {
    return this.#gates[index] as SharedGate;
  }

  #own(index: number): number[] {
    return this.#underWay[index] as number[];
  }
}

/** Takes an amount if it can be had without waiting for others; gives what was taken. */
async function tryTake(gate: SharedGate, amount: number, now: () => number): Promise<number | undefined> {
  for (let tries = 0; tries < 3; tries++) {
    const verdict = gate.check(amount, now());
    if (verdict === 'free') return gate.take(amount, now());
    if (verdict !== 'later') return undefined;
    void gate.improve(amount, never);
    await settled();
  }
  return undefined;
}

describe('a bound that processes share', () => {
  it('is asked for once, and then used without asking', async () => {
    const world = new World();
    const gate = world.gate();
    assert.equal(gate.check(10, world.now), 'later');
    await gate.improve(10, never);
    for (let count = 0; count < 5; count++) {
      assert.equal(gate.check(10, world.now), 'free');
      gate.take(10, world.now);
    }
  });

  it('is never passed by more than one call of each process, however calls interleave, end, die and are reset', async () => {
    const step = fc.record({
      gate: fc.nat(3),
      act: fc.constantFrom(...ACTS),
      amount: fc.integer({ min: 1, max: 40 }),
      share: fc.constantFrom(0, 0.5, 1, 1, 1, 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const trial = new Trial();
        for (const step of steps) {
          await trial.acts[step.act](step);
          await settled();
          assert.ok(trial.used <= RULE.limit + trial.excess, `${trial.used} used`);
        }
        // Whatever is under way ends with all that it reserved, and one call of each process may have reserved more than there was.
        assert.ok(trial.used + trial.reserved <= RULE.limit + trial.excess, `${trial.used} used and ${trial.reserved} reserved`);
      }),
      { numRuns: 200 },
    );
  });

  it('gives all of a budget to calls one after the other, though each reserves more than is left', async () => {
    const world = new World();
    const gate = world.gate();
    let used = 0;
    for (let count = 0; count < 200; count++) {
      const taken = await tryTake(gate, 1000, () => world.now);
      if (taken === undefined) break;
      gate.settle(taken, 7, world.now);
      used += 7;
    }
    assert.equal(used, 105);
  });

  it('says that it is used up once it is, and lets calls in again in the next period', async () => {
    const world = new World();
    const gate = world.gate({ periodAt: (now) => periodAt('daily', now) });
    const taken = (await tryTake(gate, 60, () => world.now)) as number;
    gate.settle(taken, 100, world.now);
    assert.equal(await tryTake(gate, 1, () => world.now), undefined);
    const { end } = periodAt('daily', world.now);
    assert.deepEqual(gate.check(1, world.now), { reason: 'exhausted', retryAfter: end - world.now });
    await world.pass(end - world.now);
    assert.notEqual(await tryTake(gate, 1, () => world.now), undefined);
  });

  it('lets a call that finds everything reserved wait until something is given back', async () => {
    const world = new World();
    const gate = world.gate();
    const taken = (await tryTake(gate, 100, () => world.now)) as number;
    assert.equal(await tryTake(gate, 10, () => world.now), undefined);
    assert.equal(gate.check(10, world.now), 'later');
    const waiting = gate.improve(10, never);
    gate.settle(taken, 5, world.now);
    await waiting;
    assert.equal(gate.check(10, world.now), 'free');
  });

  it('hears of a reset by somebody else', async () => {
    const world = new World();
    const [one, other] = [world.gate(), world.gate()];
    const taken = (await tryTake(one, 100, () => world.now)) as number;
    one.settle(taken, 100, world.now);
    one.tick(world.now);
    await settled();
    assert.equal(await tryTake(other, 1, () => world.now), undefined);
    await world.pass(1000);
    await world.store.reset('c', world.now);
    assert.notEqual(await tryTake(one, 1, () => world.now), undefined);
    assert.notEqual(await tryTake(other, 1, () => world.now), undefined);
  });

  it('gives back what it does not need, so that others can use it', async () => {
    const world = new World();
    const [one, other] = [world.gate(), world.gate()];
    const taken = (await tryTake(one, 10, () => world.now)) as number;
    one.settle(taken, 1, world.now);
    one.tick(world.now);
    await settled();
    one.tick(world.now);
    await settled();
    assert.equal((await world.store.read('c'))[0]?.held, 0);
    assert.notEqual(await tryTake(other, 99, () => world.now), undefined);
  });

  it('keeps the lease of a process that died until it runs out, and no longer', async () => {
    const world = new World();
    await tryTake(world.gate(), 100, () => world.now);
    const other = world.gate();
    await tryTake(other, 50, () => world.now);
    assert.equal((await world.store.read('c'))[0]?.held, 100);
    await world.pass(16_000);
    await other.improve(50, never);
    assert.equal(other.check(50, world.now), 'free');
  });

  it('is closed, or open, while the store is out of reach, and comes back by itself', async () => {
    const world = new World();
    world.isUp = false;
    const [closed, open] = [world.gate(), world.gate({ onStoreError: 'open' })];
    for (const gate of [closed, open]) await gate.improve(1, never);
    assert.deepEqual(closed.check(1, world.now), { reason: 'unavailable', retryAfter: 1000 });
    assert.equal(open.check(1, world.now), 'free');
    const taken = open.take(1, world.now);
    open.settle(taken, 100, world.now);
    assert.deepEqual(open.check(1, world.now), { reason: 'exhausted', retryAfter: undefined });
    world.isUp = true;
    closed.tick(world.now);
    await settled();
    assert.notEqual(await tryTake(closed, 1, () => world.now), undefined);
    open.tick(world.now);
    await settled();
    assert.equal((await world.store.read('c'))[0]?.used, 100);
  });

  it('keeps a rate by itself while the store is out of reach and the limit open', async () => {
    const world = new World();
    const gate = world.gate({ reason: 'rate', window: 1000, limit: 2, onStoreError: 'open', slack: 0.05 });
    world.isUp = false;
    await gate.improve(1, never);
    for (let count = 0; count < 2; count++) {
      assert.equal(gate.check(1, world.now), 'free');
      gate.settle(gate.take(1, world.now), 1, world.now);
    }
    assert.deepEqual(gate.check(1, world.now), { reason: 'rate', retryAfter: 500 });
  });

  it('never lets more in than the rate, in all processes together', async () => {
    const step = fc.record({ gate: fc.nat(2), after: fc.nat(60), tick: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 120, size: 'max' }), async (limit, steps) => {
        const world = new World();
        const window = 1000;
        const gates = [0, 1, 2].map(() => world.gate({ reason: 'rate', window, limit, slack: 0.05 }));
        const admitted: number[] = [];
        for (const { gate: index, after, tick } of steps) {
          const gate = gates[index] as SharedGate;
          await world.pass(after);
          if (tick) gate.tick(world.now);
          const taken = await tryTake(gate, 1, () => world.now);
          if (taken === undefined) continue;
          gate.settle(taken, 1, world.now);
          admitted.push(world.now);
        }
        for (const [first, from] of admitted.entries()) {
          for (const [last, to] of admitted.entries()) {
            if (last >= first) assert.ok(last - first + 1 <= limit + ((to - from) * limit) / window + 1e-6);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('asks the store again when the clock was set back, instead of refusing until the old time comes again', async () => {
    const world = new World();
    const rule = { reason: 'rate', isPlaces: true, limit: 1, slack: 0 } as const;
    const [one, other] = [world.gate(rule), world.gate(rule)];
    const place = await tryTake(one, 1, () => world.now);
    assert.equal(await tryTake(other, 1, () => world.now), undefined);
    world.now -= 3_600_000;
    assert.equal(other.check(1, world.now), 'later');
    one.settle(place as number, 0, world.now);
    await settled();
    assert.notEqual(await tryTake(other, 1, () => world.now), undefined);
  });

  it('gives places back at once', async () => {
    const world = new World();
    const rule = { reason: 'rate', isPlaces: true, limit: 2, slack: 0 } as const;
    const [one, other] = [world.gate(rule), world.gate(rule)];
    const places = [await tryTake(one, 1, () => world.now), await tryTake(one, 1, () => world.now)];
    assert.equal(await tryTake(other, 1, () => world.now), undefined);
    one.settle(places[0] as number, 0, world.now);
    await world.pass(300);
    assert.notEqual(await tryTake(other, 1, () => world.now), undefined);
    assert.equal(await tryTake(one, 1, () => world.now), undefined);
  });
});
