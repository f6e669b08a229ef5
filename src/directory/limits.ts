import type { RateLimit, UsageLimit } from '../pipeline/caller.ts';

/** A usage limit as it is saved. */
export interface UsageLimitBody {
  readonly id?: string | undefined;
  readonly type: UsageLimit['type'];
  readonly credit_limit: number;
  readonly alert_threshold?: number | readonly number[] | null | undefined;
  readonly alert_webhook?: string | readonly string[] | null | undefined;
  readonly periodic_reset?: 'daily' | 'weekly' | 'monthly' | 'yearly' | null | undefined;
  readonly periodic_reset_days?: number | null | undefined;
  readonly unpriced?: UsageLimit['unpriced'] | null;
}

/** A rate limit as it is saved. */
export interface RateLimitBody {
  readonly id?: string | undefined;
  readonly type: RateLimit['type'];
  readonly unit?: RateLimit['unit'] | null | undefined;
  readonly value: number;
  readonly shadow?: boolean | null | undefined;
}

/** A usage limit as it is enforced. */
export function readUsageLimit(body: UsageLimitBody & { readonly id: string }): UsageLimit {
  const { id, type, credit_limit: limit, periodic_reset: period, periodic_reset_days: days, unpriced } = body;
  return {
    id,
    type,
    limit,
    alertThresholds: listOf(body.alert_threshold).map((amount) => Math.min(1, amount / limit)),
    alertWebhooks: listOf(body.alert_webhook),
    reset: typeof days === 'number' ? { days } : (period ?? undefined),
    unpriced: unpriced ?? undefined,
  };
}

function listOf<T extends string | number>(given: T | readonly T[] | null | undefined): readonly T[] {
  return typeof given === 'object' ? (given ?? []) : given === undefined ? [] : [given];
}

/** A rate limit as it is enforced. */
export function readRateLimit({ id, type, unit, value, shadow }: RateLimitBody & { readonly id: string }): RateLimit {
  return { id, type, limit: value, unit: unit ?? 'rpm', isShadow: shadow === true };
}

/**
 * The limits of a key or provider with the ids that they are counted under. A limit without one gets an id that is the same as long as it
 * counts the same thing over the same time, so that a changed amount does not begin anew.
 */
export function withIds<L extends { readonly id?: string | undefined; readonly type: string }>(
  limits: readonly L[],
  owner: string,
): readonly (L & { readonly id: string })[] {
  const taken = new Set<string>();
  return limits.map((limit) => {
    const base = limit.id ?? [owner, limit.type, periodOf(limit)].join('.');
    let id = base;
    for (let count = 2; taken.has(id); count++) id = `${base}.${count}`;
    taken.add(id);
    return { ...limit, id };
  });
}

function periodOf(limit: object): string {
  const { unit, periodic_reset: period, periodic_reset_days: days } = limit as Partial<RateLimitBody & UsageLimitBody>;
  if (typeof days === 'number') return `${days}d`;
  return unit ?? period ?? 'total';
}
