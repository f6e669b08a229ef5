import type { Call } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { drawn, type BalanceOptions } from './loadbalance.ts';
import { readyFirst, withWeight, type MeasuredMember } from './member.ts';
import { movesOnAmongEquals } from './moving-on.ts';
import type { Tactics } from './pursue.ts';
import { Ties } from './ties.ts';

/** Share of the calls that go to a random member, so that none is forgotten. */
const EXPLORATION = 0.01;
/** A member counts as slower only beyond this factor: otherwise the smallest lead would draw all calls. */
const NOTICEABLE = 1.1;
/** A tied caller is moved away only from a member that takes this many times as long as the best. */
const TOO_SLOW = 2;

/**
 * Sends each call to the one of two members, drawn by weight, whose answers begin sooner; the others stand in, fastest first. Two are
 * compared, not all, so that simultaneous calls do not all go to the same one.
 */
export function latency(members: readonly MeasuredMember[], { rule, tieOf }: BalanceOptions, clock: Pick<Clock, 'now'>): Tactics<MeasuredMember> {
  const open = withWeight(members);
  const ties = new Ties(open);
  const order = (call: Call, random: () => number): readonly MeasuredMember[] => {
    const estimate = estimator(open, call, clock.now());
    const tie = tieOf(call);
    if (tie !== undefined) return nearHome(ties.order(tie), estimate);
    const draw = drawn(open, random);
    return random() < EXPLORATION ? draw : soonerOfTwo(draw, estimate);
  };
  return {
    order: (call, random) => readyFirst(order(call, random), call),
    movesOn: movesOnAmongEquals(rule),
    onStreamBreak: rule.onStreamBreak,
  };
}

/** Milliseconds in which a member's first content is expected, relative to the others where nothing was measured. */
type Estimate = (member: MeasuredMember) => number;

function estimator(members: readonly MeasuredMember[], call: Call, now: number): Estimate {
  const paces = new Map(members.map((member) => [member, member.vitals(call).pace(call)]));
  const means = [...paces.values()].flatMap(({ mean }) => mean ?? []);
  const best = means.length === 0 ? 1 : Math.min(...means);
  return (member) => paces.get(member)?.estimate(best, now) ?? best;
}

function soonerOfTwo([first, second, ...others]: readonly MeasuredMember[], estimate: Estimate): readonly MeasuredMember[] {
  if (first === undefined || second === undefined) return first === undefined ? [] : [first];
  const isSlower = estimate(first) > estimate(second) * NOTICEABLE;
  const [winner, loser] = isSlower ? [second, first] : [first, second];
  return [winner, ...[loser, ...others].toSorted((a, b) => estimate(a) - estimate(b))];
}

function nearHome(order: readonly MeasuredMember[], estimate: Estimate): readonly MeasuredMember[] {
  const best = Math.min(...order.map(estimate));
  const home = order.find((member) => estimate(member) <= best * TOO_SLOW);
  return home === undefined ? order : [home, ...order.filter((member) => member !== home)];
}
