import type { JsonObject } from '../ir/json.ts';

/** A bound on what may be used, on a key, on a provider, or in a policy. Portkey's `usage_limits`. */
export interface UsageLimit {
  readonly id: string;
  readonly type: 'cost' | 'tokens' | 'requests';
  /** USD, tokens, or requests. */
  readonly limit: number;
  /** Share of the limit, 0 to 1, that is told to the webhook once. */
  readonly alertThresholds: readonly number[];
  /** Where they are told beside the webhook of the gateway; undefined: nowhere. */
  readonly alertWebhooks?: readonly string[] | undefined;
  /** Undefined: never. Weeks begin on Monday, months on the 1st, at 00:00 UTC. */
  readonly reset: 'daily' | 'weekly' | 'monthly' | 'yearly' | { readonly days: number } | undefined;
  /** What becomes of calls to models whose price nobody knows, under a limit of cost; undefined: as the gateway is set. */
  readonly unpriced?: 'allow' | 'refuse' | undefined;
}

/** A bound on how fast something may be used. Portkey's `rate_limits`. */
export interface RateLimit {
  readonly id: string;
  readonly type: 'requests' | 'tokens' | 'concurrency';
  readonly limit: number;
  /** Meaningless for concurrency. */
  readonly unit: 'rps' | 'rpm' | 'rph' | 'rpd' | 'rpw';
  /** Counts and tells, but refuses nothing. */
  readonly isShadow: boolean;
}

/** Lists of what a caller may use; undefined: anything. Names may end in `*`. */
export interface AllowLists {
  readonly models: readonly string[] | undefined;
  /** Ids of providers, or `@slug` of saved ones. */
  readonly providers: readonly string[] | undefined;
  readonly configs: readonly string[] | undefined;
}

/** Whose call it is, as its API key says. */
export interface Caller {
  /** Undefined: the gateway asks for no keys, and the call brought none of its own. */
  readonly keyId: string | undefined;
  readonly name: string | undefined;
  readonly workspace: string;
  readonly scopes: readonly string[];
  readonly allow: AllowLists;
  readonly defaultConfig: string | undefined;
  /** Whether a config of the request's own may stand in for the default one. */
  readonly mayOverrideConfig: boolean;
  /** Metadata of every call with this key; it goes before what the request says. */
  readonly metadata: JsonObject;
  /** False: the log keeps neither bodies nor headers of its calls. */
  readonly logsBodies?: boolean | undefined;
  readonly usageLimits: readonly UsageLimit[];
  readonly rateLimits: readonly RateLimit[];
}

/** A caller whom nothing holds back: the gateway itself, or whoever administers it. */
export function callerFor(workspace: string, name: string): Caller {
  return Object.freeze({
    keyId: undefined,
    name,
    workspace,
    scopes: ['*'],
    allow: { models: undefined, providers: undefined, configs: undefined },
    defaultConfig: undefined,
    mayOverrideConfig: true,
    metadata: {},
    usageLimits: [],
    rateLimits: [],
  });
}
