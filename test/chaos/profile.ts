import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../src/errors.ts';
import { systemClock, type Clock } from '../../src/routing/clock.ts';

/** How fast time goes in a run of the wall. */
export interface Profile {
  readonly name: 'fast' | 'real';
  /** The gateway's clock: waits between retries, patience with slow targets, breakers. */
  readonly clock: Clock;
  /** Added to each config: the limits that the gateway keeps by the machine's clock. */
  readonly limits: object;
  /** Whole milliseconds here that so many milliseconds of the real world take. */
  readonly scaled: (milliseconds: number) => number;
  /** Runs at a time. */
  readonly concurrency: number;
  /** Faults that no translation can have to do with are tried behind one too. */
  readonly isThorough: boolean;
}

/** How much faster than the world the fast profile runs. */
const SPEED = 6;

const start = Date.now();

/** A clock on which time goes faster. */
const fastClock: Clock = {
  now: () => start + (Date.now() - start) * SPEED,
  random: Math.random,
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds / SPEED, undefined, { signal });
    } catch (cause) {
      throw new GatewayError('client_closed', 'The client closed the connection before the answer.', { cause });
    }
  },
  after: (milliseconds, run) => systemClock.after(milliseconds / SPEED, run),
};

/** What `npm test` runs: the same faults with the waits cut short. */
export const FAST: Profile = {
  name: 'fast',
  clock: fastClock,
  limits: { request_timeout: 30_000 / SPEED, timeouts: { idle: 15_000 / SPEED } },
  scaled: (milliseconds) => Math.round(milliseconds / SPEED),
  concurrency: 32,
  isThorough: false,
};

/** What `npm run chaos` runs: the machine's time and the gateway's own limits. */
export const REAL: Profile = {
  name: 'real',
  clock: systemClock,
  limits: { request_timeout: 30_000 },
  scaled: (milliseconds) => milliseconds,
  concurrency: 100,
  isThorough: true,
};
