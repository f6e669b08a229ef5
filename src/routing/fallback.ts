import { errorClass } from '../error-class.ts';
import type { GatewayError } from '../errors.ts';
import type { Handler } from '../pipeline/step.ts';
import { discard, outcomeOf, statusOf, unwrap, type Outcome } from './outcome.ts';

/**
 * Tries handlers in order until one answers. Without `onStatusCodes` every failure and every status that is not 2xx moves on; with it
 * only the listed statuses do. Errors that any target would give (a bad request to the gateway, a client that left) end the search.
 */
export function fallback(handlers: readonly Handler[], onStatusCodes: readonly number[] | undefined): Handler {
  return async (call) => {
    for (const [i, handler] of handlers.entries()) {
      const isLast = i === handlers.length - 1 || call.upload !== undefined;
      if (isLast) return handler(call);
      const outcome = await outcomeOf(handler, { ...call, recoverable: true });
      if (!movesOn(outcome, onStatusCodes)) return unwrap(outcome);
      discard(outcome);
    }
    throw new Error('a fallback has at least one target');
  };
}

function movesOn(outcome: Outcome, onStatusCodes: readonly number[] | undefined): boolean {
  const status = statusOf(outcome);
  if ('error' in outcome && !mayMove(outcome.error, onStatusCodes?.includes(status) === true)) return false;
  return onStatusCodes === undefined ? status < 200 || status > 299 : onStatusCodes.includes(status);
}

/** What a provider refuses for its content is not taken to another one, unless the config lists the status. */
function mayMove(error: GatewayError, isListed: boolean): boolean {
  return error.traits.recovery !== 'stop' && (isListed || errorClass(error) !== 'content_policy');
}
