import type { UsageLimit } from '../pipeline/caller.ts';

/** A stretch of time over which a budget is counted, in milliseconds since the epoch. */
export interface Period {
  readonly start: number;
  /** Infinity: it never ends. */
  readonly end: number;
}

const DAY = 86_400_000;
/** The first Monday of the epoch. */
const MONDAY = 4 * DAY;

/** The period that a moment lies in. Days begin at 00:00 UTC, weeks on Monday, months on the 1st; periods of days are counted from 1970-01-01. */
export function periodAt(reset: UsageLimit['reset'], now: number): Period {
  if (reset === undefined) return { start: 0, end: Infinity };
  if (typeof reset === 'object') return stretch(now, 0, reset.days * DAY);
  return PERIODS[reset](now);
}

const PERIODS: { readonly [Reset in Extract<UsageLimit['reset'], string>]: (now: number) => Period } = {
  daily: (now) => stretch(now, 0, DAY),
  weekly: (now) => stretch(now, MONDAY, 7 * DAY),
  monthly: (now) => months(now, 1),
  yearly: (now) => months(now, 12),
};

function stretch(now: number, origin: number, length: number): Period {
  const start = origin + Math.floor((now - origin) / length) * length;
  return { start, end: start + length };
}

/** Months of the calendar, so many at a time. */
function months(now: number, count: number): Period {
  const date = new Date(now);
  const first = Math.floor(date.getUTCMonth() / count) * count;
  return { start: Date.UTC(date.getUTCFullYear(), first, 1), end: Date.UTC(date.getUTCFullYear(), first + count, 1) };
}
