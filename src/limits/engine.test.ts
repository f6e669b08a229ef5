import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../errors.ts';
import { systemClock } from '../routing/clock.ts';
import { MemoryCounters } from '../stores/counters/memory.ts';
import { budgetBound, rateBound, type Bound, type Subject } from './bound.ts';
import { Limiter, type Alert } from './engine.ts';

const KEY: Subject = { kind: 'api_key', id: 'k', group: undefined };
const never = new AbortController().signal;

function budget(id: string, limit: number, more: { readonly alertThresholds?: readonly number[] } = {}): Bound {
  return budgetBound({ id, type: 'tokens', limit, alertThresholds: [], reset: undefined, ...more }, KEY);
}

function rate(id: string, limit: number, isShadow = false): Bound {
  return rateBound({ id, type: 'requests', limit, unit: 'rph', isShadow }, KEY);
}

function aLimiter(patience = 50): { readonly limiter: Limiter; readonly alerts: Alert[] } {
  const alerts: Alert[] = [];
  const limiter = new Limiter({
    budgets: new MemoryCounters(Date.now),
    rates: undefined,
    clock: systemClock,
    process: 'p',
    onStoreError: { budgets: 'closed', rates: 'open' },
    timeout: 500,
    patience,
    onAlert: (alert) => alerts.push(alert),
    onTrouble: () => {},
  });
  return { limiter, alerts };
}

const tokens = (count: number): { tokens: number; cost: number; caution: number } => ({ tokens: count, cost: 0, caution: 1 });
const refused =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof GatewayError && error.code === code;

describe('the limits of a call', () => {
  it('take nothing from one where another refuses', async () => {
    const { limiter } = aLimiter();
    const bounds = [budget('b', 100), rate('r', 1)];
    (await limiter.admit(bounds, tokens(10), { signal: never })).settle(tokens(10));
    for (let count = 0; count < 20; count++) await assert.rejects(limiter.admit(bounds, tokens(10), { signal: never }), refused('rate_limited'));
    const [standing] = limiter.standings(bounds);
    assert.equal(standing?.remaining, 90);
    await limiter.close();
  });

  it('let a call wait for what others have reserved, and refuse it when that takes too long', async () => {
    const { limiter } = aLimiter();
    const first = await limiter.admit([budget('b', 100)], tokens(90), { signal: never });
    await assert.rejects(limiter.admit([budget('b', 100)], tokens(50), { signal: never }), (error: unknown) => {
      assert.ok(error instanceof GatewayError);
      assert.match(error.message, /Calls under way have reserved/);
      assert.deepEqual(error.headers.slice(-2), ['retry-after', '1']);
      return true;
    });
    const { limiter: patient } = aLimiter(10_000);
    const holding = await patient.admit([budget('b', 100)], tokens(90), { signal: never });
    const waiting = patient.admit([budget('b', 100)], tokens(50), { signal: never });
    holding.settle(tokens(20));
    (await waiting).settle(tokens(1));
    first.settle(tokens(0));
    await Promise.all([limiter.close(), patient.close()]);
  });

  it('let go of a call whose client has left while it waited', async () => {
    const { limiter } = aLimiter(10_000);
    const holding = await limiter.admit([budget('b', 100)], tokens(90), { signal: never });
    const aborter = new AbortController();
    const waiting = limiter.admit([budget('b', 100)], tokens(50), { signal: aborter.signal });
    setImmediate(() => aborter.abort());
    await assert.rejects(waiting, refused('client_closed'));
    holding.settle(tokens(1));
    await limiter.close();
  });

  it('settle once, whoever says so again', async () => {
    const { limiter } = aLimiter();
    const ticket = await limiter.admit([budget('b', 100)], tokens(10), { signal: never });
    ticket.settle(tokens(7));
    ticket.settle(tokens(70));
    assert.equal(limiter.standings([budget('b', 100)])[0]?.remaining, 93);
    await limiter.close();
  });

  it('count what a shadow would have refused, and refuse nothing', async () => {
    const { limiter } = aLimiter();
    const over: boolean[] = [];
    for (let count = 0; count < 3; count++)
      over.push((await limiter.admit([rate('s', 1, true)], tokens(1), { signal: never })).held[0]?.isOver ?? false);
    assert.deepEqual(over, [false, true, true]);
    assert.deepEqual(limiter.refusals, [{ limit: 's', kind: 'rate', isShadow: true, count: 2 }]);
  });

  it('tell of each threshold once, in the order in which they are passed', async () => {
    const { limiter, alerts } = aLimiter();
    const bound = budget('b', 100, { alertThresholds: [1, 0.5] });
    for (let count = 0; count < 5; count++) (await limiter.admit([bound], tokens(1), { signal: never })).settle(tokens(20));
    assert.deepEqual(
      alerts.map(({ threshold, used }) => [threshold, used]),
      [
        [0.5, 60],
        [1, 100],
      ],
    );
    await assert.rejects(limiter.admit([bound], tokens(1), { signal: never }), refused('budget_exhausted'));
    assert.equal(limiter.isExhausted([bound]), true);
    await limiter.close();
  });

  it('tell of thresholds that were set while a period runs, also of those below one that has been told', async () => {
    const { limiter, alerts } = aLimiter();
    const use = async (limit: number, alertThresholds: readonly number[]): Promise<void> =>
      (await limiter.admit([budget('b', limit, { alertThresholds })], tokens(1), { signal: never })).settle(tokens(20));
    for (let count = 0; count < 3; count++) await use(100, [0.5]);
    await use(100, [0.3, 0.5, 0.8]);
    await use(200, [0.15]);
    assert.deepEqual(
      alerts.map(({ threshold }) => threshold),
      [0.5, 0.3, 0.5, 0.8, 0.15],
    );
    await limiter.close();
  });

  it('hold a limit from the moment that it is changed', async () => {
    const { limiter } = aLimiter();
    (await limiter.admit([budget('b', 10)], tokens(1), { signal: never })).settle(tokens(10));
    await assert.rejects(limiter.admit([budget('b', 10)], tokens(1), { signal: never }), refused('budget_exhausted'));
    (await limiter.admit([budget('b', 20)], tokens(1), { signal: never })).settle(tokens(1));
    await assert.rejects(limiter.admit([budget('b', 11)], tokens(1), { signal: never }), refused('budget_exhausted'));
    await limiter.close();
  });

  it('reserve more of budgets while nothing is known of a model, and not of rates', async () => {
    const { limiter } = aLimiter();
    const perHour = rateBound({ id: 't', type: 'tokens', limit: 100, unit: 'rph', isShadow: false }, KEY);
    const bounds = [budget('b', 100), perHour];
    await limiter.admit(bounds, { tokens: 30, cost: 0, caution: 2 }, { signal: never });
    const left = limiter.standings(bounds).map(({ remaining }) => remaining);
    assert.deepEqual(left, [40, 70]);
    await limiter.close();
  });
});
