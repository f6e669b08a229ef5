import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aCall, aFailure, aReply, scripted, stoppedClock } from '../../test/support/calls.ts';
import type { ConcurrencyLimit } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import type { Flow } from '../ir/flow.ts';
import type { Handler } from '../pipeline/step.ts';
import { priorityOf, type Priority } from './priority.ts';
import { limited, Slots } from './slots.ts';
import { Traffic } from './traffic.ts';

const limit = (most: number, size?: number): ConcurrencyLimit => ({ most, queue: size === undefined ? undefined : { size, timeout: 100 } });
const urgent = (priority: Priority, signal = new AbortController().signal) => aCall({ headers: { 'x-sluice-priority': priority }, signal });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Slots with a log of what became of calls. */
function desk(rule: ConcurrencyLimit): {
  slots: Slots;
  clock: ReturnType<typeof stoppedClock>;
  log: string[];
  ask: (name: string, priority?: Priority, signal?: AbortSignal) => void;
  free: (name: string) => void;
} {
  const clock = stoppedClock();
  const slots = new Slots(clock);
  const log: string[] = [];
  const held = new Map<string, () => void>();
  return {
    slots,
    clock,
    log,
    ask: (name, priority = 'normal', signal) =>
      void slots.take(urgent(priority, signal), rule).then(
        (free) => {
          held.set(name, free);
          log.push(`${name} in`);
        },
        (error: GatewayError) => log.push(`${name} ${error.code}`),
      ),
    free: (name) => held.get(name)?.(),
  };
}

describe('the places of a target', () => {
  it('are never more than it has, and all given in the end, to the most urgent first and then in order', async () => {
    const priorities = fc.array(fc.constantFrom<Priority>('high', 'normal', 'low'), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(priorities, fc.integer({ min: 1, max: 3 }), async (list, most) => {
        const { slots, log, ask, free } = desk(limit(most, 100));
        list.forEach((priority, i) => ask(String(i), priority));
        await turn();
        const waiting = list.map((priority, i) => ({ i, rank: ['high', 'normal', 'low'].indexOf(priority) })).slice(most);
        const expected = [...list.keys()].slice(0, most).concat(waiting.toSorted((a, b) => a.rank - b.rank || a.i - b.i).map(({ i }) => i));
        for (const i of expected) {
          assert.ok(slots.inUse <= most);
          free(String(i));
          await turn();
        }
        assert.deepEqual(
          log,
          expected.map((i) => `${i} in`),
        );
        assert.deepEqual([slots.inUse, slots.waiting], [0, 0]);
      }),
    );
  });

  it('are refused at once where there is no line', async () => {
    const { ask, log } = desk(limit(1));
    ['a', 'b'].forEach((name) => ask(name));
    await turn();
    assert.deepEqual(log, ['a in', 'b overloaded']);
  });

  it('are waited for no longer than the config says', async () => {
    const { ask, log, clock, free, slots } = desk(limit(1, 5));
    ['a', 'b'].forEach((name) => ask(name));
    await turn();
    clock.waiting.forEach((run) => run());
    await turn();
    assert.deepEqual(log, ['a in', 'b overloaded']);
    free('a');
    assert.deepEqual([slots.inUse, slots.waiting, clock.waiting.length], [0, 0, 0]);
  });

  it('are taken from the least urgent who waits, last come first, and from nobody as urgent', async () => {
    const { ask, log } = desk(limit(1, 2));
    const calls: readonly (readonly [string, Priority])[] = [
      ['in use', 'low'],
      ['early', 'low'],
      ['late', 'low'],
      ['normal', 'normal'],
      ['high', 'high'],
      ['another', 'normal'],
    ];
    for (const [name, priority] of calls) {
      ask(name, priority);
      await turn();
    }
    assert.deepEqual(log, ['in use in', 'late overloaded', 'early overloaded', 'another overloaded']);
  });

  it('are not kept for callers that have left', async () => {
    const { ask, log, free, slots } = desk(limit(1, 5));
    const aborter = new AbortController();
    ask('a');
    ask('gone', 'normal', aborter.signal);
    ask('gone before', 'normal', AbortSignal.abort());
    ask('b');
    aborter.abort();
    await turn();
    assert.equal(slots.waiting, 1);
    free('a');
    await turn();
    assert.deepEqual(log.toSorted(), ['a in', 'b in', 'gone before client_closed', 'gone client_closed']);
  });

  it('are refused with the time that those before are likely to take', async () => {
    const { slots, clock } = desk(limit(1));
    const rule = limit(2);
    const retryAfter = async (): Promise<string | undefined> => {
      const [a, b] = [await slots.take(aCall(), rule), await slots.take(aCall(), rule)];
      const error = await slots.take(aCall(), rule).catch((thrown: GatewayError) => thrown);
      assert.ok(error instanceof GatewayError && error.status === 503);
      clock.pass(1_000_000);
      [a, b].forEach((free) => free());
      return error.headers[error.headers.indexOf('retry-after') + 1];
    };
    assert.equal(await retryAfter(), '1');
    assert.equal(await retryAfter(), '60');
  });
});

describe('a target with limited places', () => {
  const refused = (_: unknown, error: GatewayError): GatewayError => error;

  it('holds one until the stream has ended, and gives it back when an attempt fails', async () => {
    const slots = new Slots(stoppedClock());
    const flow: Flow<string> = { start: (sink) => sink.end(), resume: () => {}, cancel: () => {} };
    const streaming: Handler = async () => ({ ...aReply('x'), body: { kind: 'stream', flow } });
    const reply = await limited(() => slots, limit(1), refused)(streaming)(aCall());
    assert.equal(slots.inUse, 1);
    (reply.body as { flow: Flow<string> }).flow.start({ write: () => true, end: () => {}, fail: () => {} });
    assert.equal(slots.inUse, 0);
    await assert.rejects(limited(() => slots, limit(1), refused)(scripted(aFailure(500)))(aCall()), { status: 500 });
    await limited(() => slots, limit(1), refused)(scripted(aReply('whole')))(aCall());
    assert.equal(slots.inUse, 0);
  });

  it('shares them between configs, and is forgotten when nobody has or wants one', async () => {
    const traffic = new Traffic(stoppedClock());
    const free = await traffic.slots('t').take(aCall(), limit(1));
    assert.deepEqual([traffic.hasRoom('t', 1), traffic.hasRoom('t', 2), traffic.hasRoom('other', 1)], [false, true, true]);
    const known = traffic.slots('t');
    free();
    assert.notEqual(traffic.slots('t'), known);
  });
});

describe('a priority', () => {
  it('is normal unless the caller says otherwise, and refused by name where it is none', () => {
    assert.deepEqual([{}, { 'x-sluice-priority': '' }, { 'x-sluice-priority': 'high' }, { 'x-sluice-priority': 'low' }].map(priorityOf), [
      'normal',
      'normal',
      'high',
      'low',
    ]);
    assert.throws(() => priorityOf({ 'x-sluice-priority': 'urgent' }), {
      code: 'invalid_header',
      message: 'x-sluice-priority: Expected one of: high, normal, low',
    });
  });
});
