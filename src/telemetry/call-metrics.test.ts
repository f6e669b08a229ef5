import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { aCall } from '../../test/support/calls.ts';
import { readExposition, type Exposition } from '../../test/support/exposition.ts';
import { GatewayError } from '../errors.ts';
import { Attempts } from '../pipeline/attempts.ts';
import type { Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import { callMetrics } from './call-metrics.ts';
import { expose } from './exposition.ts';
import { readExtraLabels } from './extra-labels.ts';
import { Registry } from './registry.ts';

const PROVIDERS = ['alpha', 'beta'];

function anOutcome(more: Partial<Outcome> = {}): Outcome {
  const route = { path: 'config', provider: 'alpha', retries: 0, dropped: [] };
  return { status: 200, route, error: undefined, ending: 'whole', isStreamed: false, firstMs: 5, ms: 30, answer: undefined, ...more };
}

const asking = (model: string, more: Partial<Call> = {}): Call => aCall({ json: { model }, ...more });

describe('the metrics of calls', () => {
  let registry = new Registry();
  let observe = callMetrics(registry, { providers: PROVIDERS, models: 200, labels: [] });
  const open = (models = 200, labels = ''): void => {
    registry = new Registry();
    observe = callMetrics(registry, { providers: PROVIDERS, models, labels: readExtraLabels(labels) });
  };
  beforeEach(() => open());
  const told = (): Exposition => readExposition(expose(registry.snapshot()));
  const of = (name: string, label: string): Record<string, number> =>
    Object.fromEntries(
      told()
        .samples.filter((sample) => sample.name === name)
        .map(({ labels, value }) => [labels[label], value]),
    );

  it('count a call with its tokens and cost', () => {
    const notes = { usage: { input: 10, cacheRead: 90, output: 7, reasoning: 3 }, cost: { total: 0.25, parts: {} }, model: 'm' };
    observe(asking('m', { notes }), anOutcome());
    const { value } = told();
    const labels = { provider: 'alpha', model: 'm', endpoint: 'chat' };
    assert.equal(value('sluice_calls_total', { ...labels, status: '2xx', cache: 'disabled' }), 1);
    assert.deepEqual(of('sluice_tokens_total', 'type'), { input: 10, cache_read: 90, output: 7, reasoning: 3 });
    assert.deepEqual(of('sluice_call_tokens_sum', 'type'), { input: 100, output: 10 });
    assert.equal(value('sluice_cost_usd_total', labels), 0.25);
    assert.equal(value('sluice_unpriced_calls_total'), 0);
    assert.equal(value('sluice_call_duration_seconds_sum', labels), 0.03);
    assert.equal(value('sluice_first_content_seconds_count', labels), 0);
  });

  it('take a cost that nobody knows for unknown and not for nothing', () => {
    observe(asking('m', { notes: { usage: { input: 1 }, cost: { total: null, parts: {} } } }), anOutcome());
    const { value, samples } = told();
    assert.equal(value('sluice_unpriced_calls_total'), 1);
    assert.ok(samples.every(({ name }) => name !== 'sluice_cost_usd_total'));
  });

  it('tell hits of the cache and what they spared', () => {
    observe(asking('m', { notes: { cache: { status: 'SEMANTIC HIT', saved: 0.5 } } }), anOutcome());
    const { value } = told();
    assert.equal(value('sluice_calls_total', { cache: 'semantic_hit' }), 1);
    assert.equal(value('sluice_cache_saved_usd_total'), 0.5);
  });

  it('tell the time to the first content of streams', () => {
    observe(asking('m'), anOutcome({ isStreamed: true, firstMs: 20 }));
    assert.equal(told().value('sluice_first_content_seconds_sum'), 0.02);
  });

  it('take for the overhead what was not waited for', () => {
    let now = 0;
    const attempts = new Attempts(
      () => 0,
      () => now,
    );
    now += 2;
    attempts.watch.begin();
    now += 500;
    attempts.watch.end();
    now += 1;
    observe(asking('m', { attempts }), anOutcome());
    assert.equal(told().value('sluice_overhead_seconds_sum', { endpoint: 'chat' }), 0.003);
  });

  it('count refusals and failures by their codes', () => {
    const error = new GatewayError('overloaded', 'full');
    observe(asking('m'), anOutcome({ status: 503, route: undefined, error, ending: 'failed' }));
    const { value } = told();
    assert.equal(value('sluice_errors_total', { code: 'overloaded', provider: 'none' }), 1);
    assert.equal(value('sluice_calls_total', { provider: 'none', status: '5xx' }), 1);
    assert.equal(value('sluice_answers_total', { ending: 'failed' }), 1);
  });

  it('tell retries, fallbacks and hedges apart', () => {
    let now = 0;
    const attempts = new Attempts(() => now);
    const failing = (target: string, provider: string): void => {
      const attempt = attempts.begin(target, provider);
      now += 10;
      attempts.failed(attempt, new GatewayError('upstream_unreachable', 'no'), false);
    };
    failing('config.targets[0]', 'alpha');
    failing('config.targets[0]', 'alpha');
    const slow = attempts.begin('config.targets[1]', 'beta');
    now += 5;
    const quick = attempts.begin('config.targets[2]', 'alpha');
    now += 5;
    attempts.answered(quick, { status: 200, dropped: [] });
    attempts.failed(slow, new GatewayError('outpaced', 'late'), true);
    observe(asking('m', { attempts }), anOutcome());
    const { value } = told();
    assert.equal(value('sluice_attempts_total', { provider: 'alpha', outcome: 'network' }), 2);
    assert.equal(value('sluice_attempts_total', { provider: 'alpha', outcome: 'ok' }), 1);
    assert.equal(value('sluice_attempts_total', { provider: 'beta', outcome: 'cancelled' }), 1);
    assert.equal(value('sluice_retries_total', { provider: 'alpha' }), 1);
    assert.equal(value('sluice_fallbacks_total', { provider: 'alpha', error: 'network' }), 1);
    assert.equal(value('sluice_hedges_total', { provider: 'alpha', result: 'won' }), 1);
  });

  it('have no more models than allowed, however many callers think up', () => {
    open(20);
    for (let index = 0; index < 5_000; index++) observe(asking(`model-${index}`), anOutcome());
    const models = new Set(told().samples.flatMap(({ labels }) => labels['model'] ?? []));
    assert.equal(models.size, 21);
    assert.equal(told().value('sluice_calls_total', { model: 'other' }), 4_980);
    assert.equal(told().value('sluice_calls_total'), 5_000);
  });

  it('give no place to a model that nothing has answered to, nor to a provider that is none', () => {
    const route = { path: 'config', provider: 'nonsense', retries: 0, dropped: [] };
    observe(asking('made-up'), anOutcome({ status: 404, route }));
    observe(asking('x'.repeat(500)), anOutcome());
    const { samples } = told();
    assert.deepEqual([...new Set(samples.flatMap(({ labels }) => labels['model'] ?? []))], ['other']);
    assert.deepEqual([...new Set(samples.flatMap(({ labels }) => labels['provider'] ?? []))], ['other', 'alpha']);
  });

  it('have further labels where they are asked for, as bounded as models', () => {
    open(5, 'metadata.team, workspace');
    for (let index = 0; index < 100; index++) observe(asking('m', { metadata: { team: `t${index}` } }), anOutcome());
    const teams = Object.keys(of('sluice_calls_total', 'metadata_team'));
    assert.equal(teams.length, 6);
    assert.ok(teams.includes('other'));
    assert.throws(() => readExtraLabels('colour'), /METRICS_LABELS: expected api_key, workspace, config or metadata\.<name>, got "colour"/);
  });
});
