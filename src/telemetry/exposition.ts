import type { LabelValues, MetricDefinition, MetricSnapshot } from './registry.ts';

/** The content type of Prometheus' text format. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Metrics in Prometheus' text format; those without a value are left out. */
export function expose(metrics: readonly MetricSnapshot[]): string {
  return metrics.map(exposeMetric).join('');
}

function exposeMetric({ definition, samples, histograms }: MetricSnapshot): string {
  const { name, help, kind } = definition;
  const lines = [
    ...samples.map(({ labels, value }) => line(name, labelsOf(definition, labels), value)),
    ...histograms.flatMap(({ labels, series }) => {
      const own = labelsOf(definition, labels);
      let below = 0;
      const buckets = series.counts.map((count, index) => {
        below += count;
        return line(`${name}_bucket`, [...own, `le="${definition.bounds?.[index] ?? '+Inf'}"`], below);
      });
      return [...buckets, line(`${name}_sum`, own, series.sum), line(`${name}_count`, own, series.count)];
    }),
  ];
  return lines.length === 0 ? '' : `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
}

function labelsOf({ labels }: MetricDefinition, values: LabelValues): string[] {
  return labels.map((label, index) => `${label}="${escapeLabel(values[index] ?? '')}"`);
}

function line(name: string, labels: readonly string[], value: number): string {
  return `${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`} ${numberText(value)}\n`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };

function escapeLabel(value: string): string {
  return value.replaceAll(/[\\\n"]/g, (character) => ESCAPES[character] as string);
}

function escapeHelp(text: string): string {
  return text.replaceAll(/[\\\n]/g, (character) => ESCAPES[character] as string);
}
