import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCall, aFailure, aReply, scripted } from '../../test/support/calls.ts';
import type { Canary } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { Reply } from '../pipeline/step.ts';
import { onTrial, Trial } from './trial.ts';

const RULE: Canary = { target: 'new', maxErrorPercentage: 10, minimumRequests: 10 };
const record = (trial: Trial, successes: number, failures: number): void => {
  for (let i = 0; i < successes; i++) trial.record(false);
  for (let i = 0; i < failures; i++) trial.record(true);
};

describe('a target on trial', () => {
  it('is out when more than its share of calls has failed, and stays out', () => {
    const told: number[] = [];
    const trial = new Trial(RULE, (percentage) => told.push(percentage));
    record(trial, 9, 1);
    assert.equal(trial.isOut, false);
    record(trial, 0, 1);
    assert.equal(trial.isOut, true);
    record(trial, 1_000, 1);
    assert.equal(trial.isOut, true);
    assert.deepEqual(told, [(100 * 2) / 11]);
  });

  it('is not judged by a few calls, nor by what lies far behind', () => {
    const young = new Trial(RULE);
    record(young, 0, 9);
    assert.equal(young.isOut, false);
    const old = new Trial(RULE);
    record(old, 92, 8);
    record(old, 100, 0);
    record(old, 0, 10);
    assert.equal(old.isOut, false);
    record(old, 0, 1);
    assert.equal(old.isOut, true);
  });
});

describe('what counts in a trial', () => {
  /** What a trial of one call finds: true, false or nothing. */
  const found = async (outcome: Reply | GatewayError, drive: (sink: Sink<string>) => void = () => {}): Promise<readonly boolean[]> => {
    const seen: boolean[] = [];
    const trial = Object.assign(new Trial(RULE), { record: (hasFailed: boolean) => seen.push(hasFailed) });
    const reply = await onTrial(trial)(scripted(outcome))(aCall()).catch(() => undefined);
    const sink: Sink<string> = { write: () => true, end: () => {}, fail: () => {} };
    if (reply?.body.kind === 'stream') reply.body.flow.start(sink);
    drive(inner ?? sink);
    return seen;
  };
  let inner: Sink<string> | undefined;
  const flow: Flow<string> = { start: (sink) => void (inner = sink), resume: () => {}, cancel: () => {} };
  const stream: Reply = { ...aReply('x'), body: { kind: 'stream', flow } };

  it('is every answer, whole and streamed, and every failure', async () => {
    assert.deepEqual(await found(aReply('ok')), [false]);
    assert.deepEqual(await found(aReply('passed through', 404)), [true]);
    assert.deepEqual(await found(aFailure(400)), [true]);
    assert.deepEqual(await found(aFailure(503)), [true]);
    assert.deepEqual(await found(stream, (sink) => sink.end()), [false]);
    assert.deepEqual(await found(stream, (sink) => sink.fail(new GatewayError('stream_truncated', 'cut'))), [true]);
  });

  it('is nothing that the client or the gateway ended', async () => {
    assert.deepEqual(await found(new GatewayError('client_closed', 'gone')), []);
    assert.deepEqual(await found(new GatewayError('outpaced', 'late')), []);
    assert.deepEqual(await found(new GatewayError('overloaded', 'full')), []);
    assert.deepEqual(await found(stream), []);
  });
});
