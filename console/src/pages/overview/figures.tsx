import type { ReactNode } from 'react';
import type { Percentiles, Series, Summary } from '../../api/types.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { countText, durationText, moneyText, percentText, tokenTotal } from '../../format/number.ts';

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly detail: ReactNode;
  readonly values?: readonly (number | null | undefined)[] | undefined;
  readonly color?: string;
}

/** The figures of a range at a glance. */
export function Figures({ summary, series }: { readonly summary: Summary; readonly series: Series | undefined }) {
  return (
    <div className="figures">
      {figuresOf(summary, series).map(({ label, value, detail, values, color }) => (
        <section key={label} className="figure" aria-label={label}>
          <h2>{label}</h2>
          <p className="figure-value numbers">{value}</p>
          <p className="figure-detail numbers">{detail}</p>
          <Sparkline values={values ?? []} {...(color === undefined ? {} : { color })} />
        </section>
      ))}
    </div>
  );
}

function figuresOf(summary: Summary, series: Series | undefined): readonly Figure[] {
  const points = series?.points;
  const rate = summary.error_rate ?? (summary.calls === 0 ? 0 : summary.errors / summary.calls);
  const unpriced = summary.unpriced_calls ?? 0;
  return [
    {
      label: 'Requests',
      value: countText(summary.calls),
      detail: summary.users == null ? 'in this range' : `${countText(summary.users)} users`,
      values: points?.map(({ calls }) => calls),
    },
    {
      label: 'Errors',
      value: percentText(rate),
      detail: `${countText(summary.errors)} failed`,
      values: points?.map(({ errors }) => errors),
      color: 'var(--series-5)',
    },
    {
      label: 'Cost',
      value: moneyText(summary.cost),
      detail: unpriced === 0 ? 'every call priced' : `${countText(unpriced)} of unknown price`,
      values: points?.map(({ cost }) => cost),
      color: 'var(--series-3)',
    },
    tokenFigure(summary, series),
    latencyFigure(summary.ms ?? {}, summary, series),
    cacheFigure(summary, series),
  ];
}

function tokenFigure({ tokens }: Summary, series: Series | undefined): Figure {
  const out = tokens?.output ?? 0;
  const total = tokenTotal(tokens);
  return {
    label: 'Tokens',
    value: countText(total),
    detail: `${countText(total - out)} in, ${countText(out)} out`,
    values: series?.points.map((point) => tokenTotal(point.tokens)),
    color: 'var(--series-2)',
  };
}

function latencyFigure(ms: Percentiles, summary: Summary, series: Series | undefined): Figure {
  const overhead = typeof summary.overhead_ms === 'number' ? summary.overhead_ms : summary.overhead_ms?.p50;
  return {
    label: 'Latency, p50',
    value: durationText(ms.p50),
    detail: `p95 ${durationText(ms.p95)}${overhead == null ? '' : ` · ours ${durationText(overhead)}`}`,
    values: series?.points.map(({ p50 }) => p50),
    color: 'var(--series-4)',
  };
}

function cacheFigure({ cache }: Summary, series: Series | undefined): Figure {
  const hits = (cache?.hits ?? 0) + (cache?.semantic_hits ?? 0);
  const asked = hits + (cache?.misses ?? 0);
  return {
    label: 'Cache savings',
    value: moneyText(cache?.saved ?? 0),
    detail: asked === 0 ? 'not in use' : `${countText(hits)} hits, ${percentText(hits / asked)}`,
    values: series?.points.map((point) => point.cache_hits),
  };
}
