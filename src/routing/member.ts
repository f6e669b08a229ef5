import type { Call, Handler } from '../pipeline/step.ts';

/** One of the targets, or groups of targets, that a strategy chooses among. */
export interface Member {
  readonly handler: Handler;
  /** Share of the calls under a load balancer; 0 is never picked. */
  readonly weight: number;
  /** False while there is reason to believe that a call would fail. */
  readonly isAvailable: (call: Call) => boolean;
  /** Milliseconds that the first content of an answer may take before another member is tried beside this one; undefined: no limit. */
  readonly patience: (call: Call) => number | undefined;
}

/** Members that are believed to work, then the others: when all are thought broken, they are tried anyway. */
export function availableFirst(members: readonly Member[], call: Call): readonly Member[] {
  const available = members.filter((member) => member.isAvailable(call));
  if (available.length === members.length || available.length === 0) return members;
  return [...available, ...members.filter((member) => !available.includes(member))];
}
