import { linePath } from './scale.ts';

/** A small line under a figure; the figure has the words. */
export function Sparkline({
  values,
  color = 'var(--series-1)',
}: {
  readonly values: readonly (number | null | undefined)[];
  readonly color?: string;
}) {
  const max = Math.max(...values.map((value) => value ?? 0), 0);
  if (values.length < 2 || max === 0) return <svg className="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true" />;
  const points = values.map((value, i) => [(i / (values.length - 1)) * 100, 26 - ((value ?? 0) / max) * 23] as const);
  const line = linePath(points);
  return (
    <svg className="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      <path d={`${line}L100 28L0 28Z`} fill={color} opacity="0.13" />
      <path d={line} fill="none" stroke={color} strokeWidth="1.5" vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
    </svg>
  );
}
