import type { Canary } from '../config/resolved.ts';
import type { Step } from '../pipeline/step.ts';
import { outcomeOf, unwrap, type Outcome } from './outcome.ts';
import { whenOver } from './when-over.ts';

/** How many recent outcomes the failure rate is measured over. */
const RECENT = 100;

/** A target on trial. Once too many of its calls have failed it is out, until the config changes or the process restarts. */
export class Trial {
  readonly #rule: Canary;
  readonly #onOut: (errorPercentage: number) => void;
  readonly #failures: boolean[] = [];
  #isOut = false;

  /** `onOut` is called once, with the failure rate. */
  constructor(rule: Canary, onOut: (errorPercentage: number) => void = () => {}) {
    this.#rule = rule;
    this.#onOut = onOut;
  }

  get isOut(): boolean {
    return this.#isOut;
  }

  record(hasFailed: boolean): void {
    if (this.#isOut) return;
    this.#failures.push(hasFailed);
    if (this.#failures.length > RECENT) this.#failures.shift();
    const percentage = (100 * this.#failures.filter(Boolean).length) / this.#failures.length;
    if (this.#failures.length < this.#rule.minimumRequests || percentage <= this.#rule.maxErrorPercentage) return;
    this.#isOut = true;
    this.#onOut(percentage);
  }
}

/** Tells a trial how each call ends, the streamed ones after their end. */
export function onTrial(trial: Trial): Step {
  return (next) => async (call) => {
    const outcome = await outcomeOf(next, call);
    const hasFailed = failure(outcome);
    if ('error' in outcome || hasFailed === true) {
      if (hasFailed !== undefined) trial.record(hasFailed);
      return unwrap(outcome);
    }
    return whenOver(outcome.reply, call.signal, (ending) => {
      if (ending !== 'cancelled') trial.record(ending === 'broken');
    });
  };
}

/** Whether an outcome speaks against a target; undefined: it says nothing, because the gateway or the client ended the call. */
function failure(outcome: Outcome): boolean | undefined {
  if ('reply' in outcome) return outcome.reply.status >= 400;
  const { code, traits } = outcome.error;
  return traits.recovery === 'stop' || code === 'overloaded' ? undefined : true;
}
