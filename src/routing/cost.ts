import type { MovingOn, StreamBreak } from '../config/resolved.ts';
import type { Call } from '../pipeline/step.ts';
import { availableFirst, type Member } from './member.ts';
import { movesOnInOrder } from './moving-on.ts';
import type { Tactics } from './pursue.ts';

/** Tries members from the cheapest to the most expensive, those without a known price last, in the order of the config. */
export function cost(members: readonly Member[], rule: MovingOn & { readonly onStreamBreak: StreamBreak }): Tactics {
  const order = async (call: Call): Promise<readonly Member[]> => availableFirst(await cheapestFirst(members, call), call);
  return { order, movesOn: movesOnInOrder(rule), onStreamBreak: rule.onStreamBreak };
}

async function cheapestFirst(members: readonly Member[], call: Call): Promise<readonly Member[]> {
  const costs = await Promise.all(members.map(async (member) => [member, (await member.cost(call)) ?? Infinity] as const));
  return costs.toSorted(([, a], [, b]) => (a === b ? 0 : a - b)).map(([member]) => member);
}
