import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aCall, aFailure, aMember, aReply, scripted, stoppedClock } from '../../test/support/calls.ts';
import type { GatewayError } from '../errors.ts';
import type { Call, Handler, Reply } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { cost as costTactics } from './cost.ts';
import { hedge as hedgeTactics, type HedgeRule } from './hedge.ts';
import { latency as latencyTactics } from './latency.ts';
import { leastBusy as leastBusyTactics } from './least-busy.ts';
import { loadbalance as loadbalanceTactics, type BalanceOptions } from './loadbalance.ts';
import type { MeasuredMember, Member } from './member.ts';
import { pursue } from './pursue.ts';
import { Vitals } from './vitals.ts';

const RULE = { onStatusCodes: undefined, onErrors: undefined, onStreamBreak: 'resume' } as const;
const nameOf = (reply: Reply): string => String(reply.body.kind === 'bytes' ? reply.body.bytes : '');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Numbers in [0, 1) that look random and are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** A member that answers with its name, with what was measured of it. */
function known(
  identity: string,
  { means = [], inFlight = 0, ...more }: Partial<Member> & { means?: readonly number[]; inFlight?: number } = {},
): MeasuredMember {
  const vitals = new Vitals();
  vitals.inFlight = inFlight;
  for (const mean of means) vitals.pace(aCall()).record(mean, 0);
  return { ...aMember(scripted(aReply(identity)), { identity, ...more }), vitals: () => vitals };
}

type Options = Partial<BalanceOptions>;
const options = (more: Options): BalanceOptions => ({ rule: RULE, tieOf: () => undefined, ...more });
const loadbalance = (members: readonly MeasuredMember[], clock: Clock, more: Options = {}): Handler =>
  pursue(loadbalanceTactics(members, options(more)), clock);
const latency = (members: readonly MeasuredMember[], clock: Clock, more: Options = {}): Handler =>
  pursue(latencyTactics(members, options(more), clock), clock);
const leastBusy = (members: readonly MeasuredMember[], clock: Clock, more: Options = {}): Handler =>
  pursue(leastBusyTactics(members, options(more)), clock);
const cost = (...members: readonly Member[]): Handler => pursue(costTactics(members, RULE), stoppedClock());
const hedge = (members: readonly MeasuredMember[], rule: HedgeRule, clock: Clock): Handler => pursue(hedgeTactics(members, rule), clock);

/** How often each member answers, of so many calls. */
async function tally(handler: Handler, calls: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < calls; i++) {
    const name = nameOf(await handler(aCall()));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const CALLS = 4_000;
const isAbout = (actual: number | undefined, share: number): void =>
  assert.ok(Math.abs((actual ?? 0) / CALLS - share) < 0.02, `${actual} of ${CALLS}, expected ${share}`);

describe('latency', () => {
  const clockOf = (seed = 1): Clock => ({ ...stoppedClock(), random: seeded(seed) });

  it('sends all calls but the exploring ones to the faster of two', async () => {
    const counts = await tally(latency([known('slow', { means: [900] }), known('fast', { means: [100] })], clockOf()), CALLS);
    // Of the hundredth that explores, half finds the fast one too.
    assert.ok((counts['slow'] ?? 0) > 5 && (counts['slow'] ?? 0) < 40, String(counts['slow']));
  });

  it('explores exactly where chance says so', async () => {
    const draws = (explores: number): Clock => {
      const numbers = [0.1, 0.5, explores];
      return { ...stoppedClock(), random: () => numbers.shift() ?? 0 };
    };
    const members = [known('slow', { means: [900] }), known('fast', { means: [100] })];
    assert.equal(nameOf(await latency(members, draws(0.009))(aCall())), 'slow');
    assert.equal(nameOf(await latency(members, draws(0.011))(aCall())), 'fast');
  });

  it('compares two of several, so that the slowest gets next to nothing and the fastest not all', async () => {
    const members = [100, 200, 300, 400].map((mean) => known(String(mean), { means: [mean] }));
    const counts = await tally(latency(members, clockOf()), CALLS);
    isAbout(counts['100'], 1 / 2);
    isAbout(counts['200'], 1 / 3);
    isAbout(counts['300'], 1 / 6);
    assert.ok((counts['400'] ?? 0) < 40);
  });

  it('lets weights decide between members that are about as fast', async () => {
    const members = [known('a', { means: [100], weight: 3 }), known('b', { means: [105], weight: 1 }), known('drained', { means: [1], weight: 0 })];
    const counts = await tally(latency(members, clockOf()), CALLS);
    isAbout(counts['a'], 0.75);
    assert.equal(counts['drained'], undefined);
  });

  it('tries one that was never measured, but not with all calls of a moment', async () => {
    const fresh = known('new');
    const handler = latency([known('old', { means: [100] }), fresh], { ...stoppedClock(), random: () => 0.9 });
    assert.equal(nameOf(await handler(aCall())), 'new');
    fresh.vitals(aCall()).pace(aCall()).pending++;
    assert.equal(nameOf(await handler(aCall())), 'old');
  });

  it('comes back to a slow one after a while', async () => {
    const clock = { ...stoppedClock(), random: () => 0.9 };
    const handler = latency([known('fast', { means: [100] }), known('slow', { means: [900] })], clock);
    assert.equal(nameOf(await handler(aCall())), 'fast');
    clock.pass(240_000);
    assert.equal(nameOf(await handler(aCall())), 'slow');
  });

  it('goes through the others from the fastest to the slowest when one fails', async () => {
    const order: string[] = [];
    const members = [300, 100, 400, 200].map((mean) => {
      const failing: Handler = async () => {
        order.push(String(mean));
        throw aFailure(503);
      };
      return known(String(mean), { means: [mean], handler: failing });
    });
    await assert.rejects(latency(members, clockOf(7))(aCall()), { status: 503 });
    const [first, ...others] = order;
    assert.equal(order.length, 4);
    assert.deepEqual(others, others.toSorted());
    assert.notEqual(first, '400');
  });

  it('keeps a tied caller until its member is twice as slow as the best', async () => {
    const home = async (a: number, b: number): Promise<string> => {
      const members = [known('a', { means: [a] }), known('b', { means: [b] })];
      return nameOf(await latency(members, clockOf(), { tieOf: () => 'caller' })(aCall()));
    };
    const own = await home(100, 100);
    const at = (ownMean: number): Promise<string> => (own === 'a' ? home(ownMean, 100) : home(100, ownMean));
    assert.equal(await at(190), own);
    assert.notEqual(await at(210), own);
  });
});

describe('least_busy', () => {
  it('picks a member with the fewest calls under way for its weight', async () => {
    const loads = fc.array(fc.record({ inFlight: fc.nat(20), weight: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(loads, fc.nat(), async (list, seed) => {
        const members = list.map((load, i) => known(String(i), load));
        const picked = Number(nameOf(await leastBusy(members, { ...stoppedClock(), random: seeded(seed) })(aCall())));
        const load = list.map(({ inFlight, weight }) => inFlight / weight);
        assert.equal(load[picked], Math.min(...load));
      }),
    );
  });

  it('lets chance decide between equals, and gives none to weight 0', async () => {
    const members = [known('a', { weight: 1 }), known('b', { weight: 3 }), known('none', { weight: 0 })];
    const counts = await tally(leastBusy(members, { ...stoppedClock(), random: seeded(3) }), CALLS);
    isAbout(counts['b'], 0.75);
    assert.equal(counts['none'], undefined);
  });

  it('keeps a tied caller until its member has a quarter more than its share', async () => {
    const home = async (a: number, b: number): Promise<string> =>
      nameOf(await leastBusy([known('a', { inFlight: a }), known('b', { inFlight: b })], stoppedClock(), { tieOf: () => 'caller' })(aCall()));
    const own = await home(0, 0);
    const loaded = (busy: number, idle: number): Promise<string> => (own === 'a' ? home(busy, idle) : home(idle, busy));
    // 20 under way and one to come: up to 14 are within bounds.
    assert.equal(await loaded(13, 7), own);
    assert.notEqual(await loaded(14, 6), own);
  });
});

describe('members with room', () => {
  it('go before those without among equals, and behind none when all are full', async () => {
    const full = { hasRoom: () => false };
    for (const strategy of [loadbalance, latency, leastBusy]) {
      const handler = (...members: MeasuredMember[]): Handler => strategy(members, stoppedClock(0));
      assert.equal(nameOf(await handler(known('full', full), known('free'))(aCall())), 'free');
      assert.equal(nameOf(await handler(known('full', full), known('full too', full))(aCall())), 'full');
      assert.equal(nameOf(await handler(known('full', full), known('broken', { isAvailable: () => false }))(aCall())), 'full');
    }
  });
});

describe('cost', () => {
  it('tries the cheapest first, and those without a known price last in their order', async () => {
    const prices = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(prices, async (list) => {
        const order: number[] = [];
        const members = list.map((price, i) =>
          aMember(
            async () => {
              order.push(i);
              throw aFailure(500);
            },
            { cost: async () => price },
          ),
        );
        await assert.rejects(cost(...members)(aCall()));
        const expected = list.map((price, i) => [price ?? Infinity, i] as const).toSorted(([a, i], [b, j]) => (a === b ? i - j : a - b));
        assert.deepEqual(
          order,
          expected.map(([, i]) => i),
        );
      }),
    );
  });

  it('goes on where the cheaper model is too small for the request', async () => {
    const long = { ...aFailure(400).info, code: 'context_length_exceeded' };
    const small = aMember(scripted(Object.assign(aFailure(400), { info: long })), { cost: async () => 1 });
    const handler = cost(aMember(scripted(aReply('large')), { cost: async () => 2 }), small);
    assert.equal(nameOf(await handler(aCall())), 'large');
  });
});

describe('hedge', () => {
  const rule = (more: Partial<HedgeRule> = {}): HedgeRule => ({ ...RULE, delay: 300, percentile: undefined, maxTokens: undefined, ...more });

  /** A member whose answer a test gives later; it rejects when its call is aborted, as attempts do. */
  function pending(identity: string, more: Parameters<typeof known>[1] = {}): { member: MeasuredMember; calls: Call[]; answer(): void } {
    const calls: Call[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const handler: Handler = (call) => {
      calls.push(call);
      call.signal.addEventListener('abort', () => reject(call.signal.reason as Error));
      return promise;
    };
    return { member: known(identity, { handler, ...more }), calls, answer: () => resolve(aReply(identity)) };
  }

  /** A clock that records the delays it is asked for. */
  function timing(): { clock: Clock; delays: number[]; ring: () => void } {
    const clock = stoppedClock();
    const delays: number[] = [];
    const after: Clock['after'] = (milliseconds, run) => {
      delays.push(milliseconds);
      return clock.after(milliseconds, run);
    };
    return { clock: { ...clock, after }, delays, ring: () => clock.waiting.splice(0).forEach((run) => run()) };
  }

  it('asks the second beside a slow first, takes the first content and blames nobody', async () => {
    for (const winner of ['first', 'second'] as const) {
      const { clock, delays, ring } = timing();
      const [first, second, third] = [pending('first'), pending('second'), pending('third')];
      const answer = hedge([first.member, second.member, third.member], rule(), clock)(aCall());
      await turn();
      assert.deepEqual([delays, second.calls.length], [[300], 0]);
      ring();
      await turn();
      assert.deepEqual([first.calls.length, second.calls.length, third.calls.length], [1, 1, 0]);
      (winner === 'first' ? first : second).answer();
      assert.equal(nameOf(await answer), winner);
      const loser = winner === 'first' ? second : first;
      assert.equal((loser.calls[0]?.signal.reason as GatewayError).code, 'outpaced');
    }
  });

  it('sends one request where the first is quick', async () => {
    const { clock } = timing();
    const second = pending('second');
    assert.equal(nameOf(await hedge([known('first'), second.member], rule(), clock)(aCall())), 'first');
    assert.equal(second.calls.length, 0);
  });

  it('goes through all when they fail', async () => {
    const failing = scripted(aFailure(500));
    const handler = hedge([known('a', { handler: failing }), known('b', { handler: failing }), known('c')], rule(), stoppedClock());
    assert.equal(nameOf(await handler(aCall())), 'c');
  });

  it('waits for the percentile once enough was measured, and for the delay before', async () => {
    const delayOf = async (measurements: number, more: Partial<HedgeRule>): Promise<readonly number[]> => {
      const { clock, delays } = timing();
      const first = pending('first', { means: Array.from({ length: measurements }, (_, i) => i + 1) });
      const answer = hedge([first.member, known('second')], rule(more), clock)(aCall());
      await turn();
      first.answer();
      await answer;
      return delays;
    };
    assert.deepEqual(await delayOf(100, { percentile: 95 }), [95]);
    assert.deepEqual(await delayOf(10, { percentile: 95 }), [300]);
    assert.deepEqual(await delayOf(10, { percentile: 95, delay: undefined }), []);
    assert.deepEqual(await delayOf(100, {}), [300]);
  });

  it('does not send large calls twice', async () => {
    const isHedged = async (more: Partial<Call>): Promise<boolean> => {
      const { clock, delays } = timing();
      await hedge([known('first'), known('second')], rule({ maxTokens: 2_000 }), clock)(aCall(more));
      return delays.length > 0;
    };
    assert.equal(await isHedged({}), true);
    assert.equal(await isHedged({ body: Buffer.alloc(4_000) }), true);
    assert.equal(await isHedged({ body: Buffer.alloc(4_004) }), false);
    for (const json of [{ max_tokens: 2_001 }, { max_output_tokens: 2_001 }, { generationConfig: { maxOutputTokens: 2_001 } }]) {
      assert.equal(await isHedged({ json }), false, JSON.stringify(json));
    }
  });
});
