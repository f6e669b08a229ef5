import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aCall, aFailure, aMember, aReply, scripted, stoppedClock } from '../../test/support/calls.ts';
import { GatewayError } from '../errors.ts';
import type { Handler, Reply } from '../pipeline/step.ts';
import { conditional, firstMatch } from './conditional.ts';
import { fallback } from './fallback.ts';
import { loadbalance } from './loadbalance.ts';
import { pursue } from './pursue.ts';
import { retry } from './retry.ts';

const CODES = [429, 500, 502, 503, 504, 529];
const nameOf = (reply: Reply): unknown => (reply.body.kind === 'bytes' ? reply.body.bytes : undefined);

const RULE = { onStatusCodes: undefined, onErrors: undefined, onStreamBreak: 'resume' } as const;
const BALANCED = { rule: RULE, tieOf: () => undefined };
const members = (handlers: readonly Handler[]) => handlers.map((handler) => aMember(handler));

describe('fallback', () => {
  it('gives the first good reply, else the last outcome, and tries nothing twice', async () => {
    const outcome = fc.constantFrom(200, 246, 400, 401, 429, 500, 503);
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 6 }), async (statuses) => {
        const handlers = statuses.map((status, i) => scripted(status < 300 ? aReply(String(i), status) : aFailure(status)));
        const good = statuses.findIndex((status) => status < 300);
        const expected = good < 0 ? statuses.length - 1 : good;
        const result = await pursue(fallback(members(handlers), RULE), stoppedClock())(aCall()).catch((error: unknown) => error as GatewayError);
        assert.equal(result.status, statuses[expected]);
        assert.deepEqual(
          handlers.map(({ calls }) => calls.length),
          statuses.map((_, i) => (i <= expected ? 1 : 0)),
        );
      }),
    );
  });

  it('tells every target but the last that something else can still be tried', async () => {
    const handlers = [scripted(aFailure(500)), scripted(aReply('ok'))];
    await pursue(fallback(members(handlers), RULE), stoppedClock())(aCall());
    assert.deepEqual(
      handlers.map(({ calls }) => calls[0]?.recoverable),
      [true, false],
    );
  });

  it('stops at an error that any target would give', async () => {
    const second = scripted(aReply('ok'));
    const bad = scripted(new GatewayError('invalid_request', 'messages: expected a list, got nothing'));
    await assert.rejects(pursue(fallback(members([bad, second]), RULE), stoppedClock())(aCall()), { code: 'invalid_request' });
    assert.equal(second.calls.length, 0);
  });

  it('cancels a streamed reply that it moves on from', async () => {
    let isCancelled = false;
    const flow = { start: () => {}, resume: () => {}, cancel: () => void (isCancelled = true) };
    const first: Handler = async () => ({ ...aReply('x', 503), body: { kind: 'stream', flow } });
    assert.equal(nameOf(await pursue(fallback(members([first, scripted(aReply('ok'))]), RULE), stoppedClock())(aCall())), 'ok');
    assert.ok(isCancelled);
  });
});

describe('loadbalance', () => {
  const weights = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 6 }).filter((list) => list.some((weight) => weight > 0));
  const point = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('gives each target its share of the interval and weight 0 none of it', async () => {
    await fc.assert(
      fc.asyncProperty(weights, point, async (list, random) => {
        const targets = list.map((weight, i) => aMember(scripted(aReply(String(i))), { weight }));
        const total = list.reduce((sum, weight) => sum + weight, 0);
        let reached = 0;
        const expected = list.findIndex((weight) => (reached += weight) > random * total);
        assert.equal(nameOf(await pursue(loadbalance(targets, BALANCED), stoppedClock(random))(aCall())), String(expected));
      }),
    );
  });

  it('tries every other member once before the group fails, but none of weight 0', async () => {
    await fc.assert(
      fc.asyncProperty(weights, point, async (list, random) => {
        const handlers = list.map(() => scripted(aFailure(503)));
        const targets = handlers.map((handler, i) => aMember(handler, { weight: list[i] as number }));
        await assert.rejects(pursue(loadbalance(targets, BALANCED), stoppedClock(random))(aCall()), { status: 503 });
        assert.deepEqual(
          handlers.map(({ calls }) => calls.length),
          list.map((weight) => (weight > 0 ? 1 : 0)),
        );
      }),
    );
  });

  it('does not take a bad request to another member', async () => {
    const handlers = [scripted(aFailure(400)), scripted(aFailure(400))];
    await assert.rejects(pursue(loadbalance(members(handlers), BALANCED), stoppedClock(0))(aCall()), { status: 400 });
    assert.deepEqual(
      handlers.map(({ calls }) => calls.length),
      [1, 0],
    );
  });
});

describe('conditional', () => {
  it('takes the first condition that holds, else the default, else says so', async () => {
    const to = (name: string, holds: boolean) => ({ matches: () => holds, handler: scripted(aReply(name)) });
    assert.equal(nameOf(await conditional(firstMatch([to('a', false), to('b', true), to('c', true)], undefined))(aCall())), 'b');
    assert.equal(nameOf(await conditional(firstMatch([to('a', false)], scripted(aReply('d'))))(aCall())), 'd');
    assert.throws(() => conditional(firstMatch([to('a', false)], undefined))(aCall()), { code: 'no_matching_target' });
  });
});

describe('retry', () => {
  const policy = { attempts: 3, onStatusCodes: CODES, onErrors: [], useRetryAfter: true };

  it('waits 1, 2 and 4 seconds, give or take a tenth, and counts the retries', async () => {
    for (const [random, factor] of [
      [0, 0.9],
      [0.5, 1],
      [0.999, 1.1],
    ] as const) {
      const clock = stoppedClock(random);
      const handler = scripted(aFailure(500), aFailure(502), aFailure(529), aReply('ok'));
      const reply = await retry(policy, clock)(handler)(aCall());
      assert.equal(reply.route.retries, 3);
      assert.deepEqual(
        clock.sleeps.map((wait) => Math.round(wait / 100)),
        [1, 2, 4].map((seconds) => Math.round(seconds * factor * 10)),
      );
      assert.deepEqual(
        handler.calls.map(({ recoverable }) => recoverable),
        [true, true, true, false],
      );
    }
  });

  it('reports -1 when the last attempt failed too', async () => {
    const handler = scripted(aFailure(503));
    await assert.rejects(
      retry(policy, stoppedClock())(handler)(aCall()),
      (error: GatewayError) => error.route?.retries === -1 && error.status === 503,
    );
    assert.equal(handler.calls.length, 4);
  });

  it('reports no retries for an outcome that it leaves alone', async () => {
    await assert.rejects(retry(policy, stoppedClock())(scripted(aFailure(400)))(aCall()), (error: GatewayError) => error.route?.retries === 0);
  });

  it('waits as long as the provider asks, up to a minute for the whole call', async () => {
    const clock = stoppedClock();
    await retry(policy, clock)(scripted(aFailure(429, ['Retry-After', '3']), aReply('ok')))(aCall());
    assert.deepEqual(clock.sleeps, [3000]);
    for (const wait of ['60', '100']) {
      const impatient = stoppedClock();
      const handler = scripted(aFailure(429, ['retry-after', wait]), aReply('ok'));
      await assert.rejects(retry(policy, impatient)(handler)(aCall()), (error: GatewayError) => error.route?.retries === -1);
      assert.equal(handler.calls.length, 1);
    }
    const twice = stoppedClock();
    const handler = scripted(aFailure(429, ['retry-after', '40']), aReply('ok'));
    const again = scripted(aFailure(429, ['retry-after', '40']));
    await retry(policy, twice)(handler)(aCall());
    await assert.rejects(retry(policy, twice)(again)(aCall()), (error: GatewayError) => error.route?.retries === -1);
    assert.equal(again.calls.length, 2);
  });

  it('repeats a broken connection whatever the listed statuses', async () => {
    const broken = new GatewayError('upstream_unreachable', 'gone');
    const reply = await retry({ ...policy, onStatusCodes: [] }, stoppedClock())(scripted(broken, aReply('ok')))(aCall());
    assert.equal(reply.route.retries, 1);
  });

  it('sends a streamed upload once only', async () => {
    const handler = scripted(aFailure(500), aReply('ok'));
    const upload = process.stdin;
    await assert.rejects(retry(policy, stoppedClock())(handler)(aCall({ upload })));
    assert.equal(handler.calls.length, 1);
  });
});
