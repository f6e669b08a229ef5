import type { HedgeNode } from '../config/resolved.ts';
import type { Call } from '../pipeline/step.ts';
import { availableFirst, type MeasuredMember } from './member.ts';
import { movesOnInOrder } from './moving-on.ts';
import type { Tactics } from './pursue.ts';
import { sizeOf } from './size.ts';

export type HedgeRule = Pick<HedgeNode, 'delay' | 'percentile' | 'maxTokens' | 'onStatusCodes' | 'onErrors' | 'onStreamBreak'>;

/**
 * Tries members in order, and asks the second beside the first once that one takes longer than it usually does: the first content wins and
 * the other request is cancelled. Large calls, which would cost too much twice, are not hedged.
 */
export function hedge(members: readonly MeasuredMember[], rule: HedgeRule): Tactics<MeasuredMember> {
  return {
    order: (call) => availableFirst(members, call),
    movesOn: movesOnInOrder(rule),
    onStreamBreak: rule.onStreamBreak,
    headStart: (first, call) => (isSmall(call, rule.maxTokens) ? headStart(first, call, rule) : undefined),
  };
}

function headStart(first: MeasuredMember, call: Call, { delay, percentile }: HedgeRule): number | undefined {
  const measured = percentile === undefined ? undefined : first.vitals(call).pace(call).percentile(percentile);
  return measured ?? delay;
}

function isSmall(call: Call, limit: number | undefined): boolean {
  if (limit === undefined) return true;
  const { input, output } = sizeOf(call);
  return input + output <= limit;
}
