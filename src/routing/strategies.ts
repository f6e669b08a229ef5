import { matches } from '../config/query.ts';
import type { LatencyNode, LeastBusyNode, LoadbalanceNode, StrategyNode } from '../config/resolved.ts';
import type { Call, Handler } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { conditional } from './conditional.ts';
import { cost } from './cost.ts';
import { fallback } from './fallback.ts';
import { hedge } from './hedge.ts';
import { latency } from './latency.ts';
import { leastBusy } from './least-busy.ts';
import { loadbalance, type BalanceOptions } from './loadbalance.ts';
import type { MeasuredMember, Member } from './member.ts';
import { pursue, type Tactics } from './pursue.ts';
import { tieOf } from './ties.ts';
import type { Traffic } from './traffic.ts';
import { onTrial } from './trial.ts';
import { measured } from './vitals.ts';

/** What strategies need to know beside their members. */
export interface StrategyTools {
  readonly clock: Clock;
  readonly traffic: Traffic;
  /** The key that a caller sent. */
  readonly callerKey: (call: Call) => string | undefined;
  /** Tells the operator of something that was done without being asked. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** The handler of a strategy over its members, which are in the order of its targets. */
export function strategyOver(node: StrategyNode, members: readonly Member[], tools: StrategyTools): Handler {
  return STRATEGIES[node.kind](node as never, members, tools);
}

type NodeOf<Kind> = Extract<StrategyNode, { kind: Kind }>;

/** How each strategy chooses among its members. */
const STRATEGIES: { readonly [Kind in StrategyNode['kind']]: (node: NodeOf<Kind>, members: readonly Member[], tools: StrategyTools) => Handler } = {
  single: (_, members) => (members[0] as Member).handler,
  fallback: (node, members, { clock }) => pursue(fallback(members, node), clock),
  loadbalance: (node, members, tools) => pursue(overSome(node, members, tools), tools.clock),
  latency: (node, members, tools) => pursue(latency(withVitals(members, tools), balance(node, tools), tools.clock), tools.clock),
  least_busy: (node, members, tools) => pursue(leastBusy(withVitals(members, tools), balance(node, tools)), tools.clock),
  cost: (node, members, { clock }) => pursue(cost(members, node), clock),
  hedge: (node, members, tools) => pursue(hedge(withVitals(members, tools), node), tools.clock),
  conditional: (node, members) => {
    const named = (name: string): Handler => (members[node.targets.findIndex((target) => target.name === name)] as Member).handler;
    const conditions = node.conditions.map(({ query, then }) => ({ matches: (call: Call) => matches(query, factsOf(call)), handler: named(then) }));
    return conditional(conditions, node.default === undefined ? undefined : named(node.default));
  },
};

/** What the conditions of a config can ask about. */
function factsOf(call: Call): Parameters<typeof matches>[1] {
  return { metadata: call.metadata, params: call.json ?? {}, url: { pathname: call.pathname } };
}

function balance(rule: LoadbalanceNode | LatencyNode | LeastBusyNode, { clock, callerKey }: StrategyTools): BalanceOptions {
  const { sticky } = rule;
  return { rule, tieOf: (call) => (sticky === undefined ? undefined : tieOf(call, sticky, { key: callerKey(call), now: clock.now() })) };
}

/** A load balancer, over all its members but a canary that has failed its trial. */
function overSome(node: LoadbalanceNode, members: readonly Member[], tools: StrategyTools): Tactics {
  const { canary } = node;
  const canaryMember = canary === undefined ? undefined : members[node.targets.findIndex(({ name }) => name === canary.target)];
  if (canary === undefined || canaryMember === undefined) return loadbalance(members, balance(node, tools));
  const key = JSON.stringify([canary, canaryMember.identity, members.map(({ identity }) => identity)]);
  const trial = tools.traffic.trial(key, canary, (errorPercentage) =>
    tools.warn('a canary failed its trial and gets no more calls', { target: canary.target, error_percentage: errorPercentage }),
  );
  const onTrialMember = { ...canaryMember, handler: onTrial(trial)(canaryMember.handler) };
  return loadbalance(
    members.map((member) => (member === canaryMember ? onTrialMember : member)),
    { ...balance(node, tools), isIn: (member) => member !== onTrialMember || !trial.isOut },
  );
}

/** Names of models come from callers; what is kept of them is bounded. */
const LONGEST_MODEL = 200;

/** The members, measured for each model that is asked of them. */
function withVitals(members: readonly Member[], { clock, traffic }: StrategyTools): readonly MeasuredMember[] {
  return members.map((member) => {
    const vitals: MeasuredMember['vitals'] = (call) => traffic.vitals(`${member.identity}\n${modelOf(call).slice(0, LONGEST_MODEL)}`);
    return { ...member, handler: measured(vitals, clock)(member.handler), vitals };
  });
}

function modelOf({ endpoint, json }: Call): string {
  const model = ('model' in endpoint ? endpoint.model : undefined) ?? json?.['model'];
  return typeof model === 'string' ? model : '';
}
