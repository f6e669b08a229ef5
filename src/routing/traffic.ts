import { LRUCache } from 'lru-cache';
import type { Canary } from '../config/resolved.ts';
import type { Clock } from './clock.ts';
import { Slots } from './slots.ts';
import { Trial } from './trial.ts';
import { Vitals } from './vitals.ts';

/** How many targets and models are remembered; the least recently used are forgotten first. */
const MOST = 10_000;

/** The calls that this process has in progress, and how recent ones went: by target, whatever config it is in. */
export class Traffic {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #vitals = new LRUCache<string, Vitals>({ max: MOST });
  readonly #trials = new LRUCache<string, Trial>({ max: MOST });
  /** Bounded by the calls under way. */
  readonly #slots = new Map<string, Slots>();

  constructor(clock: Pick<Clock, 'now' | 'after'>) {
    this.#clock = clock;
  }

  vitals(key: string): Vitals {
    let vitals = this.#vitals.get(key);
    if (vitals === undefined) this.#vitals.set(key, (vitals = new Vitals()));
    return vitals;
  }

  /** `onOut` is called when the target of the trial is taken out. */
  trial(key: string, rule: Canary, onOut?: (errorPercentage: number) => void): Trial {
    let trial = this.#trials.get(key);
    if (trial === undefined) this.#trials.set(key, (trial = new Trial(rule, onOut)));
    return trial;
  }

  /** To be used at once: slots that no call has or wants are forgotten. */
  slots(key: string): Slots {
    let slots = this.#slots.get(key);
    if (slots === undefined) this.#slots.set(key, (slots = new Slots(this.#clock, () => this.#slots.delete(key))));
    return slots;
  }

  /** Calls that have a slot, and calls that wait for one. */
  summary(): { readonly inUse: number; readonly waiting: number } {
    let inUse = 0;
    let waiting = 0;
    for (const slots of this.#slots.values()) {
      inUse += slots.inUse;
      waiting += slots.waiting;
    }
    return { inUse, waiting };
  }

  hasRoom(key: string, most: number): boolean {
    return (this.#slots.get(key)?.inUse ?? 0) < most;
  }
}
