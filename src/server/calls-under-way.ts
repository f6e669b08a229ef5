import type { ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';

/** The calls that are being answered, so that they can be given up together. */
export class CallsUnderWay {
  readonly #aborters = new Set<AbortController>();

  /** A call begins. Its signal aborts when the client leaves, and with an error for its reason when the gateway gives the call up. */
  begin(response: ServerResponse): AbortController {
    const aborter = new AbortController();
    this.#aborters.add(aborter);
    response.on('close', () => {
      this.#aborters.delete(aborter);
      if (!response.writableFinished) aborter.abort();
    });
    return aborter;
  }

  /** Gives all calls up; what they are told is the error. */
  giveUp(error: GatewayError): void {
    for (const aborter of this.#aborters) aborter.abort(error);
  }
}

/** Runs something when the gateway gives a call up, and not when its client leaves. */
export function onGivenUp(signal: AbortSignal, run: (error: GatewayError) => void): void {
  const check = (): void => {
    if (signal.reason instanceof GatewayError) run(signal.reason);
  };
  if (signal.aborted) check();
  else signal.addEventListener('abort', check, { once: true });
}
