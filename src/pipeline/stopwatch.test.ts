import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Stopwatch } from './stopwatch.ts';

describe('a stopwatch', () => {
  let now = 0;
  let watch = new Stopwatch(() => now);
  beforeEach(() => {
    now = 100;
    watch = new Stopwatch(() => now);
  });
  const pass = (milliseconds: number): void => void (now += milliseconds);

  it('takes all time for its own as long as nothing is waited for', () => {
    pass(7);
    assert.deepEqual([watch.elapsed, watch.waited, watch.own], [7, 0, 7]);
  });

  it('leaves out what was waited', () => {
    pass(1);
    watch.begin();
    pass(50);
    watch.end();
    pass(2);
    assert.deepEqual([watch.elapsed, watch.waited, watch.own], [53, 50, 3]);
  });

  it('counts waits that overlap once', () => {
    watch.begin();
    pass(10);
    watch.begin();
    pass(10);
    watch.end();
    pass(10);
    watch.end();
    assert.deepEqual([watch.waited, watch.own], [30, 0]);
  });

  it('takes for its own what is done with a piece before the next is waited for', () => {
    watch.begin();
    pass(10);
    watch.heard();
    pass(3);
    watch.goOn();
    pass(20);
    watch.end();
    assert.deepEqual([watch.waited, watch.own], [30, 3]);
  });

  it('takes for its own what has been done since it last heard, though more is to come', () => {
    watch.begin();
    pass(10);
    watch.heard();
    watch.goOn();
    pass(2);
    assert.equal(watch.own, 2);
  });

  it('does not wait on for what is over', () => {
    watch.begin();
    watch.end();
    watch.goOn();
    pass(5);
    assert.equal(watch.own, 5);
  });

  it('waits for promises, and for those that reject', async () => {
    await watch.during(Promise.resolve().then(() => pass(4)));
    await assert.rejects(watch.during(Promise.reject(new Error('no')).finally(() => pass(6))), /no/);
    pass(1);
    assert.deepEqual([watch.waited, watch.own], [10, 1]);
  });
});
