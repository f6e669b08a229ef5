import type { RateLimit, UsageLimit } from '../pipeline/caller.ts';

/** Whose limit it is. */
export interface Subject {
  readonly kind: 'api_key' | 'provider' | 'workspace' | 'policy';
  readonly id: string;
  /** What is counted apart under a policy. */
  readonly group: string | undefined;
}

/** A limit that holds for a call, or for its attempts at a target. */
export interface Bound {
  readonly id: string;
  readonly subject: Subject;
  /** The name that it is counted under. */
  readonly counter: string;
  readonly type: UsageLimit['type'] | RateLimit['type'];
  readonly kind: 'budget' | 'rate';
  /** In whole units: tokens, requests, calls, or billionths of a USD. */
  readonly limit: number;
  /** Of a rate: milliseconds in which as much as the limit may be used; undefined: it is about calls at once. */
  readonly window: number | undefined;
  /** The same in words. */
  readonly unit: string | undefined;
  /** Of a budget. */
  readonly reset: UsageLimit['reset'];
  /** Shares of the limit, 0 to 1, the smallest first. */
  readonly alerts: readonly number[];
  /** Where these are told beside the webhook of the gateway. */
  readonly webhooks: readonly string[];
  readonly isShadow: boolean;
  /** What becomes of calls whose price nobody knows; undefined: as the gateway is set. */
  readonly unpriced: UsageLimit['unpriced'];
}

/** Units of money in a USD. */
export const USD = 1e9;

const WINDOWS: { readonly [Unit in RateLimit['unit']]: { readonly window: number; readonly unit: string } } = {
  rps: { window: 1_000, unit: 'second' },
  rpm: { window: 60_000, unit: 'minute' },
  rph: { window: 3_600_000, unit: 'hour' },
  rpd: { window: 86_400_000, unit: 'day' },
  rpw: { window: 604_800_000, unit: 'week' },
};

/** A budget of somebody. */
export function budgetBound(limit: UsageLimit, subject: Subject): Bound {
  return {
    id: limit.id,
    subject,
    counter: counterOf(limit.id, subject),
    type: limit.type,
    kind: 'budget',
    limit: Math.round(limit.type === 'cost' ? limit.limit * USD : limit.limit),
    window: undefined,
    unit: undefined,
    reset: limit.reset,
    alerts: limit.alertThresholds.toSorted((a, b) => a - b),
    webhooks: limit.alertWebhooks ?? [],
    isShadow: false,
    unpriced: limit.unpriced,
  };
}

/** A rate limit of somebody. */
export function rateBound(limit: RateLimit, subject: Subject): Bound {
  const pace = limit.type === 'concurrency' ? undefined : WINDOWS[limit.unit];
  return {
    id: limit.id,
    subject,
    counter: counterOf(limit.id, subject),
    type: limit.type,
    kind: 'rate',
    limit: limit.limit,
    window: pace?.window,
    unit: pace?.unit,
    reset: undefined,
    alerts: [],
    webhooks: [],
    isShadow: limit.isShadow,
    unpriced: undefined,
  };
}

/** All limits that somebody has. */
export function boundsOf(owner: Pick<Bounded, 'usageLimits' | 'rateLimits'>, subject: Subject): readonly Bound[] {
  return [...owner.usageLimits.map((limit) => budgetBound(limit, subject)), ...owner.rateLimits.map((limit) => rateBound(limit, subject))];
}

/** Whoever has limits. */
export interface Bounded {
  readonly usageLimits: readonly UsageLimit[];
  readonly rateLimits: readonly RateLimit[];
}

/** An amount in words. */
export function spell({ type }: Pick<Bound, 'type'>, amount: number): string {
  return type === 'cost' ? `${Number((amount / USD).toFixed(9))} USD` : `${amount} ${type}`;
}

/** Everything that a limit counts, whatever the group, is under a name that begins so. */
export function counterPrefix(id: string, { kind, id: owner }: Pick<Subject, 'kind' | 'id'>): string {
  return `${kind}/${owner}/${id}/`;
}

function counterOf(id: string, subject: Subject): string {
  return counterPrefix(id, subject) + (subject.group ?? '');
}
