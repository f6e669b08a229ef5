import type { BreakerPolicy } from '../config/resolved.ts';
import { errorClass, type ErrorClass } from '../error-class.ts';
import type { Clock } from './clock.ts';
import { statusOf, type Outcome } from './outcome.ts';
import { retryAfter } from './retry-after.ts';

/** Milliseconds over which the failure rate is measured. */
const WINDOW = 60_000;
/** The longest that a provider's Retry-After keeps a key aside, in milliseconds. */
const LONGEST_COOLING = 60_000;

/** Failures of the provider, which the next call would meet too. */
const FAILURES: ReadonlySet<ErrorClass> = new Set<ErrorClass>(['server', 'overloaded', 'timeout', 'network', 'stream_break']);
/** The key itself is refused: trying it again soon is pointless. */
const REFUSALS: ReadonlySet<ErrorClass> = new Set<ErrorClass>(['auth', 'quota']);

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Keeps calls away from a target and credential that fail. After the cooldown one live call probes it; if that fails, the calls behind
 * it still have the other targets, and the next cooldown is longer.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #clock: Pick<Clock, 'now'>;
  #failuresInRow = 0;
  #window = { since: 0, requests: 0, failures: 0 };
  #openUntil = 0;
  /** Milliseconds for which it was opened last. */
  #opened = 0;
  #cooldown: number;
  #isProbing = false;
  #isTripped = false;

  constructor(policy: BreakerPolicy, clock: Pick<Clock, 'now'>) {
    this.#policy = policy;
    this.#clock = clock;
    this.#cooldown = policy.cooldown;
  }

  get state(): BreakerState {
    if (this.openFor > 0) return 'open';
    return this.#isTripped ? 'half-open' : 'closed';
  }

  /** Milliseconds for which it is still open. */
  get openFor(): number {
    const left = this.#openUntil - this.#clock.now();
    // The machine's clock may have been set back, which must keep nobody away for longer than was meant.
    return left > this.#opened ? 0 : Math.max(0, left);
  }

  /** It has opened on failures, and no call has yet shown that they are over. */
  get isTripped(): boolean {
    return this.#isTripped;
  }

  /** Whether a call may be sent; while one probes, others are kept away. */
  get isAvailable(): boolean {
    return this.state === 'closed' || (this.state === 'half-open' && !this.#isProbing);
  }

  /** A call begins. */
  begin(): void {
    if (this.state === 'half-open') this.#isProbing = true;
  }

  /** A call has ended with this outcome. */
  record(outcome: Outcome): void {
    const wasProbe = this.#isProbing;
    this.#isProbing = false;
    const verdict = this.#judge(outcome);
    if (verdict === 'none') return;
    this.#count(verdict !== 'success');
    if (verdict === 'success') this.#close();
    else if (verdict === 'refused') this.#open(this.#policy.longest);
    else if (verdict !== 'failure') this.#keepAway(verdict.cooling);
    else if (wasProbe || this.#isOverTheLine()) this.#trip();
  }

  #judge(outcome: Outcome): 'success' | 'failure' | 'refused' | 'none' | { readonly cooling: number } {
    const status = statusOf(outcome);
    if (this.#policy.statusCodes?.includes(status) === true) return 'failure';
    if ('reply' in outcome) return 'success';
    const { error } = outcome;
    if (error.traits.recovery === 'stop') return 'none';
    const kind = errorClass(error);
    if (REFUSALS.has(kind)) return 'refused';
    if (kind === 'rate_limit') return coolingOf(error.headers, this.#clock.now());
    if (this.#policy.statusCodes !== undefined && error.code === 'upstream_error') return 'success';
    // A request that the provider understood and refused shows that it works.
    return FAILURES.has(kind) ? 'failure' : 'success';
  }

  #count(isFailure: boolean): void {
    const now = this.#clock.now();
    if (now - this.#window.since > WINDOW) this.#window = { since: now, requests: 0, failures: 0 };
    this.#window.requests++;
    if (isFailure) this.#window.failures++;
    this.#failuresInRow = isFailure ? this.#failuresInRow + 1 : 0;
  }

  #isOverTheLine(): boolean {
    const { failures, percentage, minimumRequests } = this.#policy;
    if (this.#failuresInRow >= failures) return true;
    const share = (100 * this.#window.failures) / this.#window.requests;
    return percentage !== undefined && this.#window.requests >= minimumRequests && share >= percentage;
  }

  #trip(): void {
    const wasTripped = this.#isTripped;
    if (wasTripped) this.#cooldown = Math.min(this.#policy.longest, this.#cooldown * 2);
    this.#open(this.#cooldown);
  }

  #open(milliseconds: number): void {
    this.#isTripped = true;
    this.#keepAway(milliseconds);
  }

  #keepAway(milliseconds: number): void {
    this.#opened = milliseconds;
    this.#openUntil = this.#clock.now() + milliseconds;
  }

  #close(): void {
    this.#isTripped = false;
    this.#openUntil = 0;
    this.#cooldown = this.#policy.cooldown;
  }
}

/** A rate limit is no failure, but there is no use in asking before the time that the provider names. */
function coolingOf(headers: readonly string[], now: number): 'none' | { readonly cooling: number } {
  const wait = retryAfter(headers, now);
  return wait === undefined ? 'none' : { cooling: Math.min(wait, LONGEST_COOLING) };
}
