import { factsAsked, matches, type Facts } from '../config/query.ts';
import type { ConditionalNode, Sticky, StrategyNode } from '../config/resolved.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';
import type { MeasuredMember, Member } from './member.ts';

/** How each strategy chooses, described for people. */
export const RULES: { readonly [Kind in StrategyNode['kind']]: string } = {
  single: 'Always the first target.',
  fallback: 'In the order of the config, targets whose breaker is open last.',
  loadbalance: 'By chance, as the weights say; targets without room, and those whose breaker is open, last.',
  latency: 'The one of two, drawn by weight, whose answers begin sooner; one call in a hundred goes where chance says.',
  least_busy: 'The one with the fewest calls under way for its weight.',
  cost: 'From the cheapest to the dearest, those without a known price last.',
  hedge: 'In the order of the config; the second is asked beside the first once that one takes longer than its head start.',
  conditional: 'The target of the first condition that holds, else the default.',
};

export type PursuingNode = Exclude<StrategyNode, { kind: 'single' | 'conditional' }>;

const IN_ORDER = 'statuses that are not 2xx, and errors but for content_policy';
const AMONG_EQUALS = 'trouble that another target may not have';

/** What moves a call on to the next target where the config lists nothing. */
const MOVES: { readonly [Kind in PursuingNode['kind']]: string } = {
  fallback: IN_ORDER,
  cost: IN_ORDER,
  hedge: IN_ORDER,
  loadbalance: AMONG_EQUALS,
  latency: AMONG_EQUALS,
  least_busy: AMONG_EQUALS,
};

/** What moves a call on, and what becomes of a stream that breaks. */
export function movingTerms({ kind, onStatusCodes, onErrors, onStreamBreak }: PursuingNode): JsonObject {
  const isListed = onStatusCodes !== undefined || onErrors !== undefined;
  return { moves_on: isListed ? { on_status_codes: onStatusCodes, on_errors: onErrors } : MOVES[kind], on_stream_break: onStreamBreak };
}

/** By what callers are tied to targets, and whether this one is. */
export function stickyTerms(sticky: Sticky | undefined, isTied: boolean): JsonObject | undefined {
  return sticky === undefined ? undefined : { hash_fields: sticky.hashFields, ttl_ms: sticky.ttl, is_tied: isTied };
}

/** The conditions, whether they hold, and the facts that they see. */
export function conditionTerms(node: ConditionalNode, facts: Facts): JsonObject {
  const conditions = node.conditions.map(({ query, then }) => {
    const seen = Object.entries(factsAsked(query, facts)).map(([path, value]) => [path, brief(value)]);
    return { query, then, holds: matches(query, facts), facts: Object.fromEntries(seen) as JsonObject };
  });
  return { conditions, default: node.default };
}

const LONGEST_FACT = 500;

/** A fact, shortened because it may be a whole conversation; null where there is none. */
function brief(value: Json | undefined): Json {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > LONGEST_FACT ? `${text.slice(0, LONGEST_FACT)}…` : (value ?? null);
}

/** Whether a target would be held back behind the others. */
export function standing(member: Member, call: Call): JsonObject {
  return { is_available: member.isAvailable(call), has_room: member.hasRoom(call) };
}

/** A target's share of the calls if nothing else counts. */
export function shareOf(members: readonly Member[]): (member: Member) => JsonObject {
  const sum = members.reduce((total, { weight }) => total + weight, 0);
  return ({ weight }) => ({ weight, share: sum === 0 ? 0 : weight / sum });
}

/** Milliseconds to the first content of a target's answers, as measured for this model; null: never measured. */
export function paceOf(member: MeasuredMember, call: Call): JsonObject {
  const { mean, pending } = member.vitals(call).pace(call);
  return { weight: member.weight, mean_ms: mean === undefined ? null : Math.round(mean), awaiting_content: pending };
}

/** Calls under way at a target, for this model. */
export function loadOf(member: MeasuredMember, call: Call): JsonObject {
  return { weight: member.weight, in_flight: member.vitals(call).inFlight };
}

/** What a call would cost at a target; null: nobody knows. */
export async function priceOf(member: Member, call: Call): Promise<JsonObject> {
  return { cost_usd: (await member.cost(call)) ?? null };
}
