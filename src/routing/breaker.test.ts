import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCall, aFailure, aReply, stoppedClock } from '../../test/support/calls.ts';
import type { BreakerPolicy } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import { Breaker } from './breaker.ts';
import { Health, watched } from './health.ts';

const POLICY: BreakerPolicy = { failures: 3, percentage: undefined, minimumRequests: 4, cooldown: 1_000, longest: 4_000, statusCodes: undefined };
const good = { reply: aReply('ok') };
const bad = { error: aFailure(500) };

describe('a breaker', () => {
  it('opens after failures in a row, and only then', () => {
    const breaker = new Breaker(POLICY, stoppedClock());
    for (const outcome of [bad, bad, good, bad, bad]) breaker.record(outcome);
    assert.equal(breaker.state, 'closed');
    breaker.record(bad);
    assert.equal(breaker.state, 'open');
    assert.equal(breaker.isAvailable, false);
  });

  it('lets one call probe after the cooldown, and closes when it succeeds', () => {
    const clock = stoppedClock();
    const breaker = new Breaker(POLICY, clock);
    for (let i = 0; i < 3; i++) breaker.record(bad);
    clock.pass(1_000);
    assert.equal(breaker.state, 'half-open');
    assert.ok(breaker.isAvailable);
    breaker.begin();
    assert.ok(!breaker.isAvailable);
    breaker.record(good);
    assert.equal(breaker.state, 'closed');
    assert.ok(breaker.isAvailable);
  });

  it('keeps nobody away for longer when the clock is set back', () => {
    const clock = stoppedClock();
    const breaker = new Breaker(POLICY, clock);
    for (let i = 0; i < 3; i++) breaker.record(bad);
    clock.pass(-3_600_000);
    assert.deepEqual([breaker.state, breaker.openFor], ['half-open', 0]);
    breaker.begin();
    breaker.record(bad);
    assert.deepEqual([breaker.state, breaker.openFor], ['open', 2_000]);
  });

  it('doubles its cooldown with each failed probe, up to the longest', () => {
    const clock = stoppedClock();
    const breaker = new Breaker(POLICY, clock);
    for (let i = 0; i < 3; i++) breaker.record(bad);
    for (const wait of [1_000, 2_000, 4_000, 4_000]) {
      clock.pass(wait - 1);
      assert.equal(breaker.state, 'open');
      clock.pass(1);
      assert.equal(breaker.state, 'half-open');
      breaker.begin();
      breaker.record(bad);
    }
  });

  it('opens on a share of failures once there were enough requests', () => {
    const breaker = new Breaker({ ...POLICY, failures: Infinity, percentage: 50 }, stoppedClock());
    for (const outcome of [bad, bad, good]) breaker.record(outcome);
    assert.equal(breaker.state, 'closed');
    breaker.record(bad);
    assert.equal(breaker.state, 'open');
  });

  it('takes a bad request for a sign of life, and a refused key for a reason to stay away', () => {
    const breaker = new Breaker(POLICY, stoppedClock());
    for (let i = 0; i < 10; i++) breaker.record({ error: aFailure(400) });
    assert.equal(breaker.state, 'closed');
    breaker.record({ error: aFailure(401) });
    assert.equal(breaker.state, 'open');
  });

  it('keeps a rate-limited key aside for as long as the provider says', () => {
    const clock = stoppedClock();
    const breaker = new Breaker(POLICY, clock);
    breaker.record({ error: aFailure(429) });
    assert.ok(breaker.isAvailable);
    breaker.record({ error: aFailure(429, ['retry-after', '7']) });
    assert.ok(!breaker.isAvailable);
    clock.pass(7_000);
    assert.equal(breaker.state, 'closed');
    assert.ok(breaker.isAvailable);
  });

  it('is indifferent to clients that leave', () => {
    const breaker = new Breaker(POLICY, stoppedClock());
    for (let i = 0; i < 10; i++) breaker.record({ error: new GatewayError('client_closed', 'gone') });
    assert.equal(breaker.state, 'closed');
  });

  it('counts the statuses that the config lists, and no others', () => {
    const breaker = new Breaker({ ...POLICY, statusCodes: [404] }, stoppedClock());
    for (let i = 0; i < 5; i++) breaker.record({ error: aFailure(500) });
    assert.equal(breaker.state, 'closed');
    for (let i = 0; i < 3; i++) breaker.record({ error: aFailure(404) });
    assert.equal(breaker.state, 'open');
  });
});

describe('the breakers of a process', () => {
  it('are shared by identity, and told of every attempt', async () => {
    const health = new Health(stoppedClock());
    const subject = () => ({ provider: 'p', host: undefined, key: undefined, model: undefined });
    const handler = watched(() => health.breaker('a', POLICY, subject))(async () => {
      throw aFailure(503);
    });
    for (let i = 0; i < 3; i++) await assert.rejects(handler(aCall()), { status: 503 });
    assert.equal(health.breaker('a', POLICY, subject).state, 'open');
    assert.equal(health.breaker('b', POLICY, subject).state, 'closed');
    assert.deepEqual(health.summary(), { closed: 1, open: 1, 'half-open': 0 });
  });
});
