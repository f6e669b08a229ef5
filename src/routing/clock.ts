import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../errors.ts';

/** Time and randomness, so that tests can control them. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Resolves after this many milliseconds; rejects with `client_closed` when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Runs something after this many milliseconds; the returned function cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** The machine's clock and its random numbers. */
export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds, undefined, { signal });
    } catch (cause) {
      throw new GatewayError('client_closed', 'The client closed the connection before the answer.', { cause });
    }
  },
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
