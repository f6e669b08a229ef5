import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aCall, aFailure, aReply, scripted, stoppedClock } from '../../test/support/calls.ts';
import { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { Handler } from '../pipeline/step.ts';
import { measured, Pace, Vitals } from './vitals.ts';

const times = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 50 });

describe('the pace of a target', () => {
  it('lies within what was measured, and ends up near what comes again and again', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 60_000 }), (measurements, last) => {
        const pace = new Pace();
        for (const time of measurements) pace.record(time, 0);
        const mean = pace.mean ?? Number.NaN;
        assert.ok(mean >= Math.min(...measurements) - 1e-6 && mean <= Math.max(...measurements) + 1e-6);
        for (let i = 0; i < 60; i++) pace.record(last, 0);
        assert.ok(Math.abs((pace.mean ?? 0) - last) < 1);
      }),
    );
  });

  it('weighs an old measurement less than a fresh one', () => {
    const after = (pause: number): number => {
      const pace = new Pace();
      pace.record(1_000, 0);
      pace.record(100, pause);
      return pace.mean ?? 0;
    };
    assert.equal(Math.round(after(0)), 820);
    assert.equal(Math.round(after(30_000)), 460);
    assert.ok(after(600_000) < 101);
  });

  it('comes back slowly to the best of its group while it is not measured', () => {
    const pace = new Pace();
    pace.record(900, 0);
    assert.deepEqual(
      [0, 30_000, 60_000, 600_000].map((now) => Math.round(pace.estimate(100, now))),
      [900, 500, 300, 100],
    );
  });

  it('is taken for the best where nothing was measured, but only for one call at a time', () => {
    const pace = new Pace();
    assert.equal(pace.estimate(100, 0), 100);
    pace.pending++;
    assert.equal(pace.estimate(100, 0), 200);
  });

  it('suffers from failures, however quick they are', () => {
    const [known, unknown] = [new Pace(), new Pace()];
    known.record(100, 0);
    known.punish(1, 0);
    assert.equal(Math.round(known.mean ?? 0), 160);
    unknown.punish(1, 0);
    assert.equal(unknown.mean, 4_000);
  });

  it('has percentiles of the last hundred, once there are twenty', () => {
    const pace = new Pace();
    for (let i = 1; i <= 19; i++) pace.record(i, 0);
    assert.equal(pace.percentile(95), undefined);
    for (let i = 20; i <= 300; i++) pace.record(i, 0);
    assert.deepEqual([pace.percentile(50), pace.percentile(95), pace.percentile(99)], [250, 295, 299]);
  });
});

describe('a measured target', () => {
  const streaming = aCall({ json: { stream: true } });
  const taking = (milliseconds: number, clock: ReturnType<typeof stoppedClock>, then: Handler): Handler => {
    return (call) => {
      clock.pass(milliseconds);
      return then(call);
    };
  };

  it('keeps streams and whole answers apart', async () => {
    const clock = stoppedClock();
    const vitals = new Vitals();
    const handler = measured(() => vitals, clock);
    await handler(taking(2_000, clock, scripted(aReply('ok'))))(aCall());
    await handler(taking(50, clock, scripted(aReply('ok'))))(streaming);
    assert.deepEqual([vitals.pace(aCall()).mean, vitals.pace(streaming).mean], [2_000, 50]);
  });

  it('is punished for its own trouble, and not for bad requests or clients that leave', async () => {
    const meanAfter = async (error: GatewayError, call = aCall()): Promise<number | undefined> => {
      const clock = stoppedClock();
      const vitals = new Vitals();
      await assert.rejects(measured(() => vitals, clock)(taking(10, clock, scripted(error)))(call));
      assert.deepEqual([vitals.inFlight, vitals.pace(aCall()).pending], [0, 0]);
      return vitals.pace(aCall()).mean;
    };
    assert.equal(await meanAfter(aFailure(503)), 4_000);
    assert.equal(await meanAfter(aFailure(400)), undefined);
    assert.equal(await meanAfter(aFailure(503), aCall({ signal: AbortSignal.abort() })), undefined);
  });

  it('is believed slower when an answer was given up that took longer than usual', async () => {
    const clock = stoppedClock();
    const vitals = new Vitals();
    const handler = measured(() => vitals, clock);
    await handler(taking(100, clock, scripted(aReply('ok'))))(aCall());
    const outpaced = scripted(new GatewayError('outpaced', 'late'));
    const givenUp = aCall({ signal: AbortSignal.abort() });
    await assert.rejects(handler(taking(50, clock, outpaced))(givenUp));
    assert.equal(vitals.pace(aCall()).mean, 100);
    await assert.rejects(handler(taking(1_100, clock, outpaced))(givenUp));
    assert.ok((vitals.pace(aCall()).mean ?? 0) > 290);
  });

  it('has a streamed call under way until its end', async () => {
    const vitals = new Vitals();
    let sink: Sink<string> | undefined;
    const flow: Flow<string> = { start: (given) => void (sink = given), resume: () => {}, cancel: () => {} };
    const reply = await measured(() => vitals, stoppedClock())(async () => ({ ...aReply('x'), body: { kind: 'stream', flow } }))(aCall());
    assert.deepEqual([vitals.inFlight, vitals.pace(aCall()).pending], [1, 0]);
    (reply.body as { flow: Flow<string> }).flow.start({ write: () => true, end: () => {}, fail: () => {} });
    sink?.end();
    assert.equal(vitals.inFlight, 0);
  });
});
