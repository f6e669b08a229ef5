import type { Call, Step } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { isTrouble } from './moving-on.ts';
import { outcomeOf, unwrap, type Outcome } from './outcome.ts';
import { isStream } from './patience.ts';
import { whenOver } from './when-over.ts';

/** How much of the mean is kept with each measurement, and the milliseconds in which its weight halves by itself. */
const KEPT = 0.8;
const HALF_LIFE = 30_000;
/** A failure counts as an answer that took so many times the mean, or this long where nothing was measured. */
const PENALTY = 4;
const FIRST_PENALTY = 4_000;
/** How many recent measurements percentiles are taken over, and how many are needed at least. */
const RECENT = 100;
const ENOUGH = 20;

/** How soon a target begins to answer: the mean of the milliseconds to first content, the latest counting most, and the last of them. */
export class Pace {
  /** Calls whose first content has not come. */
  pending = 0;
  #mean: number | undefined;
  #measuredAt = 0;
  readonly #recent: number[] = [];

  /** Milliseconds; undefined: never measured. */
  get mean(): number | undefined {
    return this.#mean;
  }

  record(milliseconds: number, now: number): void {
    this.#blend(milliseconds, now);
    this.#recent.push(milliseconds);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  /** An answer that was given up after this long would have taken longer. */
  recordAtLeast(milliseconds: number, now: number): void {
    if (milliseconds > (this.#mean ?? Infinity)) this.record(milliseconds, now);
  }

  punish(milliseconds: number, now: number): void {
    this.#blend(Math.max(milliseconds, this.#mean === undefined ? FIRST_PENALTY : this.#mean * PENALTY), now);
  }

  /** The mean as it is believed now: without new measurements it slowly returns to the best of the group. */
  estimate(best: number, now: number): number {
    if (this.#mean === undefined) return best * (1 + this.pending);
    return best + (this.#mean - best) * faded(now - this.#measuredAt);
  }

  /** The milliseconds within which the given percentage of recent answers began; undefined where too few were measured. */
  percentile(percent: number): number | undefined {
    if (this.#recent.length < ENOUGH) return undefined;
    const sorted = this.#recent.toSorted((a, b) => a - b);
    return sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  }

  #blend(milliseconds: number, now: number): void {
    const kept = this.#mean === undefined ? 0 : KEPT * faded(now - this.#measuredAt);
    this.#mean = kept * (this.#mean ?? 0) + (1 - kept) * milliseconds;
    this.#measuredAt = now;
  }
}

function faded(age: number): number {
  return 2 ** -(Math.max(0, age) / HALF_LIFE);
}

/** What is measured of a target and model. Streams and whole answers are measured apart: the latter arrive only when they are complete. */
export class Vitals {
  /** Calls that are not over; streamed ones until the end of the stream. */
  inFlight = 0;
  readonly #streamed = new Pace();
  readonly #whole = new Pace();

  pace(call: Call): Pace {
    return isStream(call) ? this.#streamed : this.#whole;
  }
}

/** Measures each attempt. */
export function measured(vitalsOf: (call: Call) => Vitals, clock: Pick<Clock, 'now'>): Step {
  return (next) => async (call) => {
    const vitals = vitalsOf(call);
    const pace = vitals.pace(call);
    const since = clock.now();
    vitals.inFlight++;
    pace.pending++;
    const outcome = await outcomeOf(next, call);
    pace.pending--;
    const now = clock.now();
    note(pace, outcome, { elapsed: Math.max(0, now - since), now, isGivenUp: call.signal.aborted });
    if ('reply' in outcome) return whenOver(outcome.reply, call.signal, () => vitals.inFlight--);
    vitals.inFlight--;
    return unwrap(outcome);
  };
}

interface Moment {
  readonly elapsed: number;
  readonly now: number;
  readonly isGivenUp: boolean;
}

/** Only good answers tell how soon a target answers; failing quickly must not make it look fast. */
function note(pace: Pace, outcome: Outcome, { elapsed, now, isGivenUp }: Moment): void {
  if (isGivenUp) pace.recordAtLeast(elapsed, now);
  else if ('error' in outcome && isTrouble(outcome.error)) pace.punish(elapsed, now);
  else if ('reply' in outcome && outcome.reply.status < 400) pace.record(elapsed, now);
}
