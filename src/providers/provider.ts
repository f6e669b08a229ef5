import type { CountHost } from '../dialects/count-dialect.ts';
import type { Dialect, Framing } from '../dialects/dialect.ts';
import type { EmbeddingHost } from '../dialects/embedding-dialect.ts';
import type { RepairRules } from '../dialects/openai-chat/repair.ts';
import type { ThoughtsBack } from '../dialects/openai-chat/thoughts.ts';
import type { JsonObject } from '../ir/json.ts';

/**
 * A host that speaks one or more dialects: its address and how to authenticate. Data only.
 * `{name}` in `baseURL` and in paths stands for the target's option of that name, `{model}` for the model; both are URL-encoded.
 */
export interface Provider {
  readonly id: string;
  readonly name: string;
  /** The provider's own API reference. */
  readonly docs: string;
  /** Its name by OpenTelemetry's conventions for generative AI, where that is not the id. */
  readonly otelName?: string;
  /** Undefined: every target must name a `custom_host`. */
  readonly baseURL?: string;
  /** Base URLs for targets with certain options; the first that matches takes precedence over `baseURL`. */
  readonly baseURLs?: readonly { readonly when: Condition; readonly url: string }[];
  /** The first entry whose credential the target has is used. */
  readonly auth: readonly Auth[];
  readonly options?: readonly ProviderOption[];
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Environment variable that commonly holds the API key; shown at start, never read for requests. */
  readonly keyVariable?: string;
  /** Its answers are made up: that nobody has a price for them is nothing to warn of. */
  readonly isMadeUp?: true;
  readonly endpoints: Endpoints;
}

export type Auth = Scheme & {
  /** The entry applies only to targets with these options. */
  readonly when?: Condition;
};

export type Scheme = StaticScheme | DynamicScheme | { readonly scheme: 'none' };

/** A credential that is sent unchanged. */
export type StaticScheme =
  /** `option`: the target's option that holds the credential, instead of its `api_key`. */
  | { readonly scheme: 'bearer'; readonly option?: string }
  | { readonly scheme: 'header'; readonly name: string; readonly prefix?: string; readonly option?: string };

/** Proof that is made for the request: a token that is fetched, or a signature. `option`: applies only where the target has it. */
export type DynamicScheme =
  | { readonly scheme: 'azure'; readonly option: string }
  | { readonly scheme: 'google-oauth'; readonly option: string }
  | { readonly scheme: 'oci-signature'; readonly option: string }
  /** `service`: the name under which AWS knows what is signed for. */
  | { readonly scheme: 'aws'; readonly service: string; readonly option?: string };

/** An option that a target may carry, as config key and as `x-portkey-…` header. */
export interface ProviderOption {
  /** Config key in snake case. */
  readonly name: string;
  /** Request header without its `x-portkey-` prefix; absent: the name with dashes. */
  readonly header?: string;
  /** A header that clients send without the prefix and that means the same (`anthropic-beta`). */
  readonly bareHeader?: string;
  /** Request header under which the value goes upstream; absent: the value is used in URLs or auth only. */
  readonly sendAs?: string;
  /** Member of chat bodies that holds the value, a comma list, as a list. `known`: the values that the host takes; it refuses others. */
  readonly sendAsMember?: { readonly name: string; readonly known: RegExp; readonly when?: Condition };
  readonly default?: string;
  /** Where it is not set: a member of the JSON that another option holds. */
  readonly defaultFrom?: { readonly option: string; readonly member: string };
  readonly required?: boolean;
  /** The value is a credential, and shown nowhere. */
  readonly secret?: true;
  /** The value is a base URL: it is checked as a custom host is, and stands in for one where the target names none. */
  readonly replacesBaseURL?: boolean;
  /** One sentence for the reference. */
  readonly description: string;
}

export interface Endpoints {
  /** The dialects that the host speaks for chat; the first is its own, others are used when the client speaks them. */
  readonly chat?: readonly ChatEndpoint[];
  readonly embed?: readonly EmbedEndpoint[];
  /** Where the tokens of a chat request are counted. */
  readonly count?: readonly CountEndpoint[];
  /** Where the models are listed, below the base URL. */
  readonly models?: string;
  /** Where pass-through requests go; the first rule that matches is used. Without one: to their own path below the base URL. */
  readonly passthrough?: readonly PassthroughRule[];
}

/** The values that a target's options must have, and `model` the model asked for; what is not set counts as empty text. */
export type Condition = Readonly<Record<string, string | RegExp>>;

/** How the path of a pass-through request is changed for a host. */
export interface PassthroughRule {
  /** Beginnings of the paths that the rule is for, without the version; absent: all paths. */
  readonly under?: readonly string[];
  readonly when?: Condition;
  /** Stands before the path, unless the path begins with it already. A template. */
  readonly prefix?: string;
  /** Query parameters, as templates, where the client sent none of that name. */
  readonly query?: Readonly<Record<string, string>>;
}

export interface ChatEndpoint {
  readonly dialect: Dialect;
  /**
   * Where the host serves this dialect, if not below the provider's base URL. A target's custom host stands for the provider's base URL,
   * so such an endpoint serves a target that has one only where the target's `dialect` names it, and then below the custom host.
   */
  readonly baseURL?: string;
  readonly path: string;
  /** Where streams are asked for, if elsewhere. */
  readonly streamPath?: string;
  /** The endpoint applies only to targets with these options, and to models with such names. */
  readonly when?: Condition;
  /**
   * When a client of this dialect is served here though the target names none. `own-host`: only at the provider's own address, because a
   * custom host is mostly a server of the same make that lacks it. `never`: other dialects of the host serve such clients better.
   */
  readonly assumed?: 'own-host' | 'never';
  /** The host keeps its answers and continues them by their ids (Responses API, threads of the Messages API). */
  readonly keeps?: true;
  /** How the host frames streams, if not as the dialect does. */
  readonly framing?: Framing;
  /** Models that continue the beginning of an answer if the conversation ends with one. */
  readonly prefill?: Prefill;
  readonly quirks?: Quirks;
}

/** How a host is asked to continue the beginning of an answer. */
export interface Prefill {
  /** Undefined: all models. */
  readonly models?: RegExp;
  /** Members of the message that holds the beginning. */
  readonly mark?: JsonObject;
  /** The answer begins with the beginning once more. */
  readonly repeats?: true;
}

export interface CountEndpoint {
  readonly counting: CountHost;
  readonly path: string;
  readonly when?: Condition;
  readonly quirks?: Quirks;
}

export interface EmbedEndpoint {
  readonly dialect: EmbeddingHost;
  readonly path: string;
  readonly when?: Condition;
  readonly quirks?: Quirks;
}

/** How a host deviates from the dialect that it speaks. Names are top-level members of the wire request. */
export interface Quirks {
  /** Members that the host refuses; reported as dropped. */
  readonly drop?: readonly string[];
  /** Members that have another name here. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Numbers that are clamped to a range. */
  readonly clamp?: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
  /** Members added where the request has none. */
  readonly defaults?: JsonObject;
  /** Values that the host spells differently, by member. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The host does not know the `developer` role. */
  readonly systemRole?: 'system';
  /** Prefixes by which callers may say whose the model is, and what the host has in their place. */
  readonly modelPrefix?: Readonly<Record<string, string>>;
  /** Members that the host says in its URL instead, or implies; left out without a report. */
  readonly omit?: readonly string[];
  /** Byte patterns of request bodies that the host would refuse for what other models left in them: such bodies are not passed on as they are. */
  readonly rewrites?: readonly string[];
  /** The member `model` is this option's value (Azure deployments). */
  readonly modelOption?: string;
  /** False: the host refuses `stream_options`. */
  readonly streamOptions?: boolean;
  /** How the host takes back what its model thought, for requests that come in another dialect. */
  readonly thoughts?: ThoughtsBack;
  /** How the host's answers are made to conform to the dialect. */
  readonly repair?: RepairRules;
}

/** Freezes a provider all the way down, so that no file can change another's data. */
export function defineProvider<const P extends Provider>(provider: P): P {
  return deepFreeze(provider);
}

/** Freezes plain objects and lists all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}
