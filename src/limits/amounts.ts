import type { Bound } from './bound.ts';

/** What a call is expected to use, or has used. */
export interface Amounts {
  readonly tokens: number;
  /** Billionths of a USD. */
  readonly cost: number;
}

/** What of some amounts a bound is about. */
export function amountOf({ type }: Pick<Bound, 'type'>, { tokens, cost }: Amounts): number {
  if (type === 'tokens') return tokens;
  return type === 'cost' ? cost : 1;
}

/** Two amounts together. */
export function together(one: Amounts, other: Amounts): Amounts {
  return { tokens: one.tokens + other.tokens, cost: one.cost + other.cost };
}
