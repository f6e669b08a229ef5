import type { Usage } from '../api/types.ts';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en');

/** 1 234, 12.3K, 4.5M. */
export function countText(value: number): string {
  return Math.abs(value) < 10_000 ? whole.format(Math.round(value)) : compact.format(value);
}

/** So many of what can be counted: `1 hit`, `2 hits`. */
export function countOf(value: number, thing: string): string {
  return `${countText(value)} ${thing}${value === 1 ? '' : 's'}`;
}

/** USD with as many digits as it takes to see something; undefined and null are not known, never zero. */
export function moneyText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '$0';
  const size = Math.abs(value);
  if (size >= 1000) return `$${compact.format(value)}`;
  if (size >= 1) return `$${value.toFixed(2)}`;
  const digits = Math.min(8, 1 - Math.floor(Math.log10(size)) + 1);
  return `$${value.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** 0.25 ms, 84 ms, 1.24 s, 2 min 5 s. */
export function durationText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1) return ms > 0 && ms < 0.005 ? '<0.01 ms' : `${Number(ms.toFixed(2))} ms`;
  // What would be rounded up to the next unit is written in that.
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** How long a call took, which is logged in whole milliseconds: none of them is less than one, not nothing. */
export function tookText(ms: number | null | undefined): string {
  return ms === 0 ? '<1 ms' : durationText(ms);
}

/** A share of 1 in percent. */
export function percentText(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return '–';
  const percent = share * 100;
  if (percent === 0) return '0 %';
  return `${percent < 0.1 ? '<0.1' : percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** 512 B, 4.1 KB, 2.3 MB. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Tokens that went in and came out: `624 in, 395 out`. */
export function tokenSides({ input = 0, cache_read: read = 0, cache_write: write = 0, output = 0, reasoning = 0 }: Usage): string {
  return `${countText(input + read + write)} in, ${countText(output + reasoning)} out`;
}

/** Tokens of a call or of many, whichever way they are told. */
export function tokenTotal(tokens: number | Usage | null | undefined): number {
  if (tokens === null || tokens === undefined) return 0;
  if (typeof tokens === 'number') return tokens;
  return tokens.total ?? (tokens.input ?? 0) + (tokens.output ?? 0);
}

/** A value of an axis, in as few letters as it takes: `$1` for `$1.00`, `6 s` for `6.00 s`. */
export function tickOf(text: string): string {
  return text.replace(/\.0+(?=\D|$)/, '').replace(/(\.\d*?[1-9])0+(?= s$)/, '$1');
}
