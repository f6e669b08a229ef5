import type { MovingOn } from '../config/resolved.ts';
import { errorClass, type ErrorClass } from '../error-class.ts';
import type { GatewayError } from '../errors.ts';
import { statusOf, type Outcome } from './outcome.ts';

/** Failures that another target may not have. */
const TROUBLE: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'rate_limit',
  'overloaded',
  'timeout',
  'network',
  'auth',
  'quota',
  'stream_break',
  'server',
]);

/** Whether an error says something about the target, not about the request. */
export function isTrouble(error: GatewayError): boolean {
  return error.traits.recovery !== 'stop' && TROUBLE.has(errorClass(error));
}

/** Whether an outcome moves the call on to the next of some different targets: without a list, every failure and every status but 2xx does. */
export function movesOnInOrder(rule: MovingOn): (outcome: Outcome) => boolean {
  return (outcome) => {
    if ('reply' in outcome) return rule.onStatusCodes === undefined ? !isGood(outcome.reply.status) : isListed(outcome, rule);
    // Content that one provider refuses is not sent to another one unless the config says so.
    return canMove(outcome.error) && (isListed(outcome, rule) || (hasNoList(rule) && errorClass(outcome.error) !== 'content_policy'));
  };
}

/** Whether an outcome moves the call on to another of some equal targets: without a list, failures that the next one may not have do. */
export function movesOnAmongEquals(rule: MovingOn): (outcome: Outcome) => boolean {
  return (outcome) => {
    if ('reply' in outcome) return isListed(outcome, rule);
    const { error } = outcome;
    return canMove(error) && (isListed(outcome, rule) || (hasNoList(rule) && (isTrouble(error) || errorClass(error) === 'context_length')));
  };
}

function hasNoList({ onStatusCodes, onErrors }: MovingOn): boolean {
  return onStatusCodes === undefined && onErrors === undefined;
}

function isListed(outcome: Outcome, { onStatusCodes, onErrors }: MovingOn): boolean {
  if (onStatusCodes?.includes(statusOf(outcome)) === true) return true;
  return 'error' in outcome && onErrors?.includes(errorClass(outcome.error)) === true;
}

/** Errors that any target would give (a bad request to the gateway, a client that left) end the call. */
function canMove(error: GatewayError): boolean {
  return error.traits.recovery !== 'stop';
}

function isGood(status: number): boolean {
  return status >= 200 && status <= 299;
}
