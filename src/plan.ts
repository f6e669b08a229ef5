import { attemptChat } from './attempt/chat.ts';
import { attemptCount } from './attempt/count.ts';
import { attemptEmbed } from './attempt/embed.ts';
import { attemptModels, type ModelsCall } from './attempt/models.ts';
import { attemptPassthrough, type PassthroughCall } from './attempt/passthrough.ts';
import { authorizerOf } from './attempt/authorize.ts';
import { callerKey } from './attempt/headers.ts';
import type { ChatCall } from './attempt/prepare-chat.ts';
import type { CountCall } from './attempt/prepare-count.ts';
import type { EmbedCall } from './attempt/prepare-embed.ts';
import { joinTarget, type Target } from './attempt/target.ts';
import { describeProblems } from './config/problems.ts';
import { matches } from './config/query.ts';
import type { ResolvedConfig, StrategyNode, TargetNode } from './config/resolved.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import type { Call, Handler, Reply } from './pipeline/step.ts';
import { providerById } from './providers/index.ts';
import type { Clock } from './routing/clock.ts';
import { conditional } from './routing/conditional.ts';
import { fallback } from './routing/fallback.ts';
import { loadbalance } from './routing/loadbalance.ts';
import type { Breaker } from './routing/breaker.ts';
import { watched, type Health } from './routing/health.ts';
import type { Member } from './routing/member.ts';
import { patienceOf } from './routing/patience.ts';
import { retry } from './routing/retry.ts';
import { authorizing } from './transport/auth/authorizing.ts';
import { Credentials } from './transport/auth/credentials.ts';
import { decompressing } from './transport/decompress.ts';
import { faulty } from './transport/fault.ts';
import { metered, type Meter } from './transport/metered.ts';
import type { Transport } from './transport/port.ts';

/** What attempts need from the world. */
export interface PlanOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** What is known of targets and credentials from earlier calls. */
  readonly health: Health;
  /** Whether callers' configs may go by the identity of the machine that the gateway runs on. */
  readonly ambientCredentials?: boolean | undefined;
  /** Whether configs may rehearse faults. */
  readonly faults?: boolean | undefined;
}

/** Makes the handler of a resolved config: strategies over targets over attempts, as the config nests them. */
export function planner(options: PlanOptions): (config: ResolvedConfig) => Handler {
  const attempt = attempter(options);
  // Resolved configs are frozen and shared by content, so a config's members are made once.
  const members = new WeakMap<ResolvedConfig, Member>();
  const memberOf = (node: ResolvedConfig): Member => {
    let member = members.get(node);
    if (member === undefined) members.set(node, (member = node.kind === 'target' ? targetMember(node, attempt, options) : groupMember(node)));
    return member;
  };
  const groupMember = (node: StrategyNode): Member => {
    const within = node.targets.map(memberOf);
    return {
      handler: STRATEGIES[node.kind](node as never, within, options.clock),
      weight: node.weight,
      isAvailable: (call) => within.some((member) => member.isAvailable(call)),
      patience: (call) => sumOf(within.map((member) => member.patience(call))),
    };
  };
  return (config) => memberOf(config).handler;
}

type NodeOf<Kind> = Extract<StrategyNode, { kind: Kind }>;

/** How each strategy chooses among its members. */
const STRATEGIES: { readonly [Kind in StrategyNode['kind']]: (node: NodeOf<Kind>, members: readonly Member[], clock: Clock) => Handler } = {
  single: (_, members) => (members[0] as Member).handler,
  fallback: (node, members, clock) => fallback(members, node, clock),
  loadbalance: (node, members, clock) => loadbalance(members, node.onStreamBreak, clock),
  conditional: (node, members) => {
    const named = (name: string): Handler => (members[node.targets.findIndex((target) => target.name === name)] as Member).handler;
    const conditions = node.conditions.map(({ query, then }) => ({ matches: (call: Call) => matches(query, factsOf(call)), handler: named(then) }));
    return conditional(conditions, node.default === undefined ? undefined : named(node.default));
  },
};

/** A target as its strategy sees it: repeated by its retry policy, kept away from by its breaker. */
function targetMember(node: TargetNode, attempt: Attempt, { health, clock, faults }: PlanOptions): Member {
  if (node.fault !== undefined && faults !== true) throw faultRefused(node);
  const breakerOf = (call: Call): Breaker => health.breaker(identityOf(node, call), node.breaker);
  const leaf = watched(breakerOf)(leafHandler(node, attempt));
  return {
    handler: node.retry.attempts > 0 ? retry(node.retry, clock)(leaf) : leaf,
    weight: node.weight,
    isAvailable: (call) => breakerOf(call).isAvailable,
    patience: patienceOf(node),
  };
}

/** A config that was written for a rehearsal must not fail real calls by accident. */
function faultRefused({ path }: TargetNode): GatewayError {
  const message = `${path} has a fault: start the gateway with ALLOW_FAULT_INJECTION=1 to rehearse it`;
  return new GatewayError('invalid_config', 'Invalid config passed', {
    details: describeProblems([{ path: ['fault'], message }]),
    param: `${path}.fault`,
  });
}

/** What a breaker is kept for: the host and the credential that a target uses, whoever's config it stands in. */
function identityOf(node: TargetNode, call: Call): string {
  return [node.provider, node.customHost ?? '', ...Object.values(node.options), node.apiKey ?? callerKey(call) ?? ''].join('\n');
}

/** The patience with a group: its members race each other first. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.some((value) => value === undefined) ? undefined : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** What the conditions of a config can ask about. */
function factsOf(call: Call): Parameters<typeof matches>[1] {
  return { metadata: call.metadata, params: call.json ?? {}, url: { pathname: call.pathname } };
}

type Attempt = (call: Call, target: Target, meter: Meter) => Promise<Reply>;
type AttemptThrough = (call: Call, target: Target, transport: Transport) => Promise<Reply>;

/** One attempt at whatever a route asks for. */
const ATTEMPTS: { readonly [kind in Call['endpoint']['kind']]: AttemptThrough } = {
  chat: (call, target, transport) => attemptChat(call as ChatCall, target, decompressing(transport)),
  embed: (call, target, transport) => attemptEmbed(call as EmbedCall, target, decompressing(transport)),
  count: (call, target, transport) => attemptCount(call as CountCall, target, decompressing(transport)),
  models: (call, target, transport) => attemptModels(call as ModelsCall, target, decompressing(transport)),
  passthrough: (call, target, transport) => attemptPassthrough(call as PassthroughCall, target, transport),
};

function attempter({ transport, clock, ambientCredentials = false }: PlanOptions): Attempt {
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
  return (call, target, meter) => ATTEMPTS[call.endpoint.kind](call, target, metered(through(target), meter));
}

function withFault({ node }: Target, transport: Transport, clock: Clock): Transport {
  return node.fault === undefined ? transport : faulty(transport, node.fault, clock);
}

/** A target's handler, which keeps the call's books. Errors leave it with the name of the target on them. */
function leafHandler(node: TargetNode, attempt: Attempt): Handler {
  const provider = providerById(node.provider);
  const route = { path: node.path, provider: node.provider, retries: 0, dropped: [] };
  let joined: Target | undefined;
  return async (call) => {
    const entry = call.attempts.begin(node.path, node.provider);
    try {
      if (provider === undefined)
        throw new GatewayError('unknown_provider', `Provider ${node.provider} not found`, { param: `${node.path}.provider` });
      const reply = await attempt(call, (joined ??= joinTarget(node, provider)), entry);
      call.attempts.answered(entry, { status: reply.status, dropped: reply.route.dropped });
      return reply;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      call.attempts.failed(entry, error, call.signal.aborted);
      throw error.on(route);
    }
  };
}
