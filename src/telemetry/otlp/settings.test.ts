import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOtlpSettings } from './settings.ts';

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318/';

describe("OpenTelemetry's variables", () => {
  it('switch nothing on by themselves', () => {
    assert.equal(readOtlpSettings({ OTEL_SERVICE_NAME: 'x' }), undefined);
    assert.equal(readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'true' }), undefined);
  });

  it('give each signal its path below the common endpoint, or an endpoint of its own', () => {
    const both = readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT });
    assert.deepEqual([both?.traces?.url, both?.metrics?.url], ['http://collector:4318/v1/traces', 'http://collector:4318/v1/metrics']);
    const one = readOtlpSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://other/x', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=b%20c, d=e' });
    assert.deepEqual([one?.traces?.url, one?.traces?.headers, one?.metrics], ['https://other/x', { a: 'b c', d: 'e' }, undefined]);
    assert.equal(readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_METRICS_EXPORTER: 'none' })?.metrics, undefined);
  });

  it('name the service, the variable before the attribute', () => {
    const named = { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,team=b' };
    assert.deepEqual(readOtlpSettings(named)?.resource, { 'service.name': 'a', team: 'b' });
    assert.equal(readOtlpSettings({ ...named, OTEL_SERVICE_NAME: 'c' })?.resource['service.name'], 'c');
    assert.equal(readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT })?.resource['service.name'], 'sluice');
  });

  it('say which calls are taken', () => {
    const sampler = (name?: string, argument?: string): unknown =>
      readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument })?.sampler;
    assert.deepEqual(sampler(), { followsParent: true, ratio: 1 });
    assert.deepEqual(sampler('traceidratio', '0.25'), { followsParent: false, ratio: 0.25 });
    assert.deepEqual(sampler('parentbased_always_off'), { followsParent: true, ratio: 0 });
  });

  it('are named when they are wrong, without showing the keys in them', () => {
    const wrong =
      (more: Record<string, string>): (() => unknown) =>
      () =>
        readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, ...more });
    assert.throws(wrong({ OTEL_TRACES_SAMPLER: 'sometimes' }), /^Error: OTEL_TRACES_SAMPLER: expected always_on, /);
    assert.throws(wrong({ OTEL_TRACES_SAMPLER_ARG: '2' }), /^Error: OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1/);
    assert.throws(wrong({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }), /^Error: OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https URL/);
    assert.throws(wrong({ OTEL_BSP_SCHEDULE_DELAY: 'soon' }), /^Error: OTEL_BSP_SCHEDULE_DELAY: expected a whole number above 0/);
    assert.throws(wrong({ OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' }), (error: Error) => !error.message.includes('hunter2'));
  });
});
