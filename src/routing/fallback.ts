import type { FallbackNode } from '../config/resolved.ts';
import { availableFirst, type Member } from './member.ts';
import { movesOnInOrder } from './moving-on.ts';
import type { Tactics } from './pursue.ts';

export type FallbackRule = Pick<FallbackNode, 'onStatusCodes' | 'onErrors' | 'onStreamBreak'>;

/**
 * Tries members in order until one answers. Without a list every failure and every status that is not 2xx moves on; with one only the
 * listed statuses and error classes do. Errors that any target would give (a bad request to the gateway, a client that left) end it.
 */
export function fallback(members: readonly Member[], rule: FallbackRule): Tactics {
  return { order: (call) => availableFirst(members, call), movesOn: movesOnInOrder(rule), onStreamBreak: rule.onStreamBreak };
}
