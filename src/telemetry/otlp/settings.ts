import { textIn, type Environment } from '../../environment.ts';
import { log } from '../log.ts';

/** Where spans and metrics are pushed to; the names of the variables are OpenTelemetry's. */
export interface OtlpSettings {
  readonly traces: Destination | undefined;
  readonly metrics: Destination | undefined;
  /** Attributes of the resource, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: Sampler;
  /** Whether spans hold what was asked and answered. */
  readonly capturesContent: boolean;
  /** Whether providers get a `traceparent`. */
  readonly propagates: boolean;
  readonly queue: QueueSettings;
  /** Milliseconds between two pushes of metrics. */
  readonly metricInterval: number;
}

export interface Destination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly isCompressed: boolean;
}

export interface QueueSettings {
  readonly size: number;
  readonly batch: number;
  /** Milliseconds that a span waits for company. */
  readonly delay: number;
}

/** Whether a call has a span. */
export interface Sampler {
  /** The caller's own decision counts where there is one. */
  readonly followsParent: boolean;
  /** The share of the others, 0 to 1. */
  readonly ratio: number;
}

/** Reads OpenTelemetry's variables; undefined where no endpoint is named, or all is switched off. */
export function readOtlpSettings(env: Environment): OtlpSettings | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const traces = destination(env, 'TRACES');
  const metrics = destination(env, 'METRICS');
  if (traces === undefined && metrics === undefined) return undefined;
  warnOfProtocol(env['OTEL_EXPORTER_OTLP_PROTOCOL']);
  const attributes = pairs('OTEL_RESOURCE_ATTRIBUTES', env['OTEL_RESOURCE_ATTRIBUTES']);
  return {
    traces,
    metrics,
    resource: { ...attributes, 'service.name': textIn(env, 'OTEL_SERVICE_NAME') ?? attributes['service.name'] ?? 'sluice' },
    sampler: readSampler(env),
    capturesContent: env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.toLowerCase() === 'true',
    propagates: env['OTEL_PROPAGATE_UPSTREAM']?.toLowerCase() === 'true',
    queue: {
      size: number(env, 'OTEL_BSP_MAX_QUEUE_SIZE', 2_048),
      batch: number(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
      delay: number(env, 'OTEL_BSP_SCHEDULE_DELAY', 5_000),
    },
    metricInterval: number(env, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000),
  };
}

type Signal = 'TRACES' | 'METRICS';

/** An endpoint for one signal stands as it is; the common one gets the signal's path. */
function destination(env: Environment, signal: Signal): Destination | undefined {
  if (env[`OTEL_${signal}_EXPORTER`]?.toLowerCase() === 'none') return undefined;
  const of = (name: string): string | undefined => textIn(env, `OTEL_EXPORTER_OTLP_${signal}_${name}`) ?? textIn(env, `OTEL_EXPORTER_OTLP_${name}`);
  const own = textIn(env, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`);
  const common = textIn(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const text = own ?? (common === undefined ? undefined : `${common.replace(/\/+$/, '')}/v1/${signal.toLowerCase()}`);
  if (text === undefined) return undefined;
  return {
    url: httpUrl(text),
    headers: pairs('OTEL_EXPORTER_OTLP_HEADERS', of('HEADERS')),
    timeout: positive('OTEL_EXPORTER_OTLP_TIMEOUT', of('TIMEOUT'), 10_000),
    isCompressed: of('COMPRESSION')?.toLowerCase() === 'gzip',
  };
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
  throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT: expected an http or https URL, got ${JSON.stringify(text)}`);
}

function warnOfProtocol(protocol: string | undefined): void {
  if (protocol === undefined || protocol === '' || protocol === 'http/json') return;
  log('warn', 'OTEL_EXPORTER_OTLP_PROTOCOL: only http/json is supported; the endpoint must accept it', { protocol });
}

const SAMPLERS: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => ({ followsParent: false, ratio: 1 }),
  always_off: () => ({ followsParent: false, ratio: 0 }),
  traceidratio: (ratio) => ({ followsParent: false, ratio }),
  parentbased_always_on: () => ({ followsParent: true, ratio: 1 }),
  parentbased_always_off: () => ({ followsParent: true, ratio: 0 }),
  parentbased_traceidratio: (ratio) => ({ followsParent: true, ratio }),
};

function readSampler(env: Environment): Sampler {
  const name = textIn(env, 'OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const make = SAMPLERS[name];
  if (make === undefined) throw new Error(`OTEL_TRACES_SAMPLER: expected ${Object.keys(SAMPLERS).join(', ')}, got ${JSON.stringify(name)}`);
  const ratio = Number(textIn(env, 'OTEL_TRACES_SAMPLER_ARG') ?? '1');
  if (ratio >= 0 && ratio <= 1) return make(ratio);
  throw new Error(`OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got ${JSON.stringify(env['OTEL_TRACES_SAMPLER_ARG'])}`);
}

/** `name=value` pairs with commas between them, values percent-encoded. */
function pairs(variable: string, text: string | undefined): Record<string, string> {
  const entries = (text ?? '').split(',').filter((entry) => entry.trim() !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      // Nothing of it is shown: headers hold keys.
      if (at < 1) throw new Error(`${variable}: expected name=value pairs with commas between them`);
      return [entry.slice(0, at).trim(), decoded(entry.slice(at + 1).trim())];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function number(env: Environment, name: string, fallback: number): number {
  return positive(name, env[name], fallback);
}

function positive(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name}: expected a whole number above 0, got ${JSON.stringify(text)}`);
}
