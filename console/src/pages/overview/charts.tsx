import type { Series, SeriesPoint } from '../../api/types.ts';
import { TimeChart, type Line } from '../../charts/time-chart.tsx';
import { countText, durationText, moneyText, tokenTotal } from '../../format/number.ts';
import { Panel } from '../../ui/panel.tsx';

interface ChartOf {
  readonly title: string;
  readonly shape: 'lines' | 'bars';
  readonly format: (value: number) => string;
  readonly lines: readonly (readonly [label: string, color: string, read: (point: SeriesPoint) => number | null | undefined])[];
}

const CHARTS: readonly ChartOf[] = [
  {
    title: 'Requests',
    shape: 'bars',
    format: countText,
    lines: [
      ['Answered', 'var(--series-1)', ({ calls, errors }) => calls - errors],
      ['Failed', 'var(--series-5)', ({ errors }) => errors],
    ],
  },
  {
    title: 'Latency',
    shape: 'lines',
    format: durationText,
    lines: [
      ['p50', 'var(--series-1)', ({ p50 }) => p50],
      ['p95', 'var(--series-3)', ({ p95 }) => p95],
      ['p99', 'var(--series-5)', ({ p99 }) => p99],
      ['first token p50', 'var(--series-2)', ({ first_p50 }) => first_p50],
    ],
  },
  {
    title: 'Cost',
    shape: 'bars',
    format: moneyText,
    lines: [
      ['Spent', 'var(--series-3)', ({ cost }) => cost],
      ['Saved by the cache', 'var(--series-1)', ({ saved }) => saved],
    ],
  },
  { title: 'Tokens', shape: 'bars', format: countText, lines: [['Tokens', 'var(--series-2)', ({ tokens }) => tokenTotal(tokens)]] },
];

/** The same figures over time. */
export function Charts({ series }: { readonly series: Series }) {
  const times = series.points.map(({ at }) => new Date(at).getTime());
  return (
    <div className="charts">
      {CHARTS.map(({ title, shape, format, lines }) => (
        <Panel key={title} title={title}>
          <TimeChart
            label={`${title} over time`}
            times={times}
            step={series.step_ms}
            shape={shape}
            format={format}
            lines={lines.map(([label, color, read]): Line => ({ label, color, values: series.points.map(read) }))}
          />
        </Panel>
      ))}
    </div>
  );
}
