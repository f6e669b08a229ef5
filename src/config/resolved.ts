import type { JsonObject } from '../ir/json.ts';
import type { Query } from './query.ts';

/** A config after validation, inheritance and defaults: a frozen tree of strategies with targets as leaves. */
export type ResolvedConfig = StrategyNode | TargetNode;

export type StrategyNode = FallbackNode | LoadbalanceNode | ConditionalNode | SingleNode;

interface NodeBase {
  /** Place in the config, as `config.targets[0].targets[1]`; `config` for the root. */
  readonly path: string;
  readonly name: string | undefined;
  /** Share among its siblings under a load balancer; 1 by default. */
  readonly weight: number;
}

export interface SingleNode extends NodeBase {
  readonly kind: 'single';
  readonly targets: readonly ResolvedConfig[];
}

export interface FallbackNode extends NodeBase {
  readonly kind: 'fallback';
  readonly targets: readonly ResolvedConfig[];
  /** Statuses that move on to the next target; undefined: every status that is not 2xx. */
  readonly onStatusCodes: readonly number[] | undefined;
}

export interface LoadbalanceNode extends NodeBase {
  readonly kind: 'loadbalance';
  readonly targets: readonly ResolvedConfig[];
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
  /** Names, lower case, of request headers that are copied upstream. */
  readonly forwardHeaders: readonly string[];
  /** False: the answer is extended beyond OpenAI's shape. */
  readonly strict: boolean;
}

export interface RetryPolicy {
  /** How often a failed attempt is repeated; 0 to 5. */
  readonly attempts: number;
  readonly onStatusCodes: readonly number[];
  readonly useRetryAfter: boolean;
}
