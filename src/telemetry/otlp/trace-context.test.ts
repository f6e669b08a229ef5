import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSampled, traceContextOf, traceparentOf } from './trace-context.ts';

const ID = '0123456789abcdef0123456789abcdef';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const read = (traceparent?: string, more: object = {}): ReturnType<typeof traceContextOf> =>
  traceContextOf({ id: ID, traceId: ID, headers: { traceparent, ...more } });

describe('the trace context of a call', () => {
  it('is that of its traceparent', () => {
    assert.deepEqual(read(`00-${TRACE}-${PARENT}-01`, { tracestate: 'a=b' }), { traceId: TRACE, parentId: PARENT, isSampled: true, state: 'a=b' });
    assert.equal(read(`00-${TRACE}-${PARENT}-00`).isSampled, false);
  });

  it('takes a later version with more behind it', () => {
    assert.equal(read(`cc-${TRACE}-${PARENT}-01-what-comes`).traceId, TRACE);
  });

  it('is its own where the header is none', () => {
    const wrong = [
      undefined,
      '',
      'x',
      `ff-${TRACE}-${PARENT}-01`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `00-${TRACE}-${PARENT}`,
    ];
    for (const header of wrong) assert.deepEqual(read(header), { traceId: ID, parentId: undefined, isSampled: undefined, state: undefined });
  });

  it("goes by the caller's own trace id where that can be one", () => {
    assert.equal(traceContextOf({ id: ID, traceId: TRACE, headers: {} }).traceId, TRACE);
    assert.equal(traceContextOf({ id: ID, traceId: 'checkout-7', headers: {} }).traceId, ID);
  });
});

describe('the choice of calls', () => {
  const fresh = { traceId: TRACE, parentId: undefined, isSampled: undefined, state: undefined };

  it("follows the caller's", () => {
    const sampler = { followsParent: true, ratio: 0 };
    assert.deepEqual(
      [true, false, undefined].map((isChosen) => isSampled({ ...fresh, isSampled: isChosen }, sampler)),
      [true, false, false],
    );
    assert.equal(isSampled({ ...fresh, isSampled: false }, { followsParent: false, ratio: 1 }), true);
  });

  it('takes the share that is asked for, and the same calls for a larger one', () => {
    const traces = Array.from({ length: 2_000 }, (_, index) => ({
      ...fresh,
      traceId:
        (0x1000 + index * 7_919).toString(16).padStart(8, '0') +
        'a'.repeat(10) +
        ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0') +
        '123456',
    }));
    const chosen = (ratio: number): Set<string> =>
      new Set(traces.filter((trace) => isSampled(trace, { followsParent: true, ratio })).map(({ traceId }) => traceId));
    const quarter = chosen(0.25);
    assert.ok(Math.abs(quarter.size - 500) < 60, `${quarter.size} of 2000`);
    assert.ok([...quarter].every((traceId) => chosen(0.5).has(traceId)));
    assert.equal(chosen(0).size, 0);
  });
});

it('writes a traceparent that it can read', () => {
  assert.deepEqual(read(traceparentOf(TRACE, PARENT, true)), { traceId: TRACE, parentId: PARENT, isSampled: true, state: undefined });
});
