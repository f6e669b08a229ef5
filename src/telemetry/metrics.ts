import type { MetricDefinition } from './registry.ts';

/** Seconds, as the conventions of OpenTelemetry for generative AI have them. */
const DURATIONS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const OVERHEADS = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];

const BY_MODEL = ['provider', 'model', 'endpoint'];

/** Every metric of the gateway; `docs/telemetry.md` lists them from here. */
export const METRICS = {
  calls: counter('calls', '{call}', 'Finished calls, by the status that the client got.', [...BY_MODEL, 'status', 'cache']),
  duration: histogram('call_duration_seconds', 'Time from the arrival of a call to the end of its answer.', BY_MODEL, {
    bounds: DURATIONS,
    otel: 'gen_ai.client.operation.duration',
  }),
  firstContent: histogram('first_content_seconds', 'Time from the arrival of a call to the first content of a streamed answer.', BY_MODEL, {
    bounds: DURATIONS,
    otel: 'gen_ai.client.operation.time_to_first_chunk',
  }),
  overhead: histogram('overhead_seconds', 'Time that the gateway itself spent on a call, without waiting for others.', ['endpoint'], {
    bounds: OVERHEADS,
  }),
  tokens: counter('tokens', '{token}', 'Tokens of calls, in buckets that do not overlap.', [...BY_MODEL, 'type']),
  tokenUsage: histogram('call_tokens', 'Tokens of a call: `input` includes what caches served, `output` includes reasoning.', [...BY_MODEL, 'type'], {
    bounds: TOKENS,
    unit: '{token}',
    otel: 'gen_ai.client.token.usage',
  }),
  cost: counter('cost_usd', '{USD}', 'Cost of calls whose price is known.', BY_MODEL),
  unpriced: counter('unpriced_calls', '{call}', 'Calls that used tokens whose price is unknown.', BY_MODEL),
  saved: counter('cache_saved_usd', '{USD}', 'Cost that cache hits saved.', BY_MODEL),
  endings: counter(
    'answers',
    '{answer}',
    'How calls ended: `whole`; `broken` after the answer had begun; `left` by the client; `failed` without an answer.',
    ['endpoint', 'ending'],
  ),
  errors: counter('errors', '{error}', 'Calls that failed, by code (errors.md): refusals by limits and budgets, overload, and all others.', [
    'code',
    'provider',
  ]),
  limitRefusals: counter(
    'limit_refusals',
    '{call}',
    'Calls and attempts that a limit refused, or would have refused if it were not in shadow mode.',
    ['limit', 'kind', 'shadow'],
  ),
  attempts: counter('attempts', '{attempt}', 'Requests to providers, by how they ended: `ok`, a class of errors, or `cancelled`.', [
    'provider',
    'outcome',
  ]),
  attemptDuration: histogram('attempt_duration_seconds', "Time from an attempt's beginning to its first content, or to its failure.", ['provider'], {
    bounds: DURATIONS,
  }),
  received: counter('received_bytes', 'By', 'Bytes of response bodies from providers.', ['provider']),
  retries: counter('retries', '{attempt}', 'Attempts that repeat an earlier one at the same target.', ['provider']),
  fallbacks: counter('fallbacks', '{attempt}', 'Attempts at another target, by the provider that failed and how.', ['provider', 'error']),
  hedges: counter('hedges', '{attempt}', 'Attempts made beside one still in progress, by whether they were faster.', ['provider', 'result']),
  refusedRequests: counter(
    'refused_requests',
    '{request}',
    'Requests that did not become calls: `not_found`, `overloaded`, and invalid HTTP (`http_invalid`, `http_head_too_large`, `http_timeout`).',
    ['code'],
  ),
  underWay: gauge('calls_under_way', '{call}', 'Calls in progress.', []),
  breakers: gauge('breakers', '{breaker}', 'Circuit breakers by state.', ['provider', 'state']),
  breakerOpen: gauge('breaker_open_seconds', 's', 'Seconds until an open breaker lets a call through; the hundred longest.', [
    'provider',
    'host',
    'key',
    'model',
  ]),
  slots: gauge('target_slots', '{call}', 'Calls at targets with a concurrency limit: `in_use`, or `waiting` for a slot.', ['state']),
  logWaiting: gauge('log_waiting_bytes', 'By', 'Bytes that wait to be written to the request log.', []),
  logWritable: gauge('log_writable', '1', '1 while the request log can be written; otherwise calls wait in the spool.', []),
  logDropped: counter('log_dropped_calls', '{call}', 'Calls dropped from the request log because too many were waiting.', []),
  cacheEntries: gauge('cache_entries', '{entry}', 'Answers in the cache, if it is in memory.', []),
  cacheBytes: gauge('cache_bytes', 'By', 'Memory that cached answers take.', []),
  storeUp: gauge('store_up', '1', '1 while there is a connection to a shared store, else 0.', ['store']),
  loopDelay: gauge('event_loop_delay_seconds', 's', 'Delay of the event loop since the last scrape, by quantile.', ['quantile']),
  loopUse: gauge('event_loop_utilization_ratio', '1', 'Share of time that the event loop was busy since the last scrape.', []),
  garbage: counter('gc_seconds', 's', 'Time spent on garbage collection.', ['kind']),
  cpu: common('counter', 'process_cpu_seconds_total', 's', 'CPU time of the process, user and system.'),
  resident: common('gauge', 'process_resident_memory_bytes', 'By', 'Resident memory of the process.'),
  started: common('gauge', 'process_start_time_seconds', 's', 'Start of the process, in seconds since the epoch.'),
  heap: common('gauge', 'nodejs_heap_size_used_bytes', 'By', 'Heap memory in use.'),
  external: common('gauge', 'nodejs_external_memory_bytes', 'By', 'Memory of buffers outside the heap.'),
  build: gauge('build_info', '1', 'Always 1; the labels say what is running.', ['version', 'node']),
  exported: counter('otlp_items', '{item}', 'Spans and metric points for the collector: `sent`, `dropped` as too many, or `refused`.', [
    'signal',
    'result',
  ]),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

function counter(name: string, unit: string, ...[help, labels]: [string, readonly string[]]): MetricDefinition {
  return { kind: 'counter', name: `sluice_${name}_total`, unit, help, labels };
}

function gauge(name: string, unit: string, ...[help, labels]: [string, readonly string[]]): MetricDefinition {
  return { kind: 'gauge', name: `sluice_${name}`, unit, help, labels };
}

/** Metrics that every dashboard knows by these names. */
function common(kind: 'counter' | 'gauge', name: string, ...[unit, help]: [string, string]): MetricDefinition {
  return { kind, name, unit, help, labels: [] };
}

type Shape = Pick<MetricDefinition, 'bounds' | 'otel'> & Partial<Pick<MetricDefinition, 'unit'>>;

function histogram(name: string, help: string, ...[labels, shape]: [readonly string[], Shape]): MetricDefinition {
  return { kind: 'histogram', name: `sluice_${name}`, unit: 's', help, labels, ...shape };
}
