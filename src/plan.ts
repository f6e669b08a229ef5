import { attemptChat } from './attempt/chat.ts';
import { attemptCount } from './attempt/count.ts';
import { attemptEmbed } from './attempt/embed.ts';
import { attemptModels, type ModelsCall } from './attempt/models.ts';
import { attemptPassthrough, type PassthroughCall } from './attempt/passthrough.ts';
import { authorizerOf } from './attempt/authorize.ts';
import { embedder } from './attempt/embed-text.ts';
import { explainPolicy } from './attempt/explain-policy.ts';
import { explainRequests } from './attempt/explain.ts';
import { lostBilling, sellerOf } from './attempt/bill.ts';
import { cacheIdentityOf } from './attempt/cache-identity.ts';
import { callerKey } from './attempt/headers.ts';
import { masked } from './attempt/mask.ts';
import type { ChatCall } from './attempt/prepare-chat.ts';
import type { CountCall } from './attempt/prepare-count.ts';
import type { EmbedCall } from './attempt/prepare-embed.ts';
import { secretsOf } from './attempt/secrets.ts';
import { joinTarget, type Target } from './attempt/target.ts';
import { describeProblems } from './config/problems.ts';
import type { ResolvedConfig, StrategyNode, TargetNode } from './config/resolved.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import type { JsonObject } from './ir/json.ts';
import type { Cache } from './pipeline/cache.ts';
import { refusalOf } from './pipeline/allow.ts';
import type { Attempt as Entry } from './pipeline/attempts.ts';
import type { Admission, Admit } from './pipeline/limits.ts';
import type { Call, Handler, Reply, Step } from './pipeline/step.ts';
import { pricesOf } from './models/prices.ts';
import type { PriceBook } from './models/price-book.ts';
import { providerById } from './providers/index.ts';
import type { Clock } from './routing/clock.ts';
import type { Breaker } from './routing/breaker.ts';
import { explainGroup } from './routing/explain-group.ts';
import { watched, type Health, type Subject } from './routing/health.ts';
import type { Member } from './routing/member.ts';
import { patienceOf } from './routing/patience.ts';
import { retry } from './routing/retry.ts';
import { sizeOf } from './routing/size.ts';
import { limited } from './routing/slots.ts';
import { strategyOver, type StrategyTools } from './routing/strategies.ts';
import type { Traffic } from './routing/traffic.ts';
import { log } from './telemetry/log.ts';
import { authorizing } from './transport/auth/authorizing.ts';
import { Credentials } from './transport/auth/credentials.ts';
import { decompressing } from './transport/decompress.ts';
import { faulty } from './transport/fault.ts';
import { metered } from './transport/metered.ts';
import type { Transport } from './transport/port.ts';
import { withHeaders } from './transport/with-headers.ts';

/** What attempts are made with. */
export interface PlanOptions {
  readonly transport: Transport;
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
  /** Whether callers' configs may use the identity of the machine that the gateway runs on. */
  readonly ambientCredentials?: boolean | undefined;
  /** Whether configs may rehearse faults. */
  readonly faults?: boolean | undefined;
  /** Headers that tell a provider of an attempt's place in its trace, flat pairs; undefined: none are sent. */
  readonly propagate?: ((call: Call, entry: Entry) => readonly string[]) | undefined;
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
      members.set(node, (member = behindCache(node, node.kind === 'target' ? targetMember(node, attempt, options) : groupMember(node))));
    return member;
  };
  /** Requests can ask for a cache in front of the whole config. */
  const behindCache = (node: ResolvedConfig, member: Member): Member => {
    if (options.cache === undefined || (node.cache === undefined && node.path !== ROOT)) return member;
    return { ...member, handler: options.cache.inFrontOf(node, () => cacheIdentityOf(node))(member.handler) };
  };
  const groupMember = (node: StrategyNode): Member => {
    const within = node.targets.map(memberOf);
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
  };
  if (options.cache !== undefined) options.cache.embed = embedder((node) => memberOf(node).handler, options.clock.now);
  return memberOf;
}

/** Path of a config's outermost node. */
const ROOT = 'config';

/** A target as its strategy sees it: retried by its policy, guarded by its breaker, entered only while it has room. */
function targetMember(node: TargetNode, attempt: Attempt, { health, traffic, clock, faults, prices, admit }: PlanOptions): Member {
  if (node.fault !== undefined && faults !== true) throw faultRefused(node);
  const join = joiner(node);
  const breakerOf = (call: Call): Breaker => health.breaker(accountOf(node, call), node.breaker, () => subjectOf(node, call, join));
  const { concurrency } = node;
  const patience = patienceOf(node);
  const watchedLeaf = admitted(node, admit)(watched(breakerOf)(leafHandler(node, attempt, { join, bill: lostBilling(prices) })));
  const leaf =
    concurrency === undefined ? watchedLeaf : limited((call) => traffic.slots(accountOf(node, call)), concurrency, refusal(node))(watchedLeaf);
  const persistent = node.retry.attempts > 0 ? retry(node.retry, clock, (call) => breakerOf(call).isTripped)(leaf) : leaf;
  return {
    handler: permitted(node)(persistent),
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

/** The target joined with its provider, once; throws where it cannot work. */
function joiner(node: TargetNode): () => Target {
  const provider = providerById(node.provider);
  let joined: Target | undefined;
  return () => {
    if (provider === undefined) throw new GatewayError('unknown_provider', `Provider ${node.provider} not found`, { param: `${node.path}.provider` });
    return (joined ??= joinTarget(node, provider));
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

/** Where a target's calls go: the host, the credential of the config's own, and the model that it insists on. */
function upstreamOf(node: TargetNode): string {
  const { provider, customHost = '', options, apiKey = '', dialect = '', overrideParams } = node;
  return [provider, customHost, ...Object.values(options), apiKey, dialect, String(overrideParams['model'] ?? '')].join('\n');
}

/** What breakers and slots are kept by: where a target's calls go and with whose credential, whatever config it is in. */
function accountOf(node: TargetNode, call: Call): string {
  return `${upstreamOf(node)}\n${node.apiKey === undefined ? (callerKey(call) ?? '') : ''}`;
}

/** The same, in the form that operators may see. */
function subjectOf(node: TargetNode, call: Call, join: () => Target): Subject {
  const [key] = secretsOf(call, node);
  const model = node.overrideParams['model'];
  return {
    provider: node.provider,
    host: baseOf(join),
    key: key === undefined ? undefined : masked(key),
    model: typeof model === 'string' ? model : undefined,
  };
}

/** Undefined for a target that lacks a part of its URL. */
function baseOf(join: () => Target): string | undefined {
  try {
    return join().base;
  } catch {
    return undefined;
  }
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

type Attempt = (call: Call, target: Target, entry: Entry) => Promise<Reply>;
type AttemptThrough = (call: Call, target: Target, transport: Transport) => Promise<Reply>;

/** One attempt, by the kind of the endpoint. */
const ATTEMPTS: { readonly [kind in Call['endpoint']['kind']]: AttemptThrough } = {
  chat: (call, target, transport) => attemptChat(call as ChatCall, target, decompressing(transport)),
  embed: (call, target, transport) => attemptEmbed(call as EmbedCall, target, decompressing(transport)),
  count: (call, target, transport) => attemptCount(call as CountCall, target, decompressing(transport)),
  models: (call, target, transport) => attemptModels(call as ModelsCall, target, decompressing(transport)),
  passthrough: (call, target, transport) => attemptPassthrough(call as PassthroughCall, target, transport),
};

function attempter({ transport, clock, ambientCredentials = false, propagate }: PlanOptions): Attempt {
  const source = { transport, now: clock.now, credentials: new Credentials(clock.now) };
  const authorized = new WeakMap<Target, Transport>();
  const through = (target: Target): Transport => {
    let own = authorized.get(target);
    if (own === undefined) {
      const authorize = authorizerOf(target, source, ambientCredentials);
      own = withFault(target, authorize === undefined ? transport : authorizing(transport, authorize), clock);
      authorized.set(target, own);
    }
    return own;
  };
  return (call, target, entry) => {
    const own = propagate === undefined ? through(target) : withHeaders(through(target), propagate(call, entry));
    return ATTEMPTS[call.endpoint.kind](call, target, metered(own, entry, call.attempts.watch));
  };
}

function withFault({ node }: Target, transport: Transport, clock: Clock): Transport {
  return node.fault === undefined ? transport : faulty(transport, node.fault, clock);
}

interface LeafParts {
  readonly join: () => Target;
  readonly bill: ReturnType<typeof lostBilling>;
}

/** A target's handler, which records the call's attempts. Its errors carry the name of the target. */
function leafHandler(node: TargetNode, attempt: Attempt, { join, bill }: LeafParts): Handler {
  const route = { path: node.path, provider: node.provider, retries: 0, dropped: [] };
  return async (call) => {
    const entry = call.attempts.begin(node.path, node.provider);
    try {
      const reply = await attempt(call, join(), entry);
      call.attempts.answered(entry, { status: reply.status, dropped: reply.route.dropped });
      return reply;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      call.attempts.failed(entry, error, call.signal.aborted);
      await bill(call, entry);
      throw error.on(route);
    }
  };
}
