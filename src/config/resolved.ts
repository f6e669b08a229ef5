import type { ErrorClass } from '../error-class.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Query } from './query.ts';
import type { AccountUse } from './saved.ts';

/** A config after validation, inheritance and defaults: a frozen tree of strategies with targets as leaves. */
export type ResolvedConfig = StrategyNode | TargetNode;

export type StrategyNode = SingleNode | FallbackNode | LoadbalanceNode | LatencyNode | LeastBusyNode | CostNode | HedgeNode | ConditionalNode;

interface NodeBase {
  /** Place in the config, as `config.targets[0].targets[1]`; `config` for the root. */
  readonly path: string;
  readonly name: string | undefined;
  /** Share among its siblings under a load balancer; 1 by default. */
  readonly weight: number;
  /** What happens when a stream breaks after something of it was delivered. */
  readonly onStreamBreak: StreamBreak;
  /** A cache sits in front of this node. */
  readonly cache?: CachePolicy | undefined;
}

/** How answers are kept for calls like theirs. */
export interface CachePolicy {
  readonly mode: 'simple' | 'semantic';
  /** Seconds; undefined: as long as the request says, or the default. */
  readonly maxAge: number | undefined;
  /** Pieces of a replayed stream per second; undefined: all at once. */
  readonly pace: number | undefined;
  /** 0 to 1. */
  readonly threshold: number;
  /** Messages of the longest conversation that is compared. */
  readonly maxMessages: number;
  /** Who makes embeddings; undefined: the built-in embedder. */
  readonly embedding: { readonly target: TargetNode; readonly model: string; readonly dimensions: number | undefined } | undefined;
}

/** `resume`: another target goes on where the broken one stopped, if it says the same; `error`: the client is told; `restart`: only while nothing was delivered. */
export type StreamBreak = 'resume' | 'error' | 'restart';

export interface SingleNode extends NodeBase {
  readonly kind: 'single';
  readonly targets: readonly ResolvedConfig[];
}

/** What moves a call on to another target of its group. */
export interface MovingOn {
  /** Statuses; where neither they nor error classes are listed, the strategy's own rule holds. */
  readonly onStatusCodes: readonly number[] | undefined;
  /** Error classes that move on beside the statuses. */
  readonly onErrors: readonly ErrorClass[] | undefined;
}

/** The targets in their order. */
export interface FallbackNode extends NodeBase, MovingOn {
  readonly kind: 'fallback';
  readonly targets: readonly ResolvedConfig[];
}

/** A target by chance, as the weights say. */
export interface LoadbalanceNode extends NodeBase, MovingOn {
  readonly kind: 'loadbalance';
  readonly targets: readonly ResolvedConfig[];
  readonly sticky: Sticky | undefined;
  readonly canary: Canary | undefined;
}

/** A target that begins to answer soon. */
export interface LatencyNode extends NodeBase, MovingOn {
  readonly kind: 'latency';
  readonly targets: readonly ResolvedConfig[];
  readonly sticky: Sticky | undefined;
}

/** The target with the fewest calls under way. */
export interface LeastBusyNode extends NodeBase, MovingOn {
  readonly kind: 'least_busy';
  readonly targets: readonly ResolvedConfig[];
  readonly sticky: Sticky | undefined;
}

/** The targets in the order of their prices. */
export interface CostNode extends NodeBase, MovingOn {
  readonly kind: 'cost';
  readonly targets: readonly ResolvedConfig[];
}

/** The targets in their order, the second beside the first where that one is slower than it mostly is. */
export interface HedgeNode extends NodeBase, MovingOn {
  readonly kind: 'hedge';
  readonly targets: readonly ResolvedConfig[];
  /** Milliseconds before the second request; where there is a percentile, only until enough was measured. */
  readonly delay: number | undefined;
  /** The share, in percent, of recent first contents that came sooner than the second request is sent. */
  readonly percentile: number | undefined;
  /** Tokens, in and out, beyond which a call is not worth a second request. */
  readonly maxTokens: number | undefined;
}

/** What ties a caller to a target. */
export interface Sticky {
  /** Paths below `metadata`, `params` and `headers`. */
  readonly hashFields: readonly string[];
  /** Milliseconds after which a caller is tied anew; undefined: never. */
  readonly ttl: number | undefined;
}

/** A target on trial: it gets no more calls once too many of them have failed. */
export interface Canary {
  /** Its name. */
  readonly target: string;
  readonly maxErrorPercentage: number;
  readonly minimumRequests: number;
}

export interface ConditionalNode extends NodeBase {
  readonly kind: 'conditional';
  readonly targets: readonly ResolvedConfig[];
  readonly conditions: readonly { readonly query: Query; readonly then: string }[];
  readonly default: string | undefined;
}

/** A provider with credentials and overrides: where an attempt goes. */
export interface TargetNode extends NodeBase {
  readonly kind: 'target';
  /** A registered provider id. */
  readonly provider: string;
  /** Undefined: the caller's own key is used. Empty: none is. */
  readonly apiKey: string | undefined;
  /** Provider options in snake case (`resource_name`, `api_version`, `openai_organization`, …). */
  readonly options: Readonly<Record<string, string>>;
  /** Base URL that replaces the provider's, already checked; no slash at its end. */
  readonly customHost: string | undefined;
  /** Id of the chat dialect to speak upstream; undefined: the client's own where the provider speaks it, else the provider's first. */
  readonly dialect: string | undefined;
  readonly overrideParams: JsonObject;
  readonly defaultParams: JsonObject;
  readonly dropParams: readonly string[];
  readonly retry: RetryPolicy;
  /** Milliseconds until response headers; undefined: no limit. */
  readonly requestTimeout: number | undefined;
  readonly timeouts: Timeouts;
  readonly breaker: BreakerPolicy;
  /** Names, lower case, of request headers that are copied upstream. */
  readonly forwardHeaders: readonly string[];
  /** False: the answer is extended beyond OpenAI's shape. */
  readonly strict: boolean;
  readonly concurrency: ConcurrencyLimit | undefined;
  /** What the target charges, instead of what the price list says. */
  readonly price: Price | undefined;
  readonly fault: Fault | undefined;
  /** The saved provider that the target uses; undefined: it brings its own credential, or the caller does. */
  readonly account: AccountUse | undefined;
}

/** How many calls a target takes at once, from this process. */
export interface ConcurrencyLimit {
  readonly most: number;
  /** Where further calls wait; undefined: they are refused. */
  readonly queue: { readonly size: number; readonly timeout: number } | undefined;
}

/** USD for a million tokens, and for a thousand requests. What is left out costs what its kind costs. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWriteHour?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly imageInput?: number | undefined;
  readonly imageOutput?: number | undefined;
  readonly request?: number | undefined;
}

/** What goes wrong on purpose at a target, so that users can rehearse their configs. */
export interface Fault {
  /** Share of the attempts that it happens to; 1 by default. */
  readonly probability?: number | undefined;
  /** Milliseconds before anything else happens. */
  readonly delay?: number | undefined;
  /** The status of the answer, instead of the provider's answer. */
  readonly status?: number | undefined;
  /** The connection breaks before an answer. */
  readonly reset?: boolean | undefined;
  /** So many events come, then the connection breaks. */
  readonly cutAfter?: number | undefined;
  /** So many events come, then nothing more. */
  readonly stallAfter?: number | undefined;
  /** An event that cannot be read comes behind the first one. */
  readonly malformed?: boolean | undefined;
}

/** Time limits in milliseconds; undefined: the default of whoever keeps them, or none. */
export interface Timeouts {
  readonly connect: number | undefined;
  /** To the first content of a streamed answer. Where another target remains it is raced against this one, else the attempt fails. */
  readonly firstEvent: number | undefined;
  /** Between two pieces of an answer whose content has begun. */
  readonly idle: number | undefined;
  /** For the whole attempt. */
  readonly total: number | undefined;
}

/** When a target is no longer asked, and for how long. */
export interface BreakerPolicy {
  /** Failures in a row that open the breaker. */
  readonly failures: number;
  /** Share of failed requests, in percent, that opens it too, once there were `minimumRequests` in the last minute. */
  readonly percentage: number | undefined;
  readonly minimumRequests: number;
  /** Milliseconds for which it stays open at first; the time doubles with each failed probe up to `longest`. */
  readonly cooldown: number;
  readonly longest: number;
  /** Statuses that count as failures; undefined: 500 and above. */
  readonly statusCodes: readonly number[] | undefined;
}

export interface RetryPolicy {
  /** How often a failed attempt is repeated; 0 to 5. */
  readonly attempts: number;
  readonly onStatusCodes: readonly number[];
  /** Error classes that are repeated beside the statuses. */
  readonly onErrors: readonly ErrorClass[];
  /** Whether to wait as long as the provider asks; undefined: as long as no other target can be had sooner. */
  readonly useRetryAfter: boolean | undefined;
}
