import type { Observer } from '../pipeline/outcome.ts';
import { callLines } from './call-lines.ts';
import { callMetrics } from './call-metrics.ts';
import { METRICS } from './metrics.ts';
import { openMetricExport } from './otlp/metric-export.ts';
import { openTracer, type Propagation } from './otlp/tracer.ts';
import type { ExportResult } from './otlp/exporter.ts';
import type { OtlpSettings } from './otlp/settings.ts';
import { processMetrics } from './process-metrics.ts';
import { Registry } from './registry.ts';
import type { TelemetrySettings } from './settings.ts';

/** A provider as telemetry names it. */
export interface KnownProvider {
  readonly id: string;
  /** Its name by OpenTelemetry's conventions, where they have one. */
  readonly otelName?: string;
}

/** All that tells what the gateway does. */
export interface Telemetry {
  readonly registry: Registry;
  /** Who hears of calls that are over. */
  readonly observers: readonly Observer[];
  /** What providers are told of traces; undefined: nothing. */
  readonly propagate: Propagation | undefined;
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
}

/** Opens what the settings ask for; what they do not ask for costs nothing. */
export function openTelemetry(settings: TelemetrySettings, providers: readonly KnownProvider[]): Telemetry {
  const registry = new Registry();
  const { metrics, models, labels, otlp, logCalls } = settings;
  const isCounting = metrics !== 'off' || settings.metricsPort !== undefined || otlp?.metrics !== undefined;
  const counting = isCounting ? [callMetrics(registry, { providers: providers.map(({ id }) => id), models, labels })] : [];
  const stopLooking = isCounting ? processMetrics(registry) : () => undefined;
  const pushing = otlp === undefined ? undefined : openOtlp(registry, otlp, providers);
  const lines = callLines(logCalls);
  return {
    registry,
    observers: [...counting, ...(pushing?.observers ?? []), ...(lines === undefined ? [] : [lines])],
    propagate: pushing?.propagate,
    close: async () => {
      stopLooking();
      await pushing?.close();
    },
  };
}

type Pushing = Pick<Telemetry, 'observers' | 'propagate' | 'close'>;

function openOtlp(registry: Registry, settings: OtlpSettings, providers: readonly KnownProvider[]): Pushing {
  const names = new Map(providers.map(({ id, otelName }) => [id, otelName ?? id]));
  const nameOf = (provider: string): string => names.get(provider) ?? provider;
  const exported = registry.counter(METRICS.exported);
  const counting =
    (signal: string) =>
    (result: ExportResult, items: number): void =>
      exported.of(signal, result).add(items);
  const { traces, metrics } = settings;
  const tracer = traces === undefined ? undefined : openTracer({ settings, destination: traces, nameOf, count: counting('traces') });
  const pusher =
    metrics === undefined ? undefined : openMetricExport({ registry, settings, destination: metrics, nameOf, count: counting('metrics') });
  return {
    observers: tracer === undefined ? [] : [tracer.observe],
    propagate: tracer?.propagate,
    close: async () => void (await Promise.all([tracer?.close(), pusher?.close()])),
  };
}
