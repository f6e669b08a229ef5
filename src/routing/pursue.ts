import { GatewayError } from '../errors.ts';
import type { StreamBreak } from '../config/resolved.ts';
import type { Call, Handler, Reply } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import type { Member } from './member.ts';
import { discard, outcomeOf, unwrap, type Outcome } from './outcome.ts';
import { recoverable } from './recover.ts';

/** How a strategy pursues a call. */
export interface Tactics<M extends Member = Member> {
  /** The members to try for a call, in order; `random`, which gives numbers in [0, 1), makes the draws. */
  readonly order: (call: Call, random: () => number) => readonly M[] | Promise<readonly M[]>;
  /** Whether an outcome moves the call on to the next member. */
  readonly movesOn: (outcome: Outcome) => boolean;
  readonly onStreamBreak: StreamBreak;
  /** Milliseconds after which the second member is asked beside the first, though that one is not late; undefined: when it is. */
  readonly headStart?: ((first: M, call: Call) => number | undefined) | undefined;
}

/**
 * Tries members one after the other until one answers. A member whose first content takes longer than its patience is raced by the
 * next: the first content wins and the losers are cancelled. A stream that breaks after the commit is continued by the remaining members.
 */
export function pursue<M extends Member>(tactics: Tactics<M>, clock: Clock): Handler {
  return async (call) => {
    const members = await tactics.order(call, clock.random);
    const [only] = members;
    if (only === undefined) throw new Error('a strategy has at least one target');
    return members.length === 1 || call.upload !== undefined ? only.handler(call) : new Pursuit(members, call, { ...tactics, clock }).run();
  };
}

interface PursuitOptions<M extends Member> extends Tactics<M> {
  readonly clock: Clock;
}

/** A member that has been asked. */
interface Runner {
  readonly aborter: AbortController;
  /** Its first content took longer than its patience. */
  isLate: boolean;
  stopWaiting: () => void;
}

class Pursuit<M extends Member> {
  readonly #members: readonly M[];
  readonly #call: Call;
  readonly #options: PursuitOptions<M>;
  readonly #running = new Set<Runner>();
  #tried = 0;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(members: readonly M[], call: Call, options: PursuitOptions<M>) {
    this.#members = members;
    this.#call = call;
    this.#options = options;
  }

  async run(): Promise<Reply> {
    const outcome = new Promise<Outcome>((resolve) => (this.#settle = resolve));
    this.#startNext();
    return unwrap(await outcome);
  }

  #startNext(): void {
    const member = this.#members[this.#tried++] as M;
    const isFirst = this.#tried === 1;
    const isLast = this.#tried === this.#members.length;
    const runner: Runner = { aborter: linked(this.#call.signal), isLate: false, stopWaiting: () => {} };
    const headStart = isFirst && !isLast ? this.#options.headStart?.(member, this.#call) : undefined;
    const patience = isLast ? undefined : (headStart ?? member.patience(this.#call));
    if (patience !== undefined) {
      runner.stopWaiting = this.#options.clock.after(patience, () => {
        runner.isLate = headStart === undefined;
        this.#startNext();
      });
    }
    this.#running.add(runner);
    const { signal } = runner.aborter;
    const call = { ...this.#call, signal, recoverable: this.#call.recoverable || !isLast, isRaced: patience !== undefined };
    void outcomeOf(member.handler, call).then((outcome) => this.#ended(runner, outcome));
  }

  #ended(runner: Runner, outcome: Outcome): void {
    runner.stopWaiting();
    this.#running.delete(runner);
    if (this.#settle === undefined) return discard(outcome);
    if (!this.#options.movesOn(outcome)) return this.#finish(outcome);
    if (this.#tried < this.#members.length) {
      discard(outcome);
      this.#startNext();
    } else if (this.#running.size === 0) this.#finish(outcome);
    else discard(outcome);
  }

  #finish(outcome: Outcome): void {
    for (const { aborter, isLate, stopWaiting } of this.#running) {
      stopWaiting();
      // Only the member that was late has failed, not the one that was asked beside it a moment ago.
      aborter.abort(new GatewayError(isLate ? 'answer_too_slow' : 'outpaced', 'Another target answered first.'));
    }
    this.#settle?.(this.#withRecovery(outcome));
    this.#settle = undefined;
  }

  /** The remaining members stand by while a streamed answer runs. */
  #withRecovery(outcome: Outcome): Outcome {
    const rest = this.#members.slice(this.#tried);
    if ('error' in outcome || rest.length === 0 || this.#options.onStreamBreak !== 'resume') return outcome;
    const { body } = outcome.reply;
    if (body.kind !== 'events') return outcome;
    const standBy = pursue({ ...this.#options, headStart: undefined, order: () => rest }, this.#options.clock);
    const flow = recoverable(body.flow, (broken, delivered) => {
      this.#call.attempts.brokeOff(broken);
      return standBy({ ...this.#call, recoverable: true, delivered });
    });
    return { reply: { ...outcome.reply, body: { kind: 'events', flow } } };
  }
}

/** An abort controller that the call's own signal aborts too. */
function linked(signal: AbortSignal): AbortController {
  const aborter = new AbortController();
  if (signal.aborted) aborter.abort(signal.reason);
  else signal.addEventListener('abort', () => aborter.abort(signal.reason), { once: true });
  return aborter;
}
