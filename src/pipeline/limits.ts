import type { AccountUse } from '../config/saved.ts';
import type { TargetNode } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import type { Usage } from '../ir/events.ts';
import { together, type Amounts, type Expectation } from '../limits/amounts.ts';
import { boundsOf, type Bound } from '../limits/bound.ts';
import type { Limiter } from '../limits/engine.ts';
import { Estimator, type Estimate } from '../limits/estimate.ts';
import { limitHeaders, type HeaderStyle } from '../limits/headers.ts';
import { boundsOfPolicies, type Policy } from '../limits/policies.ts';
import type { Ticket } from '../limits/ticket.ts';
import { amountsOfAttempt, answerOf, promptOf, usdOf, type Pricing } from './amounts.ts';
import type { Attempt, Attempts } from './attempts.ts';
import type { Caller } from './caller.ts';
import { factsOf, modelAt } from './facts.ts';
import type { Outcome } from './outcome.ts';
import type { Call, Reply, Step } from './step.ts';

/** Policies that hold in a workspace: for calls as a whole, and for their attempts at targets. */
export interface PoliciesOf {
  readonly calls: readonly Policy[];
  readonly targets: readonly Policy[];
}

export interface LimitsOptions {
  readonly limiter: Limiter;
  readonly policiesIn: (workspace: string) => PoliciesOf;
  /** The workspace of calls whose caller is unknown. */
  readonly defaultWorkspace: string;
  readonly pricing: Pricing;
  /** Whether budgets that do not say otherwise refuse calls whose price is unknown. */
  readonly refuseUnpriced: boolean;
}

/** Lets an attempt at a target begin, or rejects with the limit that stands in its way. */
export type Admit = (call: Call, node: TargetNode) => Promise<Admission | undefined> | undefined;

/** An attempt that was let in. */
export interface Admission {
  /** Which one it is, once it has begun. */
  begun(attempt: Attempt | undefined): void;
  /** It failed before anything of its answer was passed on. */
  failed(): void;
}

/** What a call holds until it is over. */
interface Booking {
  readonly ticket: Ticket | undefined;
  readonly model: string | undefined;
  readonly estimate: Estimate;
  readonly refusesUnpriced: boolean;
  readonly attempts: { readonly ticket: Ticket; readonly node: TargetNode; attempt: Attempt | undefined }[];
}

/**
 * Keeps the limits of calls: those of the caller, and of policies, before anything is tried; those of targets, and of policies about
 * targets, before each attempt, so that a call may go on to the next target. What was reserved is settled when the call is over.
 */
export class Limits {
  readonly #options: LimitsOptions;
  readonly #estimator = new Estimator();
  readonly #ofCallers = new WeakMap<Caller, readonly Bound[]>();
  readonly #ofAccounts = new WeakMap<AccountUse, readonly Bound[]>();
  /** By the books of a call, which all its copies share. */
  readonly #bookings = new WeakMap<Attempts, Booking>();

  constructor(options: LimitsOptions) {
    this.#options = options;
  }

  /** The step of calls as a whole. */
  readonly step: Step = (next) => (call) => {
    const bounds = this.#boundsOfCall(call);
    return bounds.length === 0 ? next(call) : this.#limited(call, bounds, next);
  };

  /** Hears when calls are over. */
  readonly observer = (call: Call, outcome: Pick<Outcome, 'ending'>): void => {
    const booking = this.#bookings.get(call.attempts);
    if (booking === undefined) return;
    this.#bookings.delete(call.attempts);
    const cost = (attempt: Attempt): Amounts => amountsOfAttempt(attempt, call, { ...booking, pricing: this.#options.pricing });
    let sum: Amounts = { tokens: 0, cost: 0 };
    for (const attempt of call.attempts.list) {
      sum = together(sum, cost(attempt));
      if (attempt.used !== undefined && attempt.error === undefined && outcome.ending === 'whole')
        this.#learn(call, booking.model, attempt.used.usage);
    }
    booking.ticket?.settle(sum);
    for (const { ticket, attempt } of booking.attempts) ticket.settle(attempt === undefined ? { tokens: 0, cost: 0 } : cost(attempt));
  };

  /** The limits of targets; undefined where a target has none. */
  readonly admit: Admit = (call, node) => {
    const bounds = this.#boundsOfTarget(call, node);
    const refusesUnpriced = this.#bookings.get(call.attempts)?.refusesUnpriced === true || this.#refuseUnpriced(bounds);
    return bounds.length === 0 && !refusesUnpriced ? undefined : this.#admit(call, node, { bounds, refusesUnpriced });
  };

  async #limited(call: Call, bounds: readonly Bound[], next: (call: Call) => Promise<Reply>): Promise<Reply> {
    const { limiter, pricing } = this.#options;
    if (hasCost(bounds)) await pricing.load();
    const model = modelAt(call, undefined);
    const estimate = this.#estimate(call, model);
    const style = styleOf(call);
    const expected = expectation(estimate, hasCost(bounds) ? dearest(call, estimate, pricing) : 0);
    const ticket = await limiter.admit(bounds, expected, { signal: call.signal, style });
    this.#bookings.set(call.attempts, { ticket, model, estimate, refusesUnpriced: this.#refuseUnpriced(bounds), attempts: [] });
    const told = limitHeaders(ticket.held, limiter.now(), style);
    call.notes.limits = told;
    try {
      const reply = await next(call);
      return { ...reply, headers: without(reply.headers, told) };
    } catch (error) {
      // What stands in the way tells of itself.
      if (error instanceof GatewayError) call.notes.limits = without(told, error.headers);
      throw error;
    }
  }

  async #admit(call: Call, node: TargetNode, { bounds, refusesUnpriced }: AtTarget): Promise<Admission | undefined> {
    const { limiter, pricing } = this.#options;
    if (refusesUnpriced || hasCost(bounds)) await pricing.load();
    const model = modelAt(call, node);
    const estimate = this.#estimate(call, model);
    const cost = usdOf(estimate, pricing.priceOf(call, node));
    if (refusesUnpriced && cost === undefined && usesTokens(call)) throw unpriced(node, model);
    if (bounds.length === 0) return undefined;
    const ticket = await limiter.admit(bounds, expectation(estimate, cost ?? 0), { signal: call.signal, style: styleOf(call) });
    if (call.signal.aborted) {
      ticket.settle({ tokens: 0, cost: 0 });
      throw call.signal.reason instanceof GatewayError
        ? call.signal.reason
        : new GatewayError('client_closed', 'The client closed the connection before the answer.');
    }
    const booking = this.#bookingOf(call, model, estimate);
    const own = { ticket, node, attempt: undefined as Attempt | undefined };
    booking.attempts.push(own);
    return {
      begun: (attempt) => void (own.attempt = attempt),
      failed: () => {
        const nothing = { tokens: 0, cost: 0 };
        ticket.settle(own.attempt === undefined ? nothing : amountsOfAttempt(own.attempt, call, { estimate, pricing }));
      },
    };
  }

  #bookingOf(call: Call, model: string | undefined, estimate: Estimate): Booking {
    let booking = this.#bookings.get(call.attempts);
    if (booking === undefined)
      this.#bookings.set(call.attempts, (booking = { ticket: undefined, model, estimate, refusesUnpriced: false, attempts: [] }));
    return booking;
  }

  #boundsOfCall(call: Call): readonly Bound[] {
    const { caller } = call.notes;
    // To ask how a batch is doing, or what models there are, uses nothing.
    if (call.method === 'GET') return NONE;
    const own = caller === undefined ? NONE : this.#boundsOfCaller(caller);
    const policies = this.#policiesFor(call).calls;
    return policies.length === 0 ? own : [...own, ...boundsOfPolicies(policies, factsOf(call, undefined, this.#options.defaultWorkspace))];
  }

  #boundsOfCaller(caller: Caller): readonly Bound[] {
    let bounds = this.#ofCallers.get(caller);
    if (bounds === undefined) this.#ofCallers.set(caller, (bounds = boundsOf(caller, { kind: 'api_key', id: caller.keyId ?? '', group: undefined })));
    return bounds;
  }

  #boundsOfTarget(call: Call, node: TargetNode): readonly Bound[] {
    if (call.method === 'GET') return NONE;
    const own = node.account === undefined ? NONE : this.#boundsOfAccount(node.account);
    const policies = this.#policiesFor(call).targets;
    return policies.length === 0 ? own : [...own, ...boundsOfPolicies(policies, factsOf(call, node, this.#options.defaultWorkspace))];
  }

  #boundsOfAccount(account: AccountUse): readonly Bound[] {
    let bounds = this.#ofAccounts.get(account);
    if (bounds === undefined) this.#ofAccounts.set(account, (bounds = boundsOf(account, { kind: 'provider', id: account.id, group: undefined })));
    return bounds;
  }

  #policiesFor({ notes }: Call): PoliciesOf {
    return this.#options.policiesIn(notes.caller?.workspace ?? this.#options.defaultWorkspace);
  }

  #refuseUnpriced(bounds: readonly Bound[]): boolean {
    return bounds.some(({ type, unpriced: own }) => type === 'cost' && (own === undefined ? this.#options.refuseUnpriced : own === 'refuse'));
  }

  #learn(call: Call, model: string | undefined, usage: Usage): void {
    this.#estimator.learn({ bytes: call.body.length, json: call.json, model }, { input: promptOf(usage), output: answerOf(usage) });
  }

  #estimate(call: Call, model: string | undefined): Estimate {
    if (!usesTokens(call)) return { input: 0, output: 0 };
    return this.#estimator.estimate({ bytes: call.body.length, json: call.json, model, hasAnswer: call.endpoint.kind === 'chat' });
  }
}

/** How many times the first calls to a model reserve of budgets what they seem to need. */
const FIRST_CAUTION = 2;

function expectation({ input, output, isFirst }: Estimate, cost: number): Expectation {
  return { tokens: input + output, cost, caution: isFirst === true ? FIRST_CAUTION : 1 };
}

interface AtTarget {
  readonly bounds: readonly Bound[];
  readonly refusesUnpriced: boolean;
}

const NONE: readonly Bound[] = [];

function hasCost(bounds: readonly Bound[]): boolean {
  return bounds.some(({ type }) => type === 'cost');
}

function usesTokens({ endpoint }: Call): boolean {
  return endpoint.kind !== 'count' && endpoint.kind !== 'models';
}

/** What the dearest of a config's targets would ask. */
function dearest(call: Call, estimate: Estimate, pricing: Pricing): number {
  let most = 0;
  for (const node of pricing.targetsOf(call)) most = Math.max(most, usdOf(estimate, pricing.priceOf(call, node)) ?? 0);
  return most;
}

function unpriced(node: TargetNode, model: string | undefined): GatewayError {
  const where = node.account?.id ?? node.provider;
  const message = `The price of ${model ?? 'the model'} at ${where} is unknown, and a budget of this call refuses such models.`;
  return new GatewayError('model_unpriced', message, { param: 'model' });
}

function styleOf({ endpoint }: Call): HeaderStyle {
  return endpoint.kind === 'chat' && endpoint.dialect.id === 'anthropic-messages' ? 'messages' : 'common';
}

/** Headers (flat pairs) without those that others say too: a provider tells of its own limits under the same names as the gateway. */
function without(headers: readonly string[], others: readonly string[]): readonly string[] {
  const isSaid = (index: number): boolean => others.includes((headers[index - (index % 2)] as string).toLowerCase());
  for (let index = 0; index < headers.length; index += 2) if (isSaid(index)) return headers.filter((_, at) => !isSaid(at));
  return headers;
}
