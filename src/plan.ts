import { attemptChat } from './attempt/chat.ts';
import { attemptCount, type CountCall } from './attempt/count.ts';
import { attemptEmbed, type EmbedCall } from './attempt/embed.ts';
import { attemptModels, type ModelsCall } from './attempt/models.ts';
import { attemptPassthrough, type PassthroughCall } from './attempt/passthrough.ts';
import { authorizerOf } from './attempt/authorize.ts';
import type { ChatCall } from './attempt/prepare-chat.ts';
import { joinTarget, type Target } from './attempt/target.ts';
import { matches } from './config/query.ts';
import type { ConditionalNode, ResolvedConfig, StrategyNode, TargetNode } from './config/resolved.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import type { Call, Handler, Reply } from './pipeline/step.ts';
import { providerById } from './providers/index.ts';
import type { Clock } from './routing/clock.ts';
import { conditional } from './routing/conditional.ts';
import { fallback } from './routing/fallback.ts';
import { loadbalance } from './routing/loadbalance.ts';
import { retry } from './routing/retry.ts';
import { authorizing } from './transport/auth/authorizing.ts';
import { decompressing } from './transport/decompress.ts';
import type { Transport } from './transport/port.ts';

/** What attempts need from the world. */
export interface PlanOptions {
  readonly transport: Transport;
  readonly clock: Clock;
}

/** Makes the handler of a resolved config: strategies over targets over attempts, as the config nests them. */
export function planner(options: PlanOptions): (config: ResolvedConfig) => Handler {
  const attempt = attempter(options);
  // Resolved configs are frozen and shared by content, so a config's handler is made once.
  const plans = new WeakMap<ResolvedConfig, Handler>();
  const plan = (node: ResolvedConfig): Handler => {
    let handler = plans.get(node);
    if (handler === undefined) plans.set(node, (handler = node.kind === 'target' ? targetHandler(node) : strategyHandler(node)));
    return handler;
  };
  const targetHandler = (node: TargetNode): Handler => {
    const leaf = leafHandler(node, attempt);
    return node.retry.attempts > 0 ? retry(node.retry, options.clock)(leaf) : leaf;
  };
  const strategyHandler = (node: StrategyNode): Handler => {
    const targets = node.targets.map(plan);
    switch (node.kind) {
      case 'single':
        return targets[0] as Handler;
      case 'fallback':
        return fallback(targets, node.onStatusCodes);
      case 'loadbalance':
        return loadbalance(
          node.targets.map((target) => ({ handler: plan(target), weight: target.weight })),
          options.clock.random,
        );
      case 'conditional':
        return conditionalHandler(node, plan);
    }
  };
  return plan;
}

function conditionalHandler(node: ConditionalNode, plan: (node: ResolvedConfig) => Handler): Handler {
  const named = (name: string): Handler => plan(node.targets.find((target) => target.name === name) as ResolvedConfig);
  const conditions = node.conditions.map(({ query, then }) => ({ matches: (call: Call) => matches(query, factsOf(call)), handler: named(then) }));
  return conditional(conditions, node.default === undefined ? undefined : named(node.default));
}

/** What the conditions of a config can ask about. */
function factsOf(call: Call): Parameters<typeof matches>[1] {
  return { metadata: call.metadata, params: call.json ?? {}, url: { pathname: call.pathname } };
}

type Attempt = (call: Call, target: Target) => Promise<Reply>;
type AttemptThrough = (call: Call, target: Target, transport: Transport) => Promise<Reply>;

/** One attempt at whatever a route asks for. */
const ATTEMPTS: { readonly [kind in Call['endpoint']['kind']]: AttemptThrough } = {
  chat: (call, target, transport) => attemptChat(call as ChatCall, target, decompressing(transport)),
  embed: (call, target, transport) => attemptEmbed(call as EmbedCall, target, decompressing(transport)),
  count: (call, target, transport) => attemptCount(call as CountCall, target, decompressing(transport)),
  models: (call, target, transport) => attemptModels(call as ModelsCall, target, decompressing(transport)),
  passthrough: (call, target, transport) => attemptPassthrough(call as PassthroughCall, target, transport),
};

function attempter({ transport, clock }: PlanOptions): Attempt {
  const authorized = new WeakMap<Target, Transport>();
  const through = (target: Target): Transport => {
    let own = authorized.get(target);
    if (own === undefined) authorized.set(target, (own = throughAuthorization(target, transport, clock)));
    return own;
  };
  return (call, target) => ATTEMPTS[call.endpoint.kind](call, target, through(target));
}

/** The transport for a target: one that signs, or fetches tokens, where its provider demands that. */
function throughAuthorization(target: Target, transport: Transport, clock: Clock): Transport {
  const authorize = authorizerOf(target, { transport, now: clock.now });
  return authorize === undefined ? transport : authorizing(transport, authorize);
}

/** A target's handler. Errors leave it with the name of the target on them. */
function leafHandler(node: TargetNode, attempt: Attempt): Handler {
  const provider = providerById(node.provider);
  const route = { path: node.path, provider: node.provider, retries: 0, dropped: [] };
  let joined: Target | undefined;
  return async (call) => {
    try {
      if (provider === undefined)
        throw new GatewayError('unknown_provider', `Provider ${node.provider} not found`, { param: `${node.path}.provider` });
      return await attempt(call, (joined ??= joinTarget(node, provider)));
    } catch (error) {
      throw toGatewayError(error).on(route);
    }
  };
}
