import { GatewayError } from '../errors.ts';
import type { Priority } from '../routing/priority.ts';
import { Bag } from './bag.ts';
import type { HttpResponse } from './http-port.ts';

/** How full the gateway may be for calls to be taken in: the last places are kept for those that are more urgent. */
const SHARES: Readonly<Record<Priority, number>> = { high: 1, normal: 0.9, low: 0.8 };

/** The calls that are being answered, so that they can be counted, and given up together. */
export class CallsUnderWay {
  readonly #most: number;
  readonly #aborters = new Bag<AbortController>();
  readonly #refusals = new Map<string, number>();

  /** `most`: how many there may be at once. */
  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#aborters.size;
  }

  /** Throws `overloaded` where a call of this priority has no place. */
  admit(priority: Priority): void {
    if (this.#aborters.size < Math.ceil(this.#most * SHARES[priority])) return;
    this.refused('overloaded');
    throw new GatewayError('overloaded', 'The gateway has reached its limit of concurrent calls.', { headers: ['retry-after', '1'] });
  }

  /** A request did not become a call. `code`: one of few, why. */
  refused(code: string): void {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
  }

  /** How many requests did not become calls, by why. */
  get refusals(): ReadonlyMap<string, number> {
    return this.#refusals;
  }

  /** A call begins. Its signal aborts when the client leaves, and with an error for its reason when the gateway gives the call up. */
  begin(response: HttpResponse): AbortController {
    const aborter = new AbortController();
    const place = this.#aborters.add(aborter);
    response.on('close', () => {
      this.#aborters.remove(place);
      if (!response.writableFinished) aborter.abort();
    });
    return aborter;
  }

  /** Gives all calls up; what they are told is the error. */
  giveUp(error: GatewayError): void {
    for (const aborter of this.#aborters.items()) aborter.abort(error);
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
