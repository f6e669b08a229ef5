import type { MovingOn, StreamBreak } from '../config/resolved.ts';
import type { Call } from '../pipeline/step.ts';
import { readyFirst, withWeight, type Member } from './member.ts';
import { movesOnAmongEquals } from './moving-on.ts';
import type { Tactics } from './pursue.ts';
import { Ties } from './ties.ts';

/** How strategies over equal members choose. */
export interface BalanceOptions {
  readonly rule: MovingOn & { readonly onStreamBreak: StreamBreak };
  /** What ties a call to a member; undefined: nothing does. */
  readonly tieOf: (call: Call) => string | undefined;
  /** False for a member that gets no more calls. */
  readonly isIn?: ((member: Member) => boolean) | undefined;
}

/** Spreads calls over members by weight. When a member fails, the others are tried before the group fails. */
export function loadbalance(members: readonly Member[], { rule, tieOf, isIn = () => true }: BalanceOptions): Tactics {
  const open = withWeight(members);
  const ties = new Ties(open);
  const order = (call: Call, random: () => number): readonly Member[] => {
    const tie = tieOf(call);
    return tie === undefined ? drawn(open, random) : ties.order(tie);
  };
  return {
    order: (call, random) => readyFirst(order(call, random).filter(isIn), call),
    movesOn: movesOnAmongEquals(rule),
    onStreamBreak: rule.onStreamBreak,
  };
}

/** The members in an order drawn at random: each place goes to one of those left, by weight. `random` gives numbers in [0, 1). */
export function drawn<M extends Member>(members: readonly M[], random: () => number): readonly M[] {
  const left = [...members];
  const order: M[] = [];
  while (left.length > 0) order.push(...left.splice(pick(left, random()), 1));
  return order;
}

function pick(members: readonly Member[], point: number): number {
  let left = point * members.reduce((sum, { weight }) => sum + weight, 0);
  for (const [i, { weight }] of members.entries()) {
    if (left < weight) return i;
    left -= weight;
  }
  // Rounding may leave the point just behind the last share.
  return members.length - 1;
}
