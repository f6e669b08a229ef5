/** Round numbers from 0 to just above the largest value: at most `count` steps. `isWhole`: of things that are counted, there are no halves. */
export function niceTicks(max: number, { count = 4, isWhole = false } = {}): readonly number[] {
  if (!(max > 0)) return [0, 1];
  const raw = isWhole ? Math.max(1, max / count) : max / count;
  const size = 10 ** Math.floor(Math.log10(raw));
  const factors = [1, 2, 2.5, 5, 10].filter((factor) => !isWhole || Number.isInteger(factor * size));
  const step = (factors.find((factor) => factor * size >= raw) ?? 10) * size;
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** Moments at which a time axis has marks, on whole steps of local time. */
export function timeTicks(from: number, to: number, count: number): readonly number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200].map((minutes) => minutes * 60_000);
  const step = steps.find((one) => (to - from) / one <= count) ?? 14 * 86_400_000;
  const zone = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - zone) / step) * step + zone;
  const ticks: number[] = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}

/** A path through points; gaps where a value is missing. */
export function linePath(points: readonly (readonly [x: number, y: number | undefined])[]): string {
  let isOpen = false;
  let path = '';
  for (const [x, y] of points) {
    if (y === undefined) isOpen = false;
    else {
      path += `${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      isOpen = true;
    }
  }
  return path;
}
