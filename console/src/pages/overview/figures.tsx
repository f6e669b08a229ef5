import type { ReactNode } from 'react';
import type { Percentiles, Series, Summary } from '../../api/types.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { countOf, countText, durationText, moneyText, percentText, tokenSides, tokenTotal } from '../../format/number.ts';

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly detail: ReactNode;
  readonly values?: readonly (number | null | undefined)[] | undefined;
  readonly color?: string;
  /** The same number now and in the range before. */
  readonly now?: number | null | undefined;
  readonly before?: number | null | undefined;
  /** More of it is worse. */
  readonly isBurden?: boolean;
}

interface FiguresProps {
  readonly summary: Summary;
  /** Of the range before, of the same length. */
  readonly before: Summary | undefined;
  readonly series: Series | undefined;
}

/** The figures of a range at a glance, and how they have changed. */
export function Figures(props: FiguresProps) {
  return (
    <div className="figures">
      {figuresOf(props).map(({ label, value, detail, values, color, ...change }) => (
        <section key={label} className="figure" aria-label={label}>
          <div className="spread">
            <h2>{label}</h2>
            <Change {...change} />
          </div>
          <p className="figure-value numbers">{value}</p>
          <p className="figure-detail numbers">{detail}</p>
          <Sparkline values={values ?? []} {...(color === undefined ? {} : { color })} />
        </section>
      ))}
    </div>
  );
}

/** Changes below are none; those above are said as multiples. */
const SMALLEST = 0.01;
const MOST = 9.99;

/** By how much a figure has gone up or down; nothing where there is nothing to compare it to. */
function Change({ now, before, isBurden = false }: Pick<Figure, 'now' | 'before' | 'isBurden'>) {
  if (now == null || before == null || before === 0) return null;
  const change = now / before - 1;
  if (Math.abs(change) < SMALLEST) return null;
  const tone = isBurden ? (change > 0 ? 'up-bad' : 'down-good') : '';
  const text = change > MOST ? `×${countText(now / before)}` : `${change > 0 ? '↑' : '↓'} ${percentText(Math.abs(change))}`;
  return (
    <span className={`change ${tone}`} title="Compared with the same time before">
      {text}
    </span>
  );
}

function figuresOf(props: FiguresProps): readonly Figure[] {
  return [callFigure(props), errorFigure(props), costFigure(props), tokenFigure(props), latencyFigure(props), cacheFigure(props)];
}

function callFigure({ summary, before, series }: FiguresProps): Figure {
  return {
    label: 'Requests',
    value: countText(summary.calls),
    detail: [paceText(summary, series), summary.users == null || summary.users === 0 ? '' : countOf(summary.users, 'user')]
      .filter(Boolean)
      .join(' · '),
    values: series?.points.map(({ calls }) => calls),
    now: summary.calls,
    before: before?.calls,
  };
}

const A_MINUTE = 60_000;

/** How many calls came a minute. */
function paceText({ calls }: Summary, series: Series | undefined): string {
  if (series === undefined) return '';
  const pace = (calls * A_MINUTE) / (series.step_ms * series.points.length);
  return pace >= 0.1 ? `${pace < 10 ? pace.toFixed(1) : countText(pace)} a minute` : `${countText(pace * 60 * 24)} a day`;
}

function errorFigure({ summary, before, series }: FiguresProps): Figure {
  return {
    label: 'Errors',
    value: percentText(rateOf(summary)),
    detail: `${countText(summary.errors)} failed`,
    values: series?.points.map(({ errors }) => errors),
    color: 'var(--series-5)',
    now: rateOf(summary),
    before: before === undefined ? undefined : rateOf(before),
    isBurden: true,
  };
}

function rateOf({ error_rate: rate, errors, calls }: Summary): number {
  return rate ?? (calls === 0 ? 0 : errors / calls);
}

function costFigure({ summary, before, series }: FiguresProps): Figure {
  const unpriced = summary.unpriced_calls ?? 0;
  return {
    label: 'Cost',
    value: moneyText(summary.cost),
    detail: unpriced === 0 ? 'every call priced' : `${countOf(unpriced, 'call')} without a price`,
    values: series?.points.map(({ cost }) => cost ?? 0),
    color: 'var(--series-3)',
    now: summary.cost,
    before: before?.cost,
  };
}

function tokenFigure({ summary, before, series }: FiguresProps): Figure {
  return {
    label: 'Tokens',
    value: countText(tokenTotal(summary.tokens)),
    detail: tokenSides(summary.tokens ?? {}),
    values: series?.points.map((point) => tokenTotal(point.tokens)),
    color: 'var(--series-2)',
    now: tokenTotal(summary.tokens),
    before: before === undefined ? undefined : tokenTotal(before.tokens),
  };
}

function latencyFigure({ summary, before, series }: FiguresProps): Figure {
  const ms: Percentiles = summary.ms ?? {};
  const overhead = typeof summary.overhead_ms === 'number' ? summary.overhead_ms : summary.overhead_ms?.p50;
  return {
    label: 'Latency, p50',
    value: durationText(ms.p50),
    detail: `p95 ${durationText(ms.p95)}${overhead == null ? '' : ` · gateway ${durationText(overhead)}`}`,
    values: series?.points.map(({ p50 }) => p50),
    color: 'var(--series-4)',
    now: ms.p50,
    before: before?.ms?.p50,
    isBurden: true,
  };
}

function cacheFigure({ summary: { cache }, series }: FiguresProps): Figure {
  const hits = (cache?.hits ?? 0) + (cache?.semantic_hits ?? 0);
  const asked = hits + (cache?.misses ?? 0);
  return {
    label: 'Cache savings',
    value: moneyText(cache?.saved ?? 0),
    detail: asked === 0 ? 'not in use' : `${countOf(hits, 'hit')}, ${percentText(hits / asked)}`,
    values: series?.points.map((point) => point.cache_hits ?? 0),
  };
}
