import { linePath } from './scale.ts';

/** A small line under a figure; the figure has the words. A moment without a value is passed over. */
export function Sparkline({
  values,
  color = 'var(--series-1)',
}: {
  readonly values: readonly (number | null | undefined)[];
  readonly color?: string;
}) {
  const max = Math.max(...values.map((value) => value ?? 0), 0);
  const points = values.flatMap((value, i) => (value == null ? [] : [[(i / (values.length - 1)) * 100, 26 - (value / max) * 23] as const]));
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2 || max === 0) return null;
  const line = linePath(points);
  return (
    <svg className="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      <path d={`${line}L${last[0]} 28L${first[0]} 28Z`} fill={color} opacity="0.13" />
      <path d={line} fill="none" stroke={color} strokeWidth="1.5" vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
    </svg>
  );
}
