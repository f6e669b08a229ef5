import { GatewayError } from '../errors.ts';
import type { Call, Handler } from '../pipeline/step.ts';

export interface Condition {
  readonly matches: (call: Call) => boolean;
  readonly handler: Handler;
}

/** Chooses the handler of a call. */
export type Choose = (call: Call) => Handler | undefined;

/** The handler of the first condition that holds, else the default. */
export function firstMatch(conditions: readonly Condition[], otherwise: Handler | undefined): Choose {
  return (call) => conditions.find(({ matches }) => matches(call))?.handler ?? otherwise;
}

/** Sends each call to the handler that is chosen for it. */
export function conditional(choose: Choose): Handler {
  return (call) => {
    const handler = choose(call);
    if (handler === undefined) throw noneMatches();
    return handler(call);
  };
}

/** The error of a call for which no handler is chosen. */
function noneMatches(): GatewayError {
  return new GatewayError('no_matching_target', 'Query router did not resolve to any valid target');
}
