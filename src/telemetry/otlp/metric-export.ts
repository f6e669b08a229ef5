import type { Histogram, LabelValues, MetricDefinition, MetricSnapshot, Registry } from '../registry.ts';
import { attributesJson, nanoseconds } from './attributes.ts';
import { Exporter, type ExportResult } from './exporter.ts';
import { resourceJson, SCOPE } from './resource.ts';
import type { Destination, OtlpSettings } from './settings.ts';

/** Labels that the conventions for generative AI name otherwise. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  endpoint: 'gen_ai.operation.name',
  type: 'gen_ai.token.type',
};

const CUMULATIVE = 2;

export interface MetricExportOptions {
  readonly registry: Registry;
  readonly settings: OtlpSettings;
  readonly destination: Destination;
  readonly nameOf: (provider: string) => string;
  readonly count: (result: ExportResult, items: number) => void;
}

/** Pushes all metrics to a collector at an interval. What cannot be delivered is told with the next push: the numbers are sums. */
export function openMetricExport({ registry, settings, destination, nameOf, count }: MetricExportOptions): { close(): Promise<void> } {
  const startedAt = Date.now();
  const head = `{"resourceMetrics":[{"resource":${resourceJson(settings)},"scopeMetrics":[{"scope":${SCOPE},"metrics":[`;
  const wrap = (metrics: string): string => `${head}${metrics}]}]}]}`;
  // One item a push: a push that comes while another is repeated has no place, and is not missed.
  const exporter = new Exporter({ destination, queue: { size: 1, batch: 1, delay: 1 }, wrap, count });
  const push = (): void => {
    const metrics = metricsOf(registry.snapshot(), { startedAt, now: Date.now(), nameOf });
    if (metrics.length > 0) exporter.push(metrics.join(','));
  };
  const timer = setInterval(push, settings.metricInterval).unref();
  return {
    close: async () => {
      clearInterval(timer);
      push();
      await exporter.close();
    },
  };
}

interface Moment {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly now: number;
  readonly nameOf: (provider: string) => string;
}

/** Metrics in OTLP's JSON encoding. */
function metricsOf(snapshots: readonly MetricSnapshot[], moment: Moment): readonly string[] {
  return snapshots
    .filter(({ samples, histograms }) => samples.length + histograms.length > 0)
    .map(({ definition, samples, histograms }) => {
      const time = `"startTimeUnixNano":"${nanoseconds(moment.startedAt)}","timeUnixNano":"${nanoseconds(moment.now)}"`;
      const point = (labels: LabelValues, value: string): string =>
        `{${time},"attributes":${attributesFor(definition, labels, moment.nameOf)},${value}}`;
      const points = [
        ...samples.map(({ labels, value }) => point(labels, `"asDouble":${JSON.stringify(value)}`)),
        ...histograms.map(({ labels, series }) => point(labels, histogramJson(definition, series))),
      ];
      const about = `"name":"${nameFor(definition)}","description":${JSON.stringify(definition.help)},"unit":"${definition.unit}"`;
      return `{${about},${dataJson(definition, points.join(','))}}`;
    });
}

function dataJson({ kind }: MetricDefinition, points: string): string {
  if (kind === 'histogram') return `"histogram":{"dataPoints":[${points}],"aggregationTemporality":${CUMULATIVE}}`;
  if (kind === 'counter') return `"sum":{"dataPoints":[${points}],"aggregationTemporality":${CUMULATIVE},"isMonotonic":true}`;
  return `"gauge":{"dataPoints":[${points}]}`;
}

function histogramJson({ bounds = [] }: MetricDefinition, { counts, sum, count }: Histogram): string {
  return JSON.stringify({ count: String(count), sum, bucketCounts: counts.map(String), explicitBounds: bounds }).slice(1, -1);
}

function attributesFor({ labels }: MetricDefinition, values: LabelValues, nameOf: Moment['nameOf']): string {
  const entries = labels.map((label, index) => {
    const value = values[index] ?? '';
    return [ATTRIBUTES[label] ?? label, label === 'provider' ? nameOf(value) : value] as const;
  });
  return attributesJson(Object.fromEntries(entries));
}

/** Names that no convention gives have dots, and neither the unit nor `_total`. */
function nameFor({ name, otel }: MetricDefinition): string {
  return otel ?? name.replace(/_total$/, '').replace(/^sluice_/, 'sluice.');
}
