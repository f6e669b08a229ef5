import { createHash } from 'node:crypto';
import type { RateLimit, UsageLimit } from '../pipeline/caller.ts';
import { budgetBound, rateBound, type Bound } from './bound.ts';

/** What a policy asks of a call. */
export interface Condition {
  /** `api_key`, `workspace`, `config`, `provider`, `virtual_key`, `model`, or `metadata.<name>`. */
  readonly key: string;
  /** One of them has to fit; undefined: anything that there is. Names may end in `*`. */
  readonly values: readonly string[] | undefined;
  /** None of them may fit. */
  readonly excluded: readonly string[];
}

/** A limit for all calls that meet its conditions, counted apart for each group of them. */
export interface Policy {
  readonly id: string;
  readonly workspace: string;
  readonly conditions: readonly Condition[];
  readonly groupBy: readonly string[];
  readonly limit: ({ readonly kind: 'usage' } & UsageLimit) | ({ readonly kind: 'rate' } & RateLimit);
}

/** What is known of a call, or of an attempt: the names that a fact goes by, the one that is counted under first. Empty: not known. */
export type Facts = (key: string) => readonly string[];

/** Facts that are of the target, not of the call. */
const OF_TARGETS: ReadonlySet<string> = new Set(['provider', 'virtual_key', 'model']);

/** Whether a policy concerns attempts at targets: a call that is refused at one may go on to the next. */
export function concernsTargets({ conditions, groupBy }: Policy): boolean {
  return conditions.some(({ key }) => OF_TARGETS.has(key)) || groupBy.some((key) => OF_TARGETS.has(key));
}

/** The bounds that policies set. A policy whose conditions, or whose groups, a call says nothing of does not hold for it. */
export function boundsOfPolicies(policies: readonly Policy[], facts: Facts): readonly Bound[] {
  const bounds: Bound[] = [];
  for (const policy of policies) {
    if (!policy.conditions.every((condition) => isMet(condition, facts(condition.key)))) continue;
    const group = groupOf(policy.groupBy, facts);
    if (group === undefined) continue;
    const subject = { kind: 'policy', id: policy.id, group: group === '' ? undefined : group } as const;
    bounds.push(policy.limit.kind === 'usage' ? budgetBound(policy.limit, subject) : rateBound(policy.limit, subject));
  }
  return bounds;
}

function isMet({ values, excluded }: Condition, names: readonly string[]): boolean {
  if (names.length === 0 || fits(excluded, names)) return false;
  return values === undefined || fits(values, names);
}

function fits(patterns: readonly string[], names: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? names.some((name) => name.startsWith(pattern.slice(0, -1))) : names.includes(pattern)));
}

/** Names of groups come from callers, and may be of any length. */
const LONGEST_GROUP = 200;

/** Undefined: the call belongs to no group. */
function groupOf(groupBy: readonly string[], facts: Facts): string | undefined {
  const parts: string[] = [];
  for (const key of groupBy) {
    const [name] = facts(key);
    if (name === undefined) return undefined;
    parts.push(`${key}=${name}`);
  }
  const group = parts.join(' ');
  if (group.length <= LONGEST_GROUP) return group;
  return `${group.slice(0, LONGEST_GROUP)}…${createHash('sha256').update(group).digest('hex').slice(0, 16)}`;
}
