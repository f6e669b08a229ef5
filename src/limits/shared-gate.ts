import type { Clock } from '../routing/clock.ts';
import { LEASE, type Claim, type CounterStore, type Grant } from '../stores/counters/counter-store.ts';
import type { Gate, Reason, Refusal, Standing, Verdict } from './gate.ts';
import { LocalGate } from './local-gate.ts';
import type { Period } from './period.ts';

/** What a gate is to keep, and how. */
export interface SharedRule {
  readonly counter: string;
  readonly limit: number;
  /** Milliseconds in which what was used is forgotten; undefined: it is not, before the period ends. */
  readonly window: number | undefined;
  readonly periodAt: (now: number) => Period;
  /** What is taken is given back whole: places for calls. */
  readonly isPlaces: boolean;
  /** What a process may hold beyond its needs, as a share of the limit. */
  readonly slack: number;
  /** What is refused that does not fit. A budget is `exhausted` only where nothing is left of it; the rest is waited for. */
  readonly reason: Extract<Reason, 'exhausted' | 'rate'>;
  /** While the store cannot be reached: nothing is let through, or whatever this process would by itself. */
  readonly onStoreError: 'open' | 'closed';
}

export interface SharedWorld {
  readonly store: CounterStore;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Makes a name that nobody has had. */
  readonly newHolder: () => string;
  /** Milliseconds after which the store counts as out of reach. */
  readonly timeout: number;
  /** Asks for a `tick` soon. */
  readonly wake: (gate: Gate) => void;
  /** Told when more is used than before. */
  readonly onUsed?: ((gate: SharedGate) => void) | undefined;
  /** Told when the store cannot be reached. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

/** Milliseconds for which an answer of the store is believed that says no. */
const FRESH = 250;
/** A lease is not used to its very end: the store may have begun to count it earlier. */
const USABLE = LEASE * 0.66;
/** How often a last report is tried. */
const TRIES = 5;
/** Milliseconds after which the store may have forgotten who a holder was. */
const REMEMBERED = 1_800_000;

/**
 * A bound that the processes of a gateway keep together: this one's part of it. Takes from a lease in hand without asking anybody; where
 * that is too small a larger one is asked for, and every now and then what was used is reported and what is not needed given back.
 */
export class SharedGate implements Gate {
  #limit: number;
  readonly rule: SharedRule;
  readonly #world: SharedWorld;
  #holder: string;
  #turn = 0;
  #period: Period = { start: -1, end: -1 };
  /** Taken by calls under way. */
  #reserved = 0;
  /** Used in the period by this holder, and how much of that the store knows. */
  #total = 0;
  #reported = 0;
  /** Used by all holders, as the store said last. */
  #known = 0;
  #lease = 0;
  #leaseUntil = 0;
  /** There was less than was asked for: until when that is believed. */
  #shortUntil = 0;
  /** Wanted by calls that wait for the next answer. */
  #wanted = 0;
  #pending: Promise<void> | undefined;
  #isSent = false;
  /** Places were given back since the store was asked. */
  #isReleased = false;
  #waiters: (() => void)[] = [];
  #reachedAt = 0;
  #isDown = false;
  #isBusy = false;
  /** Keeps a rate in this process while the store cannot be reached. */
  readonly #fallback: LocalGate | undefined;

  constructor(rule: SharedRule, world: SharedWorld) {
    this.rule = rule;
    this.#limit = rule.limit;
    this.#world = world;
    this.#holder = world.newHolder();
    if (rule.onStoreError === 'open' && rule.window !== undefined) this.#fallback = new LocalGate(rule.limit, rule.window);
  }

  get limit(): number {
    return this.#limit;
  }

  /** What is in hand was given out under the limit before. */
  set limit(limit: number) {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#leaseUntil = 0;
    this.#shortUntil = 0;
  }

  check(amount: number, now: number): Verdict {
    this.#enter(now);
    const needed = this.#fitting(amount);
    if (this.limit > 0 && needed <= this.#room(now)) return 'free';
    if (this.#isDown) return this.#withoutStore(amount, now);
    if (!this.#isShort(now)) return 'later';
    if (this.rule.reason === 'rate' || this.used >= this.limit) return this.#refusal(needed, now);
    // The last of a budget goes to one call, though it may need more.
    return this.#reserved === 0 && this.#room(now) > 0 ? 'free' : 'later';
  }

  take(amount: number, now: number): number {
    const taken = this.#fitting(amount);
    this.#reserved += taken;
    this.#touch();
    if (this.#isDown) this.#fallback?.settle(this.#fallback.take(amount), amount, now);
    return taken;
  }

  async improve(amount: number, signal: AbortSignal): Promise<void> {
    const needed = this.#fitting(amount);
    if (this.#isShort(this.#world.clock.now())) return this.#change(signal);
    // What is being answered was not asked for this call: it asks again if that is no help.
    if (this.#isSent) return this.#pending;
    this.#wanted += needed;
    await this.#ask();
  }

  giveUp(amount: number, now: number): Refusal {
    const refusal = this.#refusal(this.#fitting(amount), now);
    return refusal.reason === 'exhausted' ? { reason: 'reserved', retryAfter: 1_000 } : refusal;
  }

  settle(taken: number, used: number, now: number): void {
    this.#enter(now);
    this.#reserved -= taken;
    this.#total += used;
    this.#touch();
    this.#tellChange();
    if (used > 0) this.#world.onUsed?.(this);
    // Places are wanted elsewhere at once.
    if (this.rule.isPlaces && this.#isSent) this.#isReleased = true;
    else if (this.rule.isPlaces && !this.#isDown) void this.#ask();
  }

  standing(now: number): Standing {
    this.#enter(now);
    const remaining = Math.max(0, this.limit - this.used - this.#reserved);
    const { window } = this.rule;
    const draining = window === undefined || this.limit <= 0 ? undefined : now + ((this.limit - remaining) * window) / this.limit;
    return { limit: this.limit, remaining: Math.floor(remaining), resetsAt: this.#period.end === Infinity ? draining : this.#period.end };
  }

  tick(now: number): boolean {
    this.#enter(now);
    const isBusy = this.#isBusy || this.#reserved > 0;
    this.#isBusy = false;
    const isSettled = this.#total === this.#reported && (this.#lease === 0 || this.#leaseUntil <= now);
    if (isBusy || !isSettled) void this.#ask(isBusy);
    return isBusy || !isSettled;
  }

  /** Used in this period by all holders, as far as this process knows. */
  get used(): number {
    return this.#known + this.#total - this.#reported;
  }

  get period(): Period {
    return this.#period;
  }

  get reserved(): number {
    return this.#reserved;
  }

  /** Reports what was used and gives back what is not needed now, if there is any of either. */
  async flush(): Promise<void> {
    await this.#pending;
    for (let tries = 0; tries < TRIES && (this.#total !== this.#reported || this.#lease > 0); tries++) await this.#ask(false);
  }

  /** The same, and hears how the counter stands. */
  async report(): Promise<void> {
    await this.#pending;
    await this.#ask(false);
  }

  #enter(now: number): void {
    if (now < this.#period.end) return;
    this.#begin(this.rule.periodAt(now));
  }

  /** What calls under way will have used counts in the period that they end in. */
  #begin(period: Period): void {
    this.#period = period;
    this.#total = 0;
    this.#reported = 0;
    this.#known = 0;
    this.#lease = 0;
    this.#shortUntil = 0;
  }

  #fitting(amount: number): number {
    return this.rule.reason === 'rate' ? Math.min(amount, this.limit) : Math.max(1, amount);
  }

  #room(now: number): number {
    return now < this.#leaseUntil ? this.#lease - this.#reserved - (this.#total - this.#reported) : 0;
  }

  /** A store that is out of reach is asked again by the next ticks. */
  #withoutStore(amount: number, now: number): Verdict {
    this.#touch();
    const { onStoreError, isPlaces } = this.rule;
    if (this.used >= this.limit && !isPlaces && this.#fallback === undefined) return this.#refusal(amount, now);
    if (onStoreError === 'closed') return { reason: 'unavailable', retryAfter: 1_000 };
    if (isPlaces) return this.#reserved + amount <= this.limit ? 'free' : this.#refusal(amount, now);
    if (this.#fallback === undefined) return 'free';
    this.#fallback.limit = this.limit;
    return this.#fallback.check(amount, now);
  }

  #refusal(needed: number, now: number): Refusal {
    const { reason, window } = this.rule;
    if (reason === 'exhausted') return { reason, retryAfter: this.#period.end === Infinity ? undefined : this.#period.end - now };
    const lacking = needed - this.#room(now);
    const retryAfter = window === undefined || this.limit <= 0 ? undefined : Math.max(1, Math.ceil((lacking * window) / this.limit));
    return { reason, retryAfter };
  }

  /** What was given back while the store was being asked goes back to it, once those who waited have taken theirs. */
  #release(): void {
    this.#isReleased = false;
    this.#world.clock.after(1, () => {
      if (this.#lease > this.#reserved && !this.#isDown) void this.#ask();
    });
  }

  #touch(): void {
    this.#isBusy = true;
    this.#world.wake(this);
  }

  /** Whoever asks in the same turn asks together. */
  #ask(mayKeep = true): Promise<void> {
    return (this.#pending ??= Promise.resolve().then(() => this.#exchange(mayKeep)));
  }

  async #exchange(mayKeep: boolean): Promise<void> {
    const sentAt = this.#world.clock.now();
    const need = this.#reserved + this.#wanted;
    const claim = this.#claim(need, mayKeep, sentAt);
    this.#wanted = 0;
    this.#isSent = true;
    // Whatever the answer: the lease may be as small as what is asked for.
    this.#lease = Math.min(this.#lease, need);
    try {
      const [grant] = await inTime(this.#world.store.exchange([claim]), this.#world);
      this.#learn(claim, grant as Grant, sentAt);
      this.#isDown = false;
    } catch (error) {
      if (!this.#isDown) this.#world.onTrouble?.(error);
      this.#isDown = true;
    }
    this.#pending = undefined;
    this.#isSent = false;
    if (this.#isDown || this.#lease > 0) this.#world.wake(this);
    if (this.#isReleased) this.#release();
    this.#tellChange();
  }

  #claim(need: number, mayKeep: boolean, now: number): Claim {
    this.#enter(now);
    if (now - this.#reachedAt > REMEMBERED && this.#reported > 0) {
      this.#holder = this.#world.newHolder();
      this.#turn = 0;
      this.#total -= this.#reported;
      this.#reported = 0;
    }
    return {
      counter: this.rule.counter,
      period: this.#period.start,
      ends: this.#period.end === Infinity ? undefined : this.#period.end,
      limit: this.limit,
      window: this.rule.window,
      isLasting: this.rule.reason === 'exhausted',
      holder: this.#holder,
      turn: ++this.#turn,
      used: this.#total,
      need,
      slack: mayKeep ? Math.floor(this.limit * this.rule.slack) : 0,
    };
  }

  #learn(claim: Claim, grant: Grant, sentAt: number): void {
    this.#reachedAt = sentAt;
    if (claim.period !== this.#period.start) return;
    if (grant.period > claim.period) this.#restart(claim, grant);
    else this.#reported = claim.used;
    this.#known = grant.used;
    this.#lease = grant.lease;
    this.#leaseUntil = claim.limit === this.#limit ? sentAt + USABLE : 0;
    this.#shortUntil = grant.lease < claim.need && claim.limit === this.#limit ? this.#world.clock.now() + this.#freshness : 0;
    this.#world.onUsed?.(this);
  }

  /** The store has just said that there is no more; not where the machine's clock was set back since. */
  #isShort(now: number): boolean {
    const left = this.#shortUntil - now;
    return left > 0 && left <= this.#freshness;
  }

  /** Milliseconds after which there may be more: places come and go. */
  get #freshness(): number {
    if (this.rule.isPlaces) return FRESH / 10;
    return this.rule.window === undefined ? FRESH : Math.min(FRESH, this.rule.window / Math.max(1, this.limit));
  }

  /** Somebody has set the counter back: what was reported is forgotten, what came since counts anew. */
  #restart(claim: Claim, grant: Grant): void {
    this.#period = { start: grant.period, end: this.#period.end };
    this.#total -= claim.used;
    this.#reported = 0;
  }

  /** Waits until something was given back, here or (for all one knows) elsewhere. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const stop = this.#world.clock.after(FRESH, done);
      signal.addEventListener('abort', done);
      this.#waiters.push(done);
    });
  }

  #tellChange(): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }
}

/** How many times the wait for a store begins anew because this process was too busy to hear it. */
const EXCUSES = 5;

/** Rejects where the store takes too long: a call must not wait for it. */
function inTime<T>(answer: Promise<T>, { clock, timeout }: SharedWorld): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let stop = (): void => {};
    const wait = (excuses: number): void => {
      const since = clock.now();
      stop = clock.after(timeout, () => {
        // A timer that comes late says that this process was busy: the answer may be there, and has not been read.
        if (excuses > 0 && clock.now() - since > timeout * 1.2) return wait(excuses - 1);
        reject(new Error(`The store of counters did not answer within ${timeout} ms.`));
      });
    };
    wait(EXCUSES);
    answer.then(resolve, reject).finally(() => stop());
  });
}
