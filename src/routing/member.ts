import type { Explanation, Room } from '../pipeline/explanation.ts';
import type { Call, Handler } from '../pipeline/step.ts';
import type { Vitals } from './vitals.ts';

/** One of the targets, or groups of targets, that a strategy chooses among. */
export interface Member {
  readonly handler: Handler;
  /** Its place in the config. */
  readonly path: string;
  /** The name that the config gives it. */
  readonly name: string | undefined;
  /** Where its calls go, wherever it stands in a config. */
  readonly identity: string;
  /** Share of the calls under a load balancer; 0 is never picked. */
  readonly weight: number;
  /** False while there is reason to believe that a call would fail. */
  readonly isAvailable: (call: Call) => boolean;
  /** False while it has as many calls under way as it may have: a further one would wait, or be refused. */
  readonly hasRoom: (call: Call) => boolean;
  /** Milliseconds that the first content of an answer may take before another member is tried beside this one; undefined: no limit. */
  readonly patience: (call: Call) => number | undefined;
  /** An estimate of what a call would cost, in USD; undefined where the price is unknown. */
  readonly cost: (call: Call) => Promise<number | undefined>;
  /** What would happen to a call here, without making it. */
  readonly explain: (call: Call, room: Room) => Promise<Explanation>;
}

/** A member whose calls are measured. */
export interface MeasuredMember extends Member {
  readonly vitals: (call: Call) => Vitals;
}

/** Members that are believed to work, then the others: if all seem broken, they are tried anyway. */
export function availableFirst<M extends Member>(members: readonly M[], call: Call): readonly M[] {
  return those(members, (member) => member.isAvailable(call));
}

/** The same for equal members, of which those with room go first: there is no need to wait for one while another is free. */
export function readyFirst<M extends Member>(members: readonly M[], call: Call): readonly M[] {
  return availableFirst(
    those(members, (member) => member.hasRoom(call)),
    call,
  );
}

/** The members for which something holds, then the others. */
function those<M extends Member>(members: readonly M[], hold: (member: M) => boolean): readonly M[] {
  const first = members.filter(hold);
  if (first.length === members.length || first.length === 0) return members;
  return [...first, ...members.filter((member) => !first.includes(member))];
}

/** Members that may get calls under a load balancer. */
export function withWeight<M extends Member>(members: readonly M[]): readonly M[] {
  return members.filter(({ weight }) => weight > 0);
}
