/** Headers in which providers say how long to wait, first match wins, with the milliseconds that a value means. */
const HINTS: readonly (readonly [name: string, parse: (value: string, now: number) => number])[] = [
  ['retry-after-ms', (value) => Number(value)],
  ['x-ms-retry-after-ms', (value) => Number(value)],
  ['retry-after', secondsOrDate],
];

/** Headers in which providers say what is left of a limit, and when there is more; they mean a wait only where nothing is left. */
const LIMITS: readonly (readonly [remaining: string, reset: string])[] = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
];

/** How long a provider asks to wait, in milliseconds, read from its response headers (flat name-value pairs). `now`: milliseconds since the epoch. */
export function retryAfter(headers: readonly string[], now: number): number | undefined {
  for (const [name, parse] of HINTS) {
    const value = headerValue(headers, name);
    const wait = value === undefined ? Number.NaN : parse(value, now);
    if (Number.isFinite(wait) && wait >= 0) return wait;
  }
  return untilReset(headers, now);
}

/** The wait until every exhausted limit is reset. */
function untilReset(headers: readonly string[], now: number): number | undefined {
  const waits = LIMITS.flatMap(([remaining, reset]) => {
    if (Number(headerValue(headers, remaining) ?? Number.NaN) !== 0) return [];
    const wait = durationOrTime(headerValue(headers, reset) ?? '', now);
    return wait >= 0 ? [wait] : [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function secondsOrDate(value: string, now: number): number {
  const seconds = Number(value);
  return Number.isNaN(seconds) ? Math.max(0, Date.parse(value) - now) : seconds * 1000;
}

/** Seconds since the epoch are as large as this, and milliseconds as this times a thousand. */
const EPOCH = 1e9;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** As OpenAI writes them: `1h2m3.5s`, `20ms`. */
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/;

/** Milliseconds to a point in time, or of a duration; not a number where the value is neither. */
function durationOrTime(value: string, now: number): number {
  if (DURATION.test(value)) {
    const parts = value.matchAll(/([\d.]+)(ms|[smhd])/g);
    return [...parts].reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (UNITS[unit] as number), 0);
  }
  const number = value === '' ? Number.NaN : Number(value);
  if (Number.isNaN(number)) return Math.max(0, Date.parse(value) - now);
  if (number < EPOCH) return number * 1000;
  return Math.max(0, (number < EPOCH * 1000 ? number * 1000 : number) - now);
}

function headerValue(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i]?.toLowerCase() === name) return headers[i + 1];
  return undefined;
}
