import type { StrategyNode } from '../config/resolved.ts';
import type { GroupExplanation, Room, TriedExplanation } from '../pipeline/explanation.ts';
import type { Call } from '../pipeline/step.ts';
import type { Choice } from './choice.ts';

export interface Chosen {
  readonly choice: Choice;
  readonly call: Call;
  readonly room: Room;
}

/** What a group of targets would do with a call, and each of its targets that would be tried. */
export async function explainGroup({ path, name, kind: mode, targets }: StrategyNode, { choice, call, room }: Chosen): Promise<GroupExplanation> {
  const { rule, terms, candidates } = choice;
  const tries: TriedExplanation[] = [];
  // One after the other: what would be tried first is shown first while there is room.
  for (const { member, first, facts } of candidates) {
    const { path: place, name: called, ...explanation } = await member.explain(call, room);
    tries.push({ path: place, name: called, first, facts, ...explanation });
  }
  const tried = new Set(tries.map((explanation) => explanation.path));
  const leftOut = targets.filter((target) => !tried.has(target.path)).map((target) => ({ path: target.path, name: target.name }));
  return { path, name, mode, rule, terms, tries, left_out: leftOut };
}
