import { type GatewayError, toGatewayError } from '../errors.ts';
import type { Call, Handler, Reply } from '../pipeline/step.ts';

/** How an attempt ended. */
export type Outcome = { readonly reply: Reply } | { readonly error: GatewayError };

/** Runs a handler and gives its reply or its error. */
export async function outcomeOf(handler: Handler, call: Call): Promise<Outcome> {
  try {
    return { reply: await handler(call) };
  } catch (error) {
    return { error: toGatewayError(error) };
  }
}

/** The reply, or the error thrown. */
export function unwrap(outcome: Outcome): Reply {
  if ('reply' in outcome) return outcome.reply;
  throw outcome.error;
}

/** Cancels what is still in progress of an outcome that nobody will read. */
export function discard(outcome: Outcome): void {
  if ('reply' in outcome && (outcome.reply.body.kind === 'stream' || outcome.reply.body.kind === 'events')) outcome.reply.body.flow.cancel();
}

/** The HTTP status of an outcome. */
export function statusOf(outcome: Outcome): number {
  return 'reply' in outcome ? outcome.reply.status : outcome.error.status;
}
