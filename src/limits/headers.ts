import { spell, type Bound } from './bound.ts';
import type { Gate, Standing } from './gate.ts';

/** Whose names of headers a client knows. */
export type HeaderStyle = 'common' | 'messages';

/** A bound and the gate that keeps it. */
export interface Kept {
  readonly bound: Bound;
  readonly gate: Gate;
  /** A shadow that would have refused the call. */
  readonly isOver?: boolean | undefined;
}

interface Tight {
  readonly bound: Bound;
  readonly standing: Standing;
}

/** What the limits of a call tell its client, flat pairs: of each kind the one that leaves least. */
export function limitHeaders(kept: readonly Kept[], now: number, style: HeaderStyle): readonly string[] {
  const tightest = new Map<string, Tight>();
  const headers: string[] = [];
  for (const { bound, gate, isOver } of kept) {
    if (isOver === true) headers.push('x-sluice-shadow-limit', bound.id);
    if (bound.isShadow || bound.type === 'concurrency') continue;
    const key = bound.kind === 'budget' ? 'budget' : bound.type;
    const standing = gate.standing(now);
    const other = tightest.get(key);
    if (other === undefined || shareLeft(standing) < shareLeft(other.standing)) tightest.set(key, { bound, standing });
  }
  for (const [key, tight] of tightest) headers.push(...(key === 'budget' ? budget(tight) : STYLES[style](key, tight.standing, now)));
  return headers;
}

function shareLeft({ limit, remaining }: Standing): number {
  return limit > 0 ? remaining / limit : 0;
}

const STYLES: { readonly [Style in HeaderStyle]: (type: string, standing: Standing, now: number) => readonly string[] } = {
  common: (type, { limit, remaining, resetsAt = Infinity }, now) => [
    `x-ratelimit-limit-${type}`,
    String(limit),
    `x-ratelimit-remaining-${type}`,
    String(remaining),
    `x-ratelimit-reset-${type}`,
    duration(Math.max(0, resetsAt - now)),
  ],
  messages: (type, { limit, remaining, resetsAt = Infinity }, now) => [
    `anthropic-ratelimit-${type}-limit`,
    String(limit),
    `anthropic-ratelimit-${type}-remaining`,
    String(remaining),
    `anthropic-ratelimit-${type}-reset`,
    new Date(Number.isFinite(resetsAt) ? Math.max(resetsAt, now) : now).toISOString(),
  ],
};

function budget({ bound, standing }: Tight): readonly string[] {
  const { limit, remaining, resetsAt } = standing;
  const headers = ['x-sluice-budget-limit', spell(bound, limit), 'x-sluice-budget-remaining', spell(bound, remaining)];
  if (resetsAt !== undefined && Number.isFinite(resetsAt)) headers.push('x-sluice-budget-reset', new Date(resetsAt).toISOString());
  return headers;
}

/** A time as OpenAI writes it: `120ms`, `7.66s`, `1m12s`, `3h20m0s`. */
function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '0s';
  if (milliseconds < 1000) return `${Math.ceil(milliseconds)}ms`;
  const seconds = Math.ceil(milliseconds / 10) / 100;
  if (seconds < 60) return `${seconds}s`;
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}m${whole % 60}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m${whole % 60}s`;
}
