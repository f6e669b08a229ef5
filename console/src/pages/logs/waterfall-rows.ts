import type { LoggedAttempt, LoggedCall } from '../../api/types.ts';

/** A bar of the waterfall: milliseconds from the beginning of the call. */
export interface WaterfallRow {
  /** Where in the config its target stands. */
  readonly place: string;
  readonly provider: string;
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly bytes: number | undefined;
}

/** The attempts of a call on one line of time. An attempt whose beginning is not known follows the one before it. */
export function waterfallRows(call: LoggedCall): { readonly rows: readonly WaterfallRow[]; readonly total: number } {
  const start = new Date(call.at).getTime();
  let end = 0;
  const rows = (call.attempts ?? []).map((attempt) => {
    const from = beginningOf(attempt, start) ?? end;
    const to = from + (attempt.end_ms ?? attempt.ms ?? 0);
    end = to;
    return {
      place: attempt.target ?? '',
      provider: attempt.provider ?? '–',
      status: attempt.status ?? undefined,
      error: attempt.error ?? undefined,
      from,
      to,
      bytes: attempt.bytes ?? undefined,
    };
  });
  return { rows, total: Math.max(1, call.ms ?? 0, ...rows.map(({ to }) => to)) };
}

/** Milliseconds after the call's own beginning; small numbers are such already. */
function beginningOf({ started_at: at }: LoggedAttempt, start: number): number | undefined {
  if (at === null || at === undefined) return undefined;
  if (typeof at === 'number' && at < 1e9) return at;
  return Math.max(0, new Date(at).getTime() - start);
}
