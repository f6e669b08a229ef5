import { matches } from '../config/query.ts';
import type { LatencyNode, LeastBusyNode, LoadbalanceNode, Sticky, StrategyNode } from '../config/resolved.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Call, Handler } from '../pipeline/step.ts';
import type { Clock } from './clock.ts';
import { conditionTerms, loadOf, movingTerms, paceOf, priceOf, RULES, shareOf, standing, stickyTerms, type PursuingNode } from './accounts.ts';
import { chances, type Choice } from './choice.ts';
import { conditional, firstMatch } from './conditional.ts';
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

/** What strategies need besides their members. */
export interface StrategyTools {
  readonly clock: Clock;
  readonly traffic: Traffic;
  /** The key that a caller sent. */
  readonly callerKey: (call: Call) => string | undefined;
  /** Tells the operator of something that the gateway did by itself. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** A strategy over its members. */
export interface Strategy {
  readonly handler: Handler;
  /** How it would choose for a call. */
  readonly explain: (call: Call) => Promise<Choice>;
}

/** A strategy over its members, which are in the order of its targets. */
export function strategyOver(node: StrategyNode, members: readonly Member[], tools: StrategyTools): Strategy {
  return STRATEGIES[node.kind](node as never, members, tools);
}

type NodeOf<Kind> = Extract<StrategyNode, { kind: Kind }>;
type Maker<Node> = (node: Node, members: readonly Member[], tools: StrategyTools) => Strategy;

/** How each strategy chooses among its members. */
const STRATEGIES: { readonly [Kind in StrategyNode['kind']]: Maker<NodeOf<Kind>> } = {
  single: (node, [first]) => ({
    handler: (first as Member).handler,
    explain: async () => ({ rule: RULES[node.kind], terms: {}, candidates: [{ member: first as Member, first: 1, facts: {} }] }),
  }),
  fallback: (node, members, { clock }) => pursuing(fallback(members, node), { node, clock }),
  loadbalance: (node, members, tools) => overSome(node, members, tools),
  latency: (node, members, tools) => {
    const { clock } = tools;
    const options = balance(node, tools);
    return pursuing(latency(withVitals(members, tools), options, clock), { node, clock, terms: tiedTerms(node, options), facts: paceOf });
  },
  least_busy: (node, members, tools) => {
    const options = balance(node, tools);
    return pursuing(leastBusy(withVitals(members, tools), options), { node, clock: tools.clock, terms: tiedTerms(node, options), facts: loadOf });
  },
  cost: (node, members, { clock }) => pursuing(cost(members, node), { node, clock, facts: priceOf }),
  hedge: (node, members, tools) => {
    const measuredMembers = withVitals(members, tools);
    const tactics = hedge(measuredMembers, node);
    const terms = (call: Call): JsonObject => ({ head_start_ms: tactics.headStart?.(measuredMembers[0] as MeasuredMember, call) ?? null });
    return pursuing(tactics, { node, clock: tools.clock, terms, facts: paceOf });
  },
  conditional: (node, members) => {
    const named = (name: string): Handler => (members[node.targets.findIndex((target) => target.name === name)] as Member).handler;
    const conditions = node.conditions.map(({ query, then }) => ({ matches: (call: Call) => matches(query, factsOf(call)), handler: named(then) }));
    const choose = firstMatch(conditions, node.default === undefined ? undefined : named(node.default));
    const explain = async (call: Call): Promise<Choice> => {
      const chosen = members.filter(({ handler }) => handler === choose(call));
      const candidates = chosen.map((member) => ({ member, first: 1, facts: {} }));
      return { rule: RULES[node.kind], terms: conditionTerms(node, factsOf(call)), candidates };
    };
    return { handler: conditional(choose), explain };
  },
};

interface Pursuing<M extends Member> {
  readonly node: PursuingNode;
  readonly clock: Clock;
  readonly terms?: (call: Call) => JsonObject;
  readonly facts?: (member: M, call: Call) => JsonObject | Promise<JsonObject>;
}

/** A strategy that pursues answers by its tactics, and explains itself by them. */
function pursuing<M extends Member>(tactics: Tactics<M>, { node, clock, terms = () => ({}), facts = () => ({}) }: Pursuing<M>): Strategy {
  const explain = async (call: Call): Promise<Choice> => {
    const candidates = (await chances(tactics, call)).map(async ({ member, first }) => ({
      member,
      first,
      facts: { ...(await facts(member, call)), ...standing(member, call) },
    }));
    return { rule: RULES[node.kind], terms: { ...movingTerms(node), ...terms(call) }, candidates: await Promise.all(candidates) };
  };
  return { handler: pursue(tactics, clock), explain };
}

/** The facts that the conditions of a config can test. */
function factsOf(call: Call): Parameters<typeof matches>[1] {
  return { metadata: call.metadata, params: call.json ?? {}, url: { pathname: call.pathname } };
}

function balance(rule: LoadbalanceNode | LatencyNode | LeastBusyNode, { clock, callerKey }: StrategyTools): BalanceOptions {
  const { sticky } = rule;
  return { rule, tieOf: (call) => (sticky === undefined ? undefined : tieOf(call, sticky, { key: callerKey(call), now: clock.now() })) };
}

/** Whether the caller of a call is tied to a target, and by what. */
function tiedTerms({ sticky }: { readonly sticky: Sticky | undefined }, options: BalanceOptions): (call: Call) => JsonObject {
  return (call) => ({ sticky: stickyTerms(sticky, options.tieOf(call) !== undefined) });
}

/** A load balancer over all its members except a canary that has failed its trial. */
function overSome(node: LoadbalanceNode, members: readonly Member[], tools: StrategyTools): Strategy {
  const { canary } = node;
  const { clock } = tools;
  const options = balance(node, tools);
  const terms = tiedTerms(node, options);
  const canaryMember = canary === undefined ? undefined : members[node.targets.findIndex(({ name }) => name === canary.target)];
  if (canary === undefined || canaryMember === undefined)
    return pursuing(loadbalance(members, options), { node, clock, terms, facts: shareOf(members) });
  const key = JSON.stringify([canary, canaryMember.identity, members.map(({ identity }) => identity)]);
  const trial = tools.traffic.trial(key, canary, (errorPercentage) =>
    tools.warn('a canary failed its trial and gets no more calls', { target: canary.target, error_percentage: errorPercentage }),
  );
  const onTrialMember = { ...canaryMember, handler: onTrial(trial)(canaryMember.handler) };
  const tactics = loadbalance(
    members.map((member) => (member === canaryMember ? onTrialMember : member)),
    { ...options, isIn: (member) => member !== onTrialMember || !trial.isOut },
  );
  const trialTerms = (call: Call): JsonObject => ({ ...terms(call), canary: { target: canary.target, is_out: trial.isOut } });
  return pursuing(tactics, { node, clock, terms: trialTerms, facts: shareOf(members) });
}

/** Model names come from callers, so what is remembered of them is bounded. */
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
