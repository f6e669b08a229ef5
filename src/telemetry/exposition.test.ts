import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readExposition } from '../../test/support/exposition.ts';
import { expose } from './exposition.ts';
import { Registry } from './registry.ts';

describe('the text that Prometheus reads', () => {
  it('has a line for each series, with its labels', () => {
    const registry = new Registry();
    const calls = registry.counter({ kind: 'counter', name: 'calls_total', help: 'Calls.', labels: ['model'], unit: '1' });
    calls.of('one').add();
    calls.of('two').add(2.5);
    assert.equal(
      expose(registry.snapshot()),
      '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{model="one"} 1\ncalls_total{model="two"} 2.5\n',
    );
  });

  it('accumulates the buckets of histograms; a value on a bound is below it', () => {
    const registry = new Registry();
    const seconds = registry.histogram({ kind: 'histogram', name: 's', help: 'S.', labels: [], unit: 's', bounds: [1, 2] }).of();
    for (const value of [0.5, 1, 1.5, 9]) seconds.observe(value);
    assert.equal(
      expose(registry.snapshot()),
      '# HELP s S.\n# TYPE s histogram\ns_bucket{le="1"} 2\ns_bucket{le="2"} 3\ns_bucket{le="+Inf"} 4\ns_sum 12\ns_count 4\n',
    );
  });

  it('says nothing of metrics that have no value', () => {
    const registry = new Registry();
    registry.counter({ kind: 'counter', name: 'calls_total', help: 'Calls.', labels: [], unit: '1' });
    assert.equal(expose(registry.snapshot()), '');
  });

  it('leaves a reading out that fails, and tells the rest', () => {
    const registry = new Registry();
    const gauge = { kind: 'gauge', help: 'G.', labels: [], unit: '1' } as const;
    registry.read({ ...gauge, name: 'broken' }, () => {
      throw new Error('not now');
    });
    registry.read({ ...gauge, name: 'well' }, () => [{ labels: [], value: 1 }]);
    assert.match(expose(registry.snapshot()), /^# HELP well G\.\n# TYPE well gauge\nwell 1\n$/);
  });

  it('can be read back whatever the values of the labels are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1 }), (values) => {
        const registry = new Registry();
        const family = registry.counter({ kind: 'counter', name: 'calls_total', help: 'A\nB\\', labels: ['value'], unit: '1' });
        for (const value of values) family.of(value).add();
        const read = readExposition(expose(registry.snapshot()));
        assert.deepEqual(
          read.samples.map(({ labels }) => labels['value']),
          values,
        );
      }),
    );
  });

  it('counts series beyond the bound together', () => {
    const registry = new Registry();
    const family = registry.counter({ kind: 'counter', name: 'calls_total', help: 'Calls.', labels: ['a', 'b'], unit: '1' });
    for (let index = 0; index < 6_000; index++) family.of(`a${index}`, 'b').add();
    const { samples, value } = readExposition(expose(registry.snapshot()));
    assert.equal(samples.length, 5_001);
    assert.equal(value('calls_total', { a: 'other', b: 'other' }), 1_000);
  });
});
