import type { FallbackNode } from '../config/resolved.ts';
import { errorClass } from '../error-class.ts';
import type { Handler } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { availableFirst, type Member } from './member.ts';
import { statusOf, type Outcome } from './outcome.ts';
import { pursue } from './pursue.ts';

export type FallbackRule = Pick<FallbackNode, 'onStatusCodes' | 'onErrors' | 'onStreamBreak'>;

/**
 * Tries members in order until one answers. Without a list every failure and every status that is not 2xx moves on; with one only the
 * listed statuses and error classes do. Errors that any target would give (a bad request to the gateway, a client that left) end it.
 */
export function fallback(members: readonly Member[], rule: FallbackRule, clock: Clock): Handler {
  return pursue({
    order: (call) => availableFirst(members, call),
    movesOn: (outcome) => movesOn(outcome, rule),
    onStreamBreak: rule.onStreamBreak,
    clock,
  });
}

function movesOn(outcome: Outcome, { onStatusCodes, onErrors }: FallbackRule): boolean {
  const status = statusOf(outcome);
  const isListed = onStatusCodes?.includes(status) === true;
  if ('reply' in outcome) return onStatusCodes === undefined ? status < 200 || status > 299 : isListed;
  const { error } = outcome;
  if (error.traits.recovery === 'stop') return false;
  const kind = errorClass(error);
  if (isListed || onErrors?.includes(kind) === true) return true;
  // What a provider refuses for its content is not taken to another one unless the config says so.
  return onStatusCodes === undefined && onErrors === undefined && kind !== 'content_policy';
}
