import { accountOf, showAccount, upstreamOf } from './attempt/account.ts';
import { attempter, leafHandler, type Attempt, type AttemptOptions } from './attempt/attempter.ts';
import { lostBilling, sellerOf } from './attempt/bill.ts';
import { cacheIdentityOf } from './attempt/cache-identity.ts';
import { embedder } from './attempt/embed-text.ts';
import { explainPolicy } from './attempt/explain-policy.ts';
import { explainRequests } from './attempt/explain.ts';
import { callerKey } from './attempt/headers.ts';
import { joiner } from './attempt/target.ts';
import { describeProblems } from './config/problems.ts';
import type { ResolvedConfig, StrategyNode, TargetNode } from './config/resolved.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import type { JsonObject } from './ir/json.ts';
import type { PriceBook } from './models/price-book.ts';
import { pricesOf } from './models/prices.ts';
import { refusalOf } from './pipeline/allow.ts';
import type { Cache } from './pipeline/cache.ts';
import type { Admission, Admit } from './pipeline/limits.ts';
import { pipeline, type Call, type Handler, type Reply, type Step } from './pipeline/step.ts';
import type { Breaker } from './routing/breaker.ts';
import type { Clock } from './routing/clock.ts';
import { explainGroup } from './routing/explain-group.ts';
import { watched, type Health } from './routing/health.ts';
import type { Member } from './routing/member.ts';
import { patienceOf } from './routing/patience.ts';
import { retry } from './routing/retry.ts';
import { sizeOf } from './routing/size.ts';
import { limited } from './routing/slots.ts';
import { strategyOver, type StrategyTools } from './routing/strategies.ts';
import type { Traffic } from './routing/traffic.ts';
import { log } from './telemetry/log.ts';

/** What configs are carried out with. */
export interface PlanOptions extends AttemptOptions {
  readonly clock: Clock;
  /** What is known of targets and credentials from earlier calls. */
  readonly health: Health;
  /** Calls in progress, and how recent ones went. */
  readonly traffic: Traffic;
  readonly prices: PriceBook;
  /** Undefined: targets have no limits. */
  readonly admit?: Admit | undefined;
  /** Undefined: no answers are kept. */
  readonly cache?: Cache | undefined;
  /** Whether configs may rehearse faults. */
  readonly faults?: boolean | undefined;
}

/** Turns a resolved config into what handles and explains its calls: strategies over targets over attempts, nested as in the config. */
export function planner(options: PlanOptions): (config: ResolvedConfig) => Pick<Member, 'handler' | 'explain'> {
  const attempt = attempter(options);
  const tools: StrategyTools = { clock: options.clock, traffic: options.traffic, callerKey, warn: (message, fields) => log('warn', message, fields) };
  // Resolved configs are frozen and shared by content, so a config's members are made once.
  const members = new WeakMap<ResolvedConfig, Member>();
  const memberOf = (node: ResolvedConfig): Member => {
    let member = members.get(node);
    if (member === undefined)
      members.set(node, (member = behindCache(node, node.kind === 'target' ? targetMember(node, attempt, options) : groupOf(node))));
    return member;
  };
  const groupOf = (node: StrategyNode): Member => groupMember(node, node.targets.map(memberOf), tools);
  /** Requests can ask for a cache in front of the whole config. */
  const behindCache = (node: ResolvedConfig, member: Member): Member => {
    if (options.cache === undefined || (node.cache === undefined && node.path !== ROOT)) return member;
    return { ...member, handler: options.cache.inFrontOf(node, () => cacheIdentityOf(node))(member.handler) };
  };
  if (options.cache !== undefined) options.cache.embed = embedder((node) => memberOf(node).handler, options.clock.now);
  return memberOf;
}

/** Path of a config's outermost node. */
const ROOT = 'config';

/** A group of targets as the strategy above it sees it. */
function groupMember(node: StrategyNode, within: readonly Member[], tools: StrategyTools): Member {
  const strategy = strategyOver(node, within, tools);
  return {
    handler: strategy.handler,
    path: node.path,
    name: node.name,
    identity: within.map(({ identity }) => identity).join('\n\n'),
    weight: node.weight,
    isAvailable: (call) => within.some((member) => member.isAvailable(call)),
    hasRoom: (call) => within.some((member) => member.hasRoom(call)),
    cost: (call) => cheapest(within, call),
    patience: (call) => sumOf(within.map((member) => member.patience(call))),
    explain: async (call, room) => explainGroup(node, { choice: await strategy.explain(call), call, room }),
  };
}

/** A target as its strategy sees it: retried by its policy, guarded by its breaker, entered only while it has room. */
function targetMember(node: TargetNode, attempt: Attempt, { health, traffic, clock, faults, prices, admit }: PlanOptions): Member {
  if (node.fault !== undefined && faults !== true) throw faultRefused(node);
  const join = joiner(node);
  const breakerOf = (call: Call): Breaker => health.breaker(accountOf(node, call), node.breaker, () => showAccount(node, call, join));
  const { concurrency } = node;
  const patience = patienceOf(node);
  const steps = [
    permitted(node),
    ...(node.retry.attempts > 0 ? [retry(node.retry, clock, (call) => breakerOf(call).isTripped)] : []),
    ...(concurrency === undefined ? [] : [limited((call) => traffic.slots(accountOf(node, call)), concurrency, refusal(node))]),
    admitted(node, admit),
    watched(breakerOf),
  ];
  return {
    handler: pipeline(steps, leafHandler(node, attempt, { join, bill: lostBilling(prices) })),
    path: node.path,
    name: node.name,
    identity: upstreamOf(node),
    weight: node.weight,
    isAvailable: (call) => health.known(accountOf(node, call))?.isAvailable ?? true,
    hasRoom: (call) => concurrency === undefined || traffic.hasRoom(accountOf(node, call), concurrency.most),
    cost: (call) => costOf(node, call, prices),
    patience,
    explain: async (call, room) => ({
      path: node.path,
      name: node.name,
      provider: node.provider,
      policy: { ...breakerTerms(health.known(accountOf(node, call))), ...explainPolicy(node, patience(call)) },
      sending: explainRequests(call, node, { join, room }),
    }),
  };
}

/** A config that was written for a rehearsal must not fail real calls by accident. */
function faultRefused({ path }: TargetNode): GatewayError {
  const message = `${path} has a fault: start the gateway with ALLOW_FAULT_INJECTION=1 to rehearse it`;
  return new GatewayError('invalid_config', 'Invalid config passed', {
    details: describeProblems([{ path: ['fault'], message }]),
    fullMessage: `Invalid config passed: ${message}`,
    param: `${path}.fault`,
  });
}

/** The patience with a group is the sum of its members', because these race each other first. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.some((value) => value === undefined) ? undefined : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function breakerTerms(breaker: Breaker | undefined): JsonObject {
  return { breaker: { state: breaker?.state ?? 'closed', open_for_ms: breaker?.openFor ?? 0 } };
}

/** Refuses a target that the call's key, or the saved provider, does not permit. */
function permitted(node: TargetNode): Step {
  const fail = refusal(node);
  return (next) => async (call) => {
    const problem = refusalOf(call, node);
    if (problem !== undefined) throw fail(call, problem);
    return next(call);
  };
}

/** Lets an attempt begin only within its target's limits. */
function admitted(node: TargetNode, admit: Admit | undefined): Step {
  if (admit === undefined) return (next) => next;
  const fail = refusal(node);
  return (next) => (call) => {
    const waiting = admit(call, node);
    return waiting === undefined ? next(call) : attemptWithin(waiting, { call, next, fail });
  };
}

interface Within {
  readonly call: Call;
  readonly next: Handler;
  readonly fail: (call: Call, error: GatewayError) => GatewayError;
}

async function attemptWithin(waiting: Promise<Admission | undefined>, { call, next, fail }: Within): Promise<Reply> {
  const admission = await waiting.catch((thrown: unknown) => {
    throw fail(call, toGatewayError(thrown));
  });
  const place = call.attempts.list.length;
  // The attempt is recorded before anything is awaited.
  const answer = next(call);
  admission?.begun(call.attempts.list[place]);
  try {
    return await answer;
  } catch (error) {
    admission?.failed();
    throw error;
  }
}

/** The error of a call that a target did not take in; it is recorded like an attempt. */
function refusal({ path, provider }: TargetNode): (call: Call, error: GatewayError) => GatewayError {
  return (call, error) => {
    call.attempts.failed(call.attempts.begin(path, provider), error, call.signal.aborted);
    return error.on({ path, provider, retries: 0, dropped: [] });
  };
}

/** What a call would cost at a target. */
async function costOf(node: TargetNode, call: Call, book: PriceBook): Promise<number | undefined> {
  const model = node.overrideParams['model'] ?? ('model' in call.endpoint ? call.endpoint.model : undefined) ?? call.json?.['model'];
  const prices = node.price ?? (typeof model === 'string' ? await pricesOf(book, sellerOf(node), model) : undefined);
  const { input, output } = sizeOf(call);
  return prices === undefined ? undefined : input * prices.input + output * prices.output;
}

/** What a call would cost in a group: the price of its cheapest member. */
async function cheapest(members: readonly Member[], call: Call): Promise<number | undefined> {
  const costs = await Promise.all(members.map((member) => member.cost(call)));
  const known = costs.filter((cost) => cost !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
