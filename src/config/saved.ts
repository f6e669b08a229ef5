import type { RateLimit, UsageLimit } from '../pipeline/caller.ts';

/** A saved provider as configs use it: a provider with its credentials, and what they may be used for. */
export interface SavedAccount {
  /** Its slug. */
  readonly id: string;
  readonly workspace: string;
  /** A registered provider id. */
  readonly provider: string;
  /** None: the provider needs no key, or goes by its options. */
  readonly keys: readonly AccountKey[];
  readonly options: Readonly<Record<string, string>>;
  readonly customHost: string | undefined;
  /** Models that it may be asked for; names may end in `*`. Undefined: all. */
  readonly models: readonly string[] | undefined;
  /** Why it cannot be used now, as a sentence for the client; undefined: it can. */
  readonly problem: string | undefined;
  readonly usageLimits: readonly UsageLimit[];
  readonly rateLimits: readonly RateLimit[];
}

export interface AccountKey {
  readonly id: string;
  readonly secret: string;
  readonly weight: number;
}

/** What stands beside the requests that a resolved target sends: whose credential it is, and what it may be used for. */
export interface AccountUse extends Omit<SavedAccount, 'keys' | 'options' | 'customHost'> {
  /** Of the credential; undefined where there is none. */
  readonly keyId: string | undefined;
}

/** Something saved that a config, or a request, names; or why there is none, as a sentence for the client. */
export type Found<T> = { readonly found: T; readonly until: number | undefined } | { readonly problem: string };

export interface NamedConfig {
  readonly id: string;
  readonly version: number;
  /** JSON. */
  readonly text: string;
}

/** What is saved, as far as one caller can see it. Answers are as fresh as the moment of the question. */
export interface SavedThings {
  /** Whose view it is: callers with the same scope are told the same. */
  readonly scope: string;
  /** Grows when anything changes that an answer could depend on. */
  readonly epoch: number;
  readonly now: () => number;
  account(slug: string): Found<SavedAccount>;
  config(id: string): Found<NamedConfig>;
  /** Something that is another one once the thing has changed. */
  stamp(kind: 'provider' | 'config', id: string): unknown;
}

/** The slug that a text names, as `@slug` or `@slug/model`; undefined where it names none. */
export function slugIn(text: unknown): string | undefined {
  if (typeof text !== 'string' || !text.startsWith('@')) return undefined;
  const end = text.indexOf('/');
  return end < 0 ? text.slice(1) : text.slice(1, end);
}

/** The model behind `@slug/`. */
export function modelBehind(text: string): string {
  return text.slice(text.indexOf('/') + 1);
}

/** Beginnings of models' names at some hosts, which only look like slugs. */
const NO_SLUGS: ReadonlySet<string> = new Set(['cf', 'hf']);

/** Whether a slug in front of a model's name is one even where nothing is saved under it. */
export function isSlug(slug: string): boolean {
  return !NO_SLUGS.has(slug);
}
