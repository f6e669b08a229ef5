import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Claim, CounterStore, Grant } from './counter-store.ts';

let names = 0;

type Open = () => CounterStore | Promise<CounterStore>;

/** What every store of counters does. `open` gives one that the other tests of a file may share. */
export function describeCounters(open: Open): void {
  describe('counters', () => {
    describeLeases(open);
    describeAmounts(open);
    describePeriods(open);
  });
}

/** A claim with nothing particular about it. */
export const claim = (counter: string, more: Partial<Claim> = {}): Claim => ({
  counter,
  period: 0,
  ends: undefined,
  limit: 100,
  window: undefined,
  isLasting: true,
  holder: 'a',
  turn: 1,
  used: 0,
  need: 0,
  slack: 0,
  ...more,
});
const fresh = (): string => `api_key/k${++names}-${process.pid}/limit/`;
const ask = async (store: CounterStore, counter: string, more: Partial<Claim>): Promise<Grant> =>
  (await store.exchange([claim(counter, more)]))[0] as Grant;

function describeLeases(open: Open): void {
  it('give a holder what it needs and no more than a part of the rest, and the others what is left', async () => {
    const store = await open();
    const counter = fresh();
    assert.deepEqual(await ask(store, counter, { need: 10, slack: 100 }), { period: 0, used: 0, lease: 55 });
    assert.deepEqual(await ask(store, counter, { holder: 'b', need: 40 }), { period: 0, used: 0, lease: 40 });
    assert.deepEqual(await ask(store, counter, { holder: 'c', need: 40 }), { period: 0, used: 0, lease: 5 });
    assert.deepEqual(await ask(store, counter, { turn: 2, used: 8, need: 0 }), { period: 0, used: 8, lease: 0 });
    assert.deepEqual(await ask(store, counter, { holder: 'c', turn: 2, need: 40 }), { period: 0, used: 8, lease: 40 });
  });

  it('count what was reported twice once, and nothing that comes late', async () => {
    const store = await open();
    const counter = fresh();
    await ask(store, counter, { turn: 1, used: 10, need: 5 });
    assert.equal((await ask(store, counter, { turn: 2, used: 10, need: 5 })).used, 10);
    assert.deepEqual(await ask(store, counter, { turn: 1, used: 10, need: 90 }), { period: 0, used: 10, lease: 5 });
    assert.equal((await ask(store, counter, { holder: 'b', used: 7 })).used, 17);
  });

  it('answer many claims at once, of the same counter too, and never give away more than there is', async () => {
    const store = await open();
    const [one, other] = [fresh(), fresh()];
    const claims = Array.from({ length: 60 }, (_, index) => claim(index % 2 === 0 ? one : other, { holder: `h${index}`, need: 7 }));
    const asked = await Promise.all([0, 20, 40].map((from) => store.exchange(claims.slice(from, from + 20))));
    const sums = [0, 1].map((odd) => asked.flat().reduce((sum, { lease }, index) => (index % 2 === odd ? sum + lease : sum), 0));
    assert.deepEqual(sums, [100, 100]);
  });
}

function describeAmounts(open: Open): void {
  for (const limit of [1e17, 1e40])
    it(`keep a limit of ${limit}, which is more than anybody counts to`, async () => {
      const store = await open();
      const counter = fresh();
      const more = { limit, slack: limit };
      for (let turn = 1; turn <= 3; turn += 1)
        for (const holder of ['a', 'b']) {
          const { used, lease } = await ask(store, counter, { ...more, holder, turn, used: turn, need: 10 });
          assert.ok(used <= 6 && lease >= 10, `${used} used, ${lease} leased`);
        }
      const [count] = await store.read(counter);
      assert.ok(count === undefined || count.used === 6);
    });

  it('give out whole units where parts of one are asked for', async () => {
    const store = await open();
    const counter = fresh();
    assert.equal((await ask(store, counter, { need: 10.5 })).lease, 11);
    assert.equal((await ask(store, counter, { holder: 'b', need: 10 })).lease, 10);
    assert.equal((await ask(store, counter, { holder: 'c', used: 2.5 })).used, 3);
  });

  it('go on after a provider has told of more than can be counted', async () => {
    const store = await open();
    const counter = fresh();
    assert.ok((await ask(store, counter, { used: 1e300, need: 1 })).used > 1e15);
    assert.equal((await ask(store, counter, { holder: 'b', need: 1 })).lease, 0);
    assert.ok(((await store.read(counter))[0]?.used ?? 1e16) > 1e15);
  });
}

function describePeriods(open: Open): void {
  it('begin anew with a later period, and tell those who are still in the earlier one', async () => {
    const store = await open();
    const counter = fresh();
    await ask(store, counter, { period: 1000, used: 100 });
    assert.deepEqual(await ask(store, counter, { period: 2000, holder: 'b', need: 10 }), { period: 2000, used: 0, lease: 10 });
    assert.deepEqual(await ask(store, counter, { period: 1000, turn: 2, used: 120, need: 10 }), { period: 2000, used: 0, lease: 10 });
  });

  it('are read and reset by the beginning of their names', async () => {
    const store = await open();
    const counter = fresh();
    await store.exchange([claim(`${counter}one`, { used: 3, need: 4 }), claim(`${counter}two`, { used: 5 }), claim(fresh(), { used: 9 })]);
    const read = (await store.read(counter)).map(({ counter: name, used }) => [name.slice(counter.length), used]);
    assert.deepEqual(read, [
      ['one', 3],
      ['two', 5],
    ]);
    assert.equal(await store.reset(`${counter}o`, 5000), 1);
    assert.deepEqual(await ask(store, `${counter}one`, { turn: 2, used: 3, need: 1 }), { period: 5000, used: 0, lease: 1 });
    assert.equal((await ask(store, `${counter}two`, { turn: 2, used: 5 })).used, 5);
  });

  it('take a mark once in each period', async () => {
    const store = await open();
    const counter = fresh();
    await ask(store, counter, { period: 1000 });
    const mark = { counter, period: 1000, ends: Date.now() + 100_000, name: 'm' };
    assert.deepEqual([await store.mark(mark), await store.mark(mark), await store.mark({ ...mark, name: 'n' })], [true, false, true]);
    await ask(store, counter, { period: 2000, turn: 2 });
    assert.equal(await store.mark({ ...mark, period: 2000 }), true);
  });

  it('are forgotten some time after their period is over, the others never', async () => {
    const store = await open();
    const prefix = fresh();
    const [over, older, current, endless, again] = [`${prefix}over`, `${prefix}older`, `${prefix}current`, `${prefix}endless`, `${prefix}again`];
    await store.exchange([
      claim(over, { period: 1000, ends: 2000, used: 1 }),
      claim(older, { period: 500, ends: 1000, used: 1 }),
      claim(current, { period: 2000, ends: 3000, used: 2 }),
      claim(endless, { used: 3 }),
      claim(again, { period: 1000, ends: 2000, used: 4 }),
      claim(again, { period: 2000, ends: 3000, turn: 2, used: 5 }),
      // Late: what is over does not say when what came after it ends.
      claim(again, { period: 1000, ends: 2000, holder: 'b', used: 6 }),
    ]);
    // Who ends a period says so of the later one too.
    await store.reset(endless, 1500);
    while ((await store.prune(2500, 1)) > 0);
    const left = (await store.read(prefix)).map(({ counter, used }) => [counter.slice(prefix.length), used] as const);
    assert.deepEqual(Object.fromEntries(left), { again: 5, current: 2, endless: 0 });
    const report = await ask(store, over, { period: 3000, ends: 4000, turn: 2, need: 7 });
    assert.deepEqual(report, { period: 3000, used: 0, lease: 7 });
  });
}

/** What stores do whose counters drain. */
export function describeDrainingCounters(open: () => CounterStore | Promise<CounterStore>): void {
  it('count what drains by what is left of it', async () => {
    const store = await open();
    const counter = `api_key/d${++names}-${process.pid}/limit/`;
    const shared = { counter, period: 0, ends: undefined, limit: 1000, window: 1000, isLasting: false, slack: 0 };
    const askFor = async (more: Pick<Claim, 'holder' | 'turn' | 'used' | 'need'>): Promise<Grant> =>
      (await store.exchange([{ ...shared, ...more }]))[0] as Grant;
    assert.equal((await askFor({ holder: 'a', turn: 1, used: 0, need: 1000 })).lease, 1000);
    assert.equal((await askFor({ holder: 'b', turn: 1, used: 0, need: 1 })).lease, 0);
    const full = await askFor({ holder: 'a', turn: 2, used: 1000, need: 0 });
    assert.ok(full.used > 900 && full.used <= 1000, String(full.used));
    await new Promise((resolve) => setTimeout(resolve, 120));
    const drained = await askFor({ holder: 'b', turn: 2, used: 0, need: 50 });
    assert.ok(drained.used <= 880, String(drained.used));
    assert.equal(drained.lease, 50);
  });
}
