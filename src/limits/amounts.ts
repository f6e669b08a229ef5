import type { Bound } from './bound.ts';

/** What a call is expected to use, or has used. */
export interface Amounts {
  readonly tokens: number;
  /** Billionths of a USD. */
  readonly cost: number;
}

/** What a call is expected to use. */
export interface Expectation extends Amounts {
  /** How many times as much budgets reserve: 1 where the expectation rests on something. */
  readonly caution: number;
}

/** What of some amounts a bound is about. */
export function amountOf({ type }: Pick<Bound, 'type'>, { tokens, cost }: Amounts): number {
  if (type === 'tokens') return tokens;
  return type === 'cost' ? cost : 1;
}

/** What is reserved of a bound. */
export function reserveOf(bound: Pick<Bound, 'type' | 'kind'>, expected: Expectation): number {
  const amount = amountOf(bound, expected);
  return bound.kind === 'budget' && bound.type !== 'requests' ? amount * expected.caution : amount;
}

/** Two amounts together. */
export function together(one: Amounts, other: Amounts): Amounts {
  return { tokens: one.tokens + other.tokens, cost: one.cost + other.cost };
}
