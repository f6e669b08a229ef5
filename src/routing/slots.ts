import type { ConcurrencyLimit } from '../config/resolved.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Call, Step } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { PRIORITIES, priorityOf } from './priority.ts';
import { whenOver } from './when-over.ts';

/** How much of the mean slot time is kept with each new measurement. */
const KEPT = 0.8;
/** The longest Retry-After for a refused caller, in seconds. */
const LONGEST_RETRY_AFTER = 60;

/** A call that waits for a slot. */
interface Waiter {
  /** Position among the priorities: lower goes first. */
  readonly rank: number;
  readonly limit: ConcurrencyLimit;
  readonly settle: (error?: GatewayError) => void;
}

/** A target's slots for concurrent calls, and the queue for them. A slot is held until the reply is over. */
export class Slots {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #onIdle: () => void;
  #inUse = 0;
  /** By rank, then by arrival. */
  readonly #line: Waiter[] = [];
  /** Mean milliseconds for which a slot is held. */
  #held = 1_000;

  /** `onIdle` is called when no call has or wants a slot. */
  constructor(clock: Pick<Clock, 'now' | 'after'>, onIdle: () => void = () => {}) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Gives a slot, at once or after a wait; the returned function frees it. Rejects with `overloaded` if the queue is full or too slow. */
  async take(call: Pick<Call, 'headers' | 'signal'>, limit: ConcurrencyLimit): Promise<() => void> {
    const rank = PRIORITIES.indexOf(priorityOf(call.headers));
    if (this.#inUse < limit.most && this.#line.length === 0) this.#inUse++;
    else await this.#wait(rank, limit, call.signal);
    return this.#freer();
  }

  #wait(rank: number, limit: ConcurrencyLimit, signal: AbortSignal): Promise<void> {
    const { size, timeout } = limit.queue ?? { size: 0, timeout: 0 };
    if (this.#line.length >= size && !this.#shedBelow(rank)) throw this.#refusal(limit, 'No place is free at the target, and none to wait.');
    return new Promise((resolve, reject) => {
      const settle = (error?: GatewayError): void => {
        stopWaiting();
        signal.removeEventListener('abort', onAbort);
        this.#line.splice(this.#line.indexOf(waiter), 1);
        if (error === undefined) resolve();
        else reject(error);
      };
      const waiter: Waiter = { rank, limit, settle };
      const onAbort = (): void => settle(abortError(signal));
      const stopWaiting = this.#clock.after(timeout, () => settle(this.#refusal(limit, `No place became free at the target within ${timeout}ms.`)));
      const behind = this.#line.findIndex((other) => other.rank > rank);
      this.#line.splice(behind < 0 ? this.#line.length : behind, 0, waiter);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
    });
  }

  /** Rejects the last of the least urgent waiting calls, if that is less urgent than `rank`. */
  #shedBelow(rank: number): boolean {
    const last = this.#line.at(-1);
    if (last === undefined || last.rank <= rank) return false;
    last.settle(this.#refusal(last.limit, 'A more urgent call has taken the place in the line before the target.'));
    return true;
  }

  #freer(): () => void {
    const since = this.#clock.now();
    return () => {
      this.#inUse--;
      this.#held = KEPT * this.#held + (1 - KEPT) * Math.max(0, this.#clock.now() - since);
      this.#admit();
      if (this.#inUse === 0 && this.#line.length === 0) this.#onIdle();
    };
  }

  #admit(): void {
    for (let next = this.#line[0]; next !== undefined && this.#inUse < next.limit.most; next = this.#line[0]) {
      this.#inUse++;
      next.settle();
    }
  }

  /** When a slot is likely to be free: after those ahead in the queue have had theirs. */
  #refusal({ most }: ConcurrencyLimit, message: string): GatewayError {
    const seconds = Math.ceil((this.#held * (this.#line.length + 1)) / most / 1_000);
    return new GatewayError('overloaded', message, { headers: ['retry-after', String(Math.min(LONGEST_RETRY_AFTER, Math.max(1, seconds)))] });
  }
}

function abortError({ reason }: AbortSignal): GatewayError {
  return reason instanceof GatewayError ? reason : new GatewayError('client_closed', 'The client closed the connection before the answer.');
}

/** Passes calls on only with a slot, which each holds until its reply is over. `refused` makes the error of a call that got none. */
export function limited(slotsOf: (call: Call) => Slots, limit: ConcurrencyLimit, refused: (call: Call, error: GatewayError) => GatewayError): Step {
  return (next) => async (call) => {
    const free = await call.attempts.watch.during(slotsOf(call).take(call, limit)).catch((thrown: unknown) => {
      throw refused(call, toGatewayError(thrown));
    });
    try {
      return whenOver(await next(call), call.signal, free);
    } catch (error) {
      free();
      throw error;
    }
  };
}
