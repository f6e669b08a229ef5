import { errorClass, type ErrorClass } from '../error-class.ts';
import type { GatewayError } from '../errors.ts';
import type { Cost, Used } from '../ir/cost.ts';
import { Stopwatch } from './stopwatch.ts';

/** One attempt at a target, as the caller is told of it. */
export interface Attempt {
  /** Path of the target in the config. */
  readonly target: string;
  readonly provider: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds to the first content, or to the failure; undefined while neither has come. */
  ms: number | undefined;
  /** Of the provider's response; undefined where there was none. */
  status: number | undefined;
  /** `cancelled`: another target was faster, or nobody waits for the answer any more. */
  error: ErrorClass | 'cancelled' | undefined;
  /** Received so far, as the bytes came over the wire. */
  bytes: number;
  /** Request members that the target could not be sent. */
  dropped: readonly string[];
  /** What its answer used, as far as it has been seen, and what that cost. */
  used?: Used | undefined;
  /** What the provider has said so far of what it uses; for attempts whose answer goes to nobody. */
  said?: (() => Used | undefined) | undefined;
  cost?: Cost | undefined;
}

/** Characters of the list that is told; a call can have hundreds of attempts, and headers have limits. */
const LONGEST = 4096;

/** The books of a call: every attempt that is made for it, in order. */
export class Attempts {
  readonly #now: () => number;
  readonly #list: Attempt[] = [];
  /** So many attempts have been told of. */
  #told = 0;
  #hasNews = false;
  #break: GatewayError | undefined;
  /** How much of the call's time is the gateway's own. */
  readonly watch: Stopwatch;

  /** `now` gives milliseconds since the epoch; `precise` milliseconds with fractions, on any scale that only goes forward. */
  constructor(now: () => number, precise: () => number = now) {
    this.#now = now;
    this.watch = new Stopwatch(precise);
  }

  get list(): readonly Attempt[] {
    return this.#list;
  }

  /** The attempt whose answer is being passed on. */
  get answering(): Attempt | undefined {
    return this.#list.findLast(({ status, error }) => status !== undefined && error === undefined);
  }

  /** The attempt that was begun last. */
  get latest(): Attempt | undefined {
    return this.#list.at(-1);
  }

  begin(target: string, provider: string): Attempt {
    const startedAt = this.#now();
    const attempt: Attempt = { target, provider, startedAt, ms: undefined, status: undefined, error: undefined, bytes: 0, dropped: [] };
    this.#list.push(attempt);
    this.#hasNews = true;
    return attempt;
  }

  /** The attempt has an answer, or the first content of a streamed one. */
  answered(attempt: Attempt, { status, dropped }: { readonly status: number; readonly dropped: readonly string[] }): void {
    attempt.ms = this.#now() - attempt.startedAt;
    attempt.status = status;
    attempt.dropped = dropped;
  }

  failed(attempt: Attempt, error: GatewayError, isCancelled: boolean): void {
    attempt.ms = this.#now() - attempt.startedAt;
    attempt.error = isCancelled ? 'cancelled' : errorClass(error);
    if (error.code === 'upstream_error') attempt.status = error.status;
  }

  /**
   * The streamed answer that is being passed on has broken off. Hearing of the same break again means that another answer was to take it
   * up, but did not go on where it stopped.
   */
  brokeOff(error: GatewayError): void {
    const attempt = this.answering;
    if (attempt === undefined) return;
    attempt.error = error === this.#break ? 'cancelled' : errorClass(error);
    this.#break = error;
    this.#hasNews = true;
  }

  /** All attempts as compact JSON of printable ASCII; where they are too many the first are left out. */
  tell(): string {
    this.#hasNews = false;
    this.#told = this.#list.length;
    const entries: string[] = [];
    let length = 0;
    for (const attempt of this.#list.toReversed()) {
      const entry = this.#entry(attempt);
      length += entry.length + 1;
      if (length > LONGEST) break;
      entries.push(entry);
    }
    const omitted = this.#list.length - entries.length;
    if (omitted > 0) entries.push(JSON.stringify({ omitted }));
    return `[${entries.toReversed().join(',')}]`;
  }

  /** The same if anything has happened since it was told last, with what the attempts made since then could not be sent. */
  tellNews(): { readonly attempts: string; readonly dropped: readonly string[] } | undefined {
    if (!this.#hasNews) return undefined;
    const dropped = [...new Set(this.#list.slice(this.#told).flatMap((attempt) => attempt.dropped))];
    return { attempts: this.tell(), dropped };
  }

  /** An attempt that is still in progress when there is an answer has lost the race. */
  #entry({ target, provider, startedAt, status, bytes, ms, error }: Attempt): string {
    return JSON.stringify(
      ms === undefined
        ? { target, provider, status, error: 'cancelled', ms: this.#now() - startedAt, bytes }
        : { target, provider, status, error, ms, bytes },
    );
  }
}
