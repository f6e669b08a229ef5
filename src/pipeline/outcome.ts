import type { GatewayError, RouteTaken } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { Call } from './step.ts';

/** What became of a call, told once when it is over. What the steps found out on the way (usage, cost, cache, caller) is in `call.notes`. */
export interface Outcome {
  /** The status that the client got. */
  readonly status: number;
  /** The target that answered, or failed last. */
  readonly route: RouteTaken | undefined;
  /** Why there is no answer, or why it broke off. */
  readonly error: GatewayError | undefined;
  /** `whole`: all of the answer was passed on; `broken`: it broke off behind its beginning; `left`: the client did not wait for the end. */
  readonly ending: 'whole' | 'broken' | 'left' | 'failed';
  readonly isStreamed: boolean;
  /** Milliseconds from the arrival of the call to the answer's first content, and to its end. */
  readonly firstMs: number | undefined;
  readonly ms: number;
  /** What was passed on, as far as it was to be kept; undefined: nothing was. */
  readonly answer: Answer | undefined;
}

/** An answer as it was passed on: bytes in the client's dialect, or events of the canonical vocabulary. */
export type Answer =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly isCut: boolean }
  | { readonly kind: 'events'; readonly events: readonly ChatEvent[]; readonly isCut: boolean };

/**
 * Hears of calls that are over, before the client gets the last of their answer. It must be quick and must not throw. What it still has to
 * do before that end may be passed on it gives as a promise; the last piece of a streamed answer waits for nobody.
 */
export interface Observer {
  (call: Call, outcome: Outcome): Promise<void> | undefined | void;
  /** Bytes of the answer that it wants to see, asked when there is one; without it: none. */
  answerLimit?(call: Call): number;
}
