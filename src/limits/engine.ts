import { GatewayError } from '../errors.ts';
import type { Clock } from '../routing/clock.ts';
import type { CounterStore } from '../stores/counters/counter-store.ts';
import { reserveOf, type Expectation } from './amounts.ts';
import type { Bound } from './bound.ts';
import type { Gate, Refusal, Standing } from './gate.ts';
import { limitHeaders, type HeaderStyle } from './headers.ts';
import { LocalGate } from './local-gate.ts';
import { periodAt } from './period.ts';
import { refusalError } from './refusal.ts';
import { SharedGate, type SharedRule, type SharedWorld } from './shared-gate.ts';
import { Ticket, type Held } from './ticket.ts';

/** What becomes of calls whose limits cannot be checked. */
export type OnStoreError = 'open' | 'closed';

export interface EngineOptions {
  /** Where budgets are kept. */
  readonly budgets: CounterStore;
  /** Where rates, and calls at once, are kept with other processes; undefined: this process keeps its own. */
  readonly rates: CounterStore | undefined;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** A name that no other process has, nor had. */
  readonly process: string;
  readonly onStoreError: { readonly budgets: OnStoreError; readonly rates: OnStoreError };
  /** Milliseconds after which a store counts as out of reach. */
  readonly timeout: number;
  /** Milliseconds that a call waits for calls under way to release what they have reserved of a budget. */
  readonly patience: number;
  /** Told that a share of a budget is used up. */
  readonly onAlert: (alert: Alert) => void;
  readonly onTrouble: (error: unknown) => void;
}

export interface AdmitOptions {
  /** Aborts when nobody waits for the call any more. */
  readonly signal: AbortSignal;
  /** Of the headers that a refusal carries. */
  readonly style?: HeaderStyle | undefined;
}

/** A threshold of a budget that was passed. */
export interface Alert {
  readonly bound: Bound;
  /** Share of the limit, 0 to 1. */
  readonly threshold: number;
  /** In units of the bound. */
  readonly used: number;
  /** Milliseconds since the epoch; Infinity: never. */
  readonly period: { readonly start: number; readonly end: number };
}

/** How often a limit has stood in the way of calls. */
export interface RefusalCount {
  readonly limit: string;
  readonly kind: Bound['kind'];
  readonly isShadow: boolean;
  count: number;
}

/** Limits whose refusals are counted one by one. */
const MOST_COUNTED = 1_000;
/** Milliseconds between reports to the stores. */
const TICK = 500;
/** Gates beyond which those are forgotten that have nothing to remember. */
const MANY = 10_000;

interface Watched {
  bound: Bound;
  /** The period whose thresholds have been looked at, and how many of them have been passed. */
  period: number;
  passed: number;
}

/** Keeps all limits: lets calls in, or says which limit is in their way, and settles what they used. */
export class Limiter {
  readonly #options: EngineOptions;
  readonly #gates = new Map<string, Gate>();
  readonly #watched = new WeakMap<SharedGate, Watched>();
  readonly #awake = new Set<Gate>();
  #stopTicking: (() => void) | undefined;
  readonly #refusals = new Map<string, RefusalCount>();
  #holders = 0;
  #swept = 0;
  #isClosed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** Lets a call in under all of its bounds, or under none: then it rejects with what stands in its way. */
  async admit(bounds: readonly Bound[], expected: Expectation, { signal, style = 'common' }: AdmitOptions): Promise<Ticket> {
    const { clock, patience } = this.#options;
    const held = bounds.map((bound) => ({ bound, gate: this.#gateOf(bound), amount: reserveOf(bound, expected) }));
    const startedAt = clock.now();
    for (;;) {
      const now = clock.now();
      const obstacle = this.#obstacle(held, now - startedAt >= patience, now);
      if (obstacle === undefined) return this.#take(held, now);
      const { bound, gate, refusal } = obstacle;
      if (refusal !== undefined) {
        this.#note(bound);
        throw refusalError({ bound, refusal }, gate.standing(now), limitHeaders(held, now, style));
      }
      await gate.improve(obstacle.amount, signal);
      if (signal.aborted)
        throw signal.reason instanceof GatewayError
          ? signal.reason
          : new GatewayError('client_closed', 'The client closed the connection before the answer.');
    }
  }

  /** What has been refused, or would have been, since this process began. */
  get refusals(): readonly RefusalCount[] {
    return [...this.#refusals.values()];
  }

  #note({ id, kind, isShadow }: Bound): void {
    const known = this.#refusals.get(id);
    if (known !== undefined) known.count++;
    else if (this.#refusals.size < MOST_COUNTED) this.#refusals.set(id, { limit: id, kind, isShadow, count: 1 });
  }

  now(): number {
    return this.#options.clock.now();
  }

  /** How bounds stand, as this process knows. */
  standings(bounds: readonly Bound[]): readonly Standing[] {
    return bounds.map((bound) => this.#gateOf(bound).standing(this.now()));
  }

  /** Whether one of some budgets is used up, as far as this process knows. */
  isExhausted(bounds: readonly Bound[]): boolean {
    const now = this.now();
    return bounds.some(({ kind, counter }) => {
      const gate = kind === 'budget' ? this.#gates.get(counter) : undefined;
      return gate instanceof SharedGate && gate.standing(now).remaining === 0 && gate.used >= gate.limit;
    });
  }

  /** Reports what this process used, and hears how the counters stand whose names begin so. */
  async report(prefix: string): Promise<void> {
    const named = [...this.#gates.entries()].filter(([counter]) => counter.startsWith(prefix)).map(([, gate]) => gate);
    await Promise.all(named.filter((gate) => gate instanceof SharedGate).map((gate) => gate.report()));
  }

  /** Reports everything; for the end of the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTicking?.();
    const shared = [...this.#gates.values()].filter((gate) => gate instanceof SharedGate);
    await Promise.all(shared.map((gate) => gate.flush()));
  }

  #obstacle(held: readonly Wanted[], isLate: boolean, now: number): (Wanted & { readonly refusal?: Refusal }) | undefined {
    let unclear: Wanted | undefined;
    for (const wanted of held) {
      const verdict = wanted.gate.check(wanted.amount, now);
      if (verdict === 'free') continue;
      if (wanted.bound.isShadow) {
        // A shadow holds nobody up: what it does not know yet it will know for the next call.
        if (verdict === 'later') void wanted.gate.improve(wanted.amount, new AbortController().signal);
        wanted.isOver = verdict !== 'later';
        wanted.isSkipped = true;
      } else if (verdict !== 'later') return { ...wanted, refusal: verdict };
      else if (isLate) return { ...wanted, refusal: wanted.gate.giveUp(wanted.amount, now) };
      else unclear ??= wanted;
    }
    return unclear;
  }

  #take(held: readonly Wanted[], now: number): Ticket {
    const taken: Held[] = [];
    for (const { bound, gate, amount, isSkipped, isOver } of held) {
      const part = isSkipped === true ? 0 : gate.take(amount, now);
      if (isOver === true) this.#note(bound);
      // Requests are known at once.
      if (bound.type === 'requests' && isSkipped !== true) gate.settle(part, 1, now);
      taken.push({
        bound,
        gate,
        taken: bound.type === 'requests' ? 0 : part,
        isOver: isOver === true,
        isOpen: bound.type !== 'requests' && isSkipped !== true,
      });
    }
    return new Ticket(taken, this.#options.clock.now);
  }

  #gateOf(bound: Bound): Gate {
    let gate = this.#gates.get(bound.counter);
    if (gate === undefined) this.#gates.set(bound.counter, (gate = this.#newGate(bound)));
    gate.limit = bound.limit;
    if (bound.alerts.length > 0 && gate instanceof SharedGate) this.#watch(gate, bound);
    return gate;
  }

  #watch(gate: SharedGate, bound: Bound): void {
    const watched = this.#watched.get(gate);
    if (watched === undefined) this.#watched.set(gate, { bound, period: NaN, passed: 0 });
    else if (watched.bound !== bound) {
      // Whoever hears of alerts knows which of them have been told.
      if (!isEqual(watched.bound.alerts, bound.alerts)) watched.passed = 0;
      watched.bound = bound;
    }
  }

  #newGate(bound: Bound): Gate {
    if (this.#gates.size >= this.#swept + MANY) this.#sweep();
    const { budgets, rates } = this.#options;
    if (bound.kind === 'budget') return this.#sharedGate(bound, budgets);
    if (rates !== undefined) return this.#sharedGate(bound, rates);
    return new LocalGate(bound.limit, bound.window);
  }

  #sharedGate(bound: Bound, store: CounterStore): SharedGate {
    const { clock, timeout, process, onTrouble, onStoreError } = this.#options;
    const world: SharedWorld = {
      store,
      clock,
      timeout,
      newHolder: () => `${process}.${++this.#holders}`,
      wake: (gate) => this.#wake(gate),
      onTrouble,
      onUsed: (gate) => this.#lookAtThresholds(gate),
    };
    return new SharedGate(ruleOf(bound, bound.kind === 'budget' ? onStoreError.budgets : onStoreError.rates), world);
  }

  #lookAtThresholds(gate: SharedGate): void {
    const watched = this.#watched.get(gate);
    if (watched === undefined) return;
    const { bound } = watched;
    if (watched.period !== gate.period.start) Object.assign(watched, { period: gate.period.start, passed: 0 });
    const { alerts } = bound;
    for (let next = alerts[watched.passed]; next !== undefined && gate.used >= next * gate.limit; next = alerts[watched.passed]) {
      watched.passed++;
      this.#options.onAlert({ bound, threshold: next, used: gate.used, period: gate.period });
    }
  }

  #wake(gate: Gate): void {
    if (this.#isClosed) return;
    this.#awake.add(gate);
    this.#stopTicking ??= this.#options.clock.after(TICK, () => this.#tick());
  }

  #tick(): void {
    this.#stopTicking = undefined;
    const now = this.#options.clock.now();
    for (const gate of this.#awake) if (!gate.tick(now)) this.#awake.delete(gate);
    if (this.#awake.size > 0) this.#stopTicking ??= this.#options.clock.after(TICK, () => this.#tick());
  }

  #sweep(): void {
    const now = this.#options.clock.now();
    for (const [counter, gate] of this.#gates) if (!this.#awake.has(gate) && !gate.tick(now)) this.#gates.delete(counter);
    this.#swept = this.#gates.size;
  }
}

function isEqual(one: readonly number[], other: readonly number[]): boolean {
  return one === other || (one.length === other.length && one.every((value, index) => value === other[index]));
}

interface Wanted {
  readonly bound: Bound;
  readonly gate: Gate;
  readonly amount: number;
  /** Of a shadow: nothing is taken, because nothing could be had. */
  isSkipped?: boolean;
  isOver?: boolean;
}

/** Share of a budget, and of a rate, that a process may hold in reserve. */
const SLACK = { budget: 1, rate: 0.02 };

function ruleOf(bound: Bound, onStoreError: OnStoreError): SharedRule {
  const isBudget = bound.kind === 'budget';
  const isPlaces = bound.type === 'concurrency';
  return {
    counter: bound.counter,
    limit: bound.limit,
    window: bound.window,
    periodAt: (now) => periodAt(bound.reset, now),
    isPlaces,
    slack: isPlaces ? 0 : SLACK[bound.kind],
    reason: isBudget ? 'exhausted' : 'rate',
    onStoreError,
  };
}
