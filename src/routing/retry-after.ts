/** Headers in which providers say how long to wait, first match wins, with the milliseconds that a value means. */
const HINTS: readonly (readonly [name: string, parse: (value: string, now: number) => number])[] = [
  ['retry-after-ms', (value) => Number(value)],
  ['x-ms-retry-after-ms', (value) => Number(value)],
  ['retry-after', secondsOrDate],
];

/** How long a provider asks to wait, in milliseconds, read from its response headers (flat name-value pairs). `now`: milliseconds since the epoch. */
export function retryAfter(headers: readonly string[], now: number): number | undefined {
  for (const [name, parse] of HINTS) {
    const value = headerValue(headers, name);
    const wait = value === undefined ? Number.NaN : parse(value, now);
    if (Number.isFinite(wait) && wait >= 0) return wait;
  }
  return undefined;
}

function secondsOrDate(value: string, now: number): number {
  const seconds = Number(value);
  return Number.isNaN(seconds) ? Math.max(0, Date.parse(value) - now) : seconds * 1000;
}

function headerValue(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i]?.toLowerCase() === name) return headers[i + 1];
  return undefined;
}
