import type { StreamBreak } from '../config/resolved.ts';
import { errorClass, type ErrorClass } from '../error-class.ts';
import type { Handler } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { availableFirst, type Member } from './member.ts';
import type { Outcome } from './outcome.ts';
import { pursue } from './pursue.ts';

/** Trouble that another member of the group may not have. */
const ELSEWHERE: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'rate_limit',
  'overloaded',
  'timeout',
  'network',
  'auth',
  'quota',
  'stream_break',
  'server',
]);

/** Spreads calls over members by weight. A member that fails is stood in for by the others before the group fails. */
export function loadbalance(members: readonly Member[], onStreamBreak: StreamBreak, clock: Clock): Handler {
  const open = members.filter(({ weight }) => weight > 0);
  return pursue({
    order: (call) => availableFirst(drawn(open, clock.random), call),
    movesOn: isTroubleOfTheMember,
    onStreamBreak,
    clock,
  });
}

/** The members in an order drawn at random: each place goes to one of those left, by weight. `random` gives numbers in [0, 1). */
export function drawn(members: readonly Member[], random: () => number): readonly Member[] {
  const left = [...members];
  const order: Member[] = [];
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

function isTroubleOfTheMember(outcome: Outcome): boolean {
  return 'error' in outcome && outcome.error.traits.recovery !== 'stop' && ELSEWHERE.has(errorClass(outcome.error));
}
