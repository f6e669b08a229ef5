import { GatewayError } from '../errors.ts';
import type { Call, Handler } from '../pipeline/step.ts';

export interface Condition {
  readonly matches: (call: Call) => boolean;
  readonly handler: Handler;
}

/** Sends each call to the handler of the first condition that holds, else to the default. */
export function conditional(conditions: readonly Condition[], otherwise: Handler | undefined): Handler {
  return (call) => {
    const handler = conditions.find(({ matches }) => matches(call))?.handler ?? otherwise;
    if (handler === undefined) throw new GatewayError('no_matching_target', 'Query router did not resolve to any valid target');
    return handler(call);
  };
}
