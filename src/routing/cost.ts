import type { MovingOn, StreamBreak } from '../config/resolved.ts';
import type { Call, Handler } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { availableFirst, type Member } from './member.ts';
import { movesOnInOrder } from './moving-on.ts';
import { pursue } from './pursue.ts';

/** Tries members from the cheapest to the dearest, those without a known price last, in the order of the config. */
export function cost(members: readonly Member[], rule: MovingOn & { readonly onStreamBreak: StreamBreak }, clock: Clock): Handler {
  const movesOn = movesOnInOrder(rule);
  return async (call) => {
    const order = availableFirst(await cheapestFirst(members, call), call);
    return pursue({ order: () => order, movesOn, onStreamBreak: rule.onStreamBreak, clock })(call);
  };
}

async function cheapestFirst(members: readonly Member[], call: Call): Promise<readonly Member[]> {
  const costs = await Promise.all(members.map(async (member) => [member, (await member.cost(call)) ?? Infinity] as const));
  return costs.toSorted(([, a], [, b]) => (a === b ? 0 : a - b)).map(([member]) => member);
}
