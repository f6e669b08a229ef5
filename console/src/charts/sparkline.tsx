import { linePath } from './scale.ts';

type Point = readonly [x: number, y: number];

/** A small line under a figure; the figure has the words. Where there are no values, there is no line. */
export function Sparkline({
  values,
  color = 'var(--series-1)',
}: {
  readonly values: readonly (number | null | undefined)[];
  readonly color?: string;
}) {
  const max = Math.max(...values.map((value) => value ?? 0), 0);
  if (values.length < 2 || max === 0) return null;
  const points = values.map((value, i): Point | undefined =>
    value == null ? undefined : [(i / (values.length - 1)) * 100, 26 - (value / max) * 23],
  );
  return (
    <svg className="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      {runsOf(points).map((run, i) => (
        <Run key={i} points={run} color={color} />
      ))}
    </svg>
  );
}

/** The points between two gaps; a lonely one is a short line. */
function runsOf(points: readonly (Point | undefined)[]): readonly (readonly Point[])[] {
  const runs: Point[][] = [[]];
  for (const point of points)
    if (point === undefined) runs.push([]);
    else runs.at(-1)?.push(point);
  return runs
    .filter((run) => run.length > 0)
    .map((run) =>
      run.length > 1
        ? run
        : run.flatMap(([x, y]): Point[] => [
            [x - 0.7, y],
            [x + 0.7, y],
          ]),
    );
}

function Run({ points, color }: { readonly points: readonly Point[]; readonly color: string }) {
  const line = linePath(points);
  return (
    <g>
      <path d={`${line}L${points.at(-1)?.[0] ?? 0} 28L${points[0]?.[0] ?? 0} 28Z`} fill={color} opacity="0.13" />
      <path d={line} fill="none" stroke={color} strokeWidth="1.5" vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
    </g>
  );
}
