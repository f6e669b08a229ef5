import { useId, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { tickOf } from '../format/number.ts';
import { clockText, tickText } from '../format/time.ts';
import { linePath, niceTicks, timeTicks } from './scale.ts';
import { useWidth } from './use-width.ts';

/** A row of values over time, with its words and colour. */
export interface Line {
  readonly label: string;
  readonly color: string;
  readonly values: readonly (number | null | undefined)[];
}

interface TimeChartProps {
  /** What it shows, for readers. */
  readonly label: string;
  readonly times: readonly number[];
  /** Milliseconds between two of them. */
  readonly step: number;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** Bars stand on each other, the first line below. */
  readonly shape?: 'lines' | 'bars';
  readonly height?: number;
}

const LEFT = 54;
/** Half of what the words of a mark of the time axis take, so that the last one stays whole. */
const HALF_TICK = 12;
const BOTTOM = 22;
const TOP = 8;
const RIGHT = 6;

/** Lines or bars over time. The pointer, or the arrows, show the values of a moment; a table says all to readers. */
export function TimeChart(props: TimeChartProps) {
  const { label, times, lines, format, shape = 'lines', height = 190 } = props;
  const [ref, width] = useWidth();
  const [at, setAt] = useState<number>();
  const id = useId();
  const tops = times.map((_, i) => (shape === 'bars' ? sum(lines, i) : Math.max(0, ...lines.map(({ values }) => values[i] ?? 0))));
  const ticks = niceTicks(Math.max(0, ...tops), { isWhole: tops.every(Number.isInteger) });
  const top = ticks.at(-1) ?? 1;
  const inner = Math.max(10, width - LEFT - RIGHT);
  const slot = inner / Math.max(1, times.length);
  const x = (i: number): number => LEFT + (i + 0.5) * slot;
  const y = (value: number): number => TOP + (1 - value / top) * (height - TOP - BOTTOM);
  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const left = event.currentTarget.getBoundingClientRect().left;
    const i = Math.floor((event.clientX - left - LEFT) / slot);
    setAt(i >= 0 && i < times.length ? i : undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(times.length - 1, (at ?? times.length) + move)));
  };
  return (
    <div className="chart" ref={ref}>
      <Legend lines={lines} at={at} format={format} time={at === undefined ? undefined : times[at]} />
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`${label}. ${lastWords(lines, format)}`}
        tabIndex={0}
        onPointerMove={point}
        onPointerLeave={() => setAt(undefined)}
        onBlur={() => setAt(undefined)}
        onKeyDown={onKeyDown}
        id={id}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} className="chart-grid" />
            <text x={LEFT - 8} y={y(tick) + 3.5} className="chart-text" textAnchor="end">
              {tickOf(format(tick))}
            </text>
          </g>
        ))}
        <TimeAxis times={times} step={props.step} x={x} y={height - 5} width={inner} slot={slot} />
        {at === undefined ? null : <rect x={LEFT + at * slot} y={TOP} width={slot} height={height - TOP - BOTTOM} className="chart-at" />}
        {shape === 'bars' ? <Bars lines={lines} times={times} x={x} y={y} slot={slot} /> : <Lines lines={lines} x={x} y={y} at={at} />}
      </svg>
    </div>
  );
}

function sum(lines: readonly Line[], i: number): number {
  return lines.reduce((total, { values }) => total + (values[i] ?? 0), 0);
}

function lastWords(lines: readonly Line[], format: (value: number) => string): string {
  return lines
    .map(({ label, values }) => `${label} at the end: ${format(values.findLast((value) => value !== null && value !== undefined) ?? 0)}`)
    .join('; ');
}

function Legend({
  lines,
  at,
  time,
  format,
}: {
  readonly lines: readonly Line[];
  readonly at: number | undefined;
  readonly time: number | undefined;
  readonly format: (value: number) => string;
}) {
  return (
    <div className="chart-legend">
      {lines.map(({ label, color, values }) => (
        <span key={label} className="row">
          <i style={{ background: color }} aria-hidden="true" />
          {label}
          {at === undefined ? null : <b className="numbers">{values[at] === null || values[at] === undefined ? '–' : format(values[at])}</b>}
        </span>
      ))}
      {time === undefined ? null : <span className="chart-time numbers">{clockText(time)}</span>}
    </div>
  );
}

type Scale = (value: number) => number;

function TimeAxis({
  times,
  step,
  x,
  y,
  width,
  slot,
}: {
  readonly times: readonly number[];
  readonly step: number;
  readonly x: Scale;
  readonly y: number;
  readonly width: number;
  readonly slot: number;
}) {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined) return null;
  return timeTicks(first, last, Math.max(2, Math.floor(width / 80))).map((tick) => (
    <text key={tick} x={Math.min(x((tick - first) / step) - slot / 2, LEFT + width - HALF_TICK)} y={y} className="chart-text" textAnchor="middle">
      {tickText(tick, last - first)}
    </text>
  ));
}

function Lines({ lines, x, y, at }: { readonly lines: readonly Line[]; readonly x: Scale; readonly y: Scale; readonly at: number | undefined }) {
  return lines.map(({ label, color, values }) => {
    const path = linePath(values.map((value, i) => [x(i), value === null || value === undefined ? undefined : y(value)] as const));
    const value = at === undefined ? undefined : values[at];
    const lonely = values.flatMap((one, i) => (one != null && values[i - 1] == null && values[i + 1] == null ? [{ i, one }] : []));
    return (
      <g key={label}>
        <path d={path} fill="none" stroke={color} strokeWidth="1.8" strokeLinejoin="round" strokeLinecap="round" />
        {lonely.map(({ i, one }) => (
          <circle key={i} cx={x(i)} cy={y(one)} r="2.2" fill={color} />
        ))}
        {at === undefined || value === null || value === undefined ? null : (
          <circle cx={x(at)} cy={y(value)} r="3.5" fill={color} stroke="var(--panel)" strokeWidth="1.5" />
        )}
      </g>
    );
  });
}

interface BarsProps {
  readonly lines: readonly Line[];
  readonly times: readonly number[];
  readonly x: Scale;
  readonly y: Scale;
  readonly slot: number;
}

function Bars({ lines, times, x, y, slot }: BarsProps) {
  const width = Math.max(1, Math.min(22, slot * 0.72));
  return times.map((time, i) => {
    let below = 0;
    return (
      <g key={time}>
        {lines.map(({ label, color, values }) => {
          const value = values[i] ?? 0;
          if (value <= 0) return null;
          const bottom = y(below);
          below += value;
          const height = Math.max(1, bottom - y(below));
          return <rect key={label} x={x(i) - width / 2} y={bottom - height} width={width} height={height} rx={Math.min(2, width / 3)} fill={color} />;
        })}
      </g>
    );
  });
}
