import type { Call } from '../pipeline/step.ts';
import { drawn, type BalanceOptions } from './loadbalance.ts';
import { readyFirst, withWeight, type MeasuredMember } from './member.ts';
import { movesOnAmongEquals } from './moving-on.ts';
import type { Tactics } from './pursue.ts';
import { Ties } from './ties.ts';

/** A tied caller is moved while its member has so many times its share of the calls under way (consistent hashing with bounded loads). */
const OVERBURDENED = 1.25;

/** Sends each call to the member with the fewest calls under way for its weight, chance deciding between equals. A streamed call is under way until its end. */
export function leastBusy(members: readonly MeasuredMember[], { rule, tieOf }: BalanceOptions): Tactics<MeasuredMember> {
  const open = withWeight(members);
  const ties = new Ties(open);
  const order = (call: Call, random: () => number): readonly MeasuredMember[] => {
    const tie = tieOf(call);
    if (tie !== undefined) return nearHome(ties.order(tie), call);
    const load = (member: MeasuredMember): number => member.vitals(call).inFlight / member.weight;
    return drawn(open, random).toSorted((a, b) => load(a) - load(b));
  };
  return {
    order: (call, random) => readyFirst(order(call, random), call),
    movesOn: movesOnAmongEquals(rule),
    onStreamBreak: rule.onStreamBreak,
  };
}

function nearHome(order: readonly MeasuredMember[], call: Call): readonly MeasuredMember[] {
  const inFlight = order.reduce((sum, member) => sum + member.vitals(call).inFlight, 0);
  const weights = order.reduce((sum, { weight }) => sum + weight, 0);
  const isFree = (member: MeasuredMember): boolean =>
    member.vitals(call).inFlight < Math.ceil((OVERBURDENED * (inFlight + 1) * member.weight) / weights);
  const home = order.find(isFree);
  return home === undefined ? order : [home, ...order.filter((member) => member !== home)];
}
