import type { ApiKey, Json, JsonObject, RateLimit } from '../../api/types.ts';
import { budgetBodies, budgetDraftsOf, type BudgetDraft } from '../../ui/budget-draft.ts';

/** An API key as it is being written. */
export interface KeyDraft {
  readonly name: string;
  readonly expires: string;
  /** Names with commas between; empty: what applications need. */
  readonly scopes: string;
  readonly defaultConfig: string;
  readonly mayOverride: boolean;
  /** Names with commas between. */
  readonly models: string;
  readonly providers: string;
  readonly configs: string;
  /** `name=value` in lines. */
  readonly metadata: string;
  readonly usage: readonly BudgetDraft[];
  readonly rates: readonly RateLimit[];
}

const FIRST: KeyDraft = {
  name: '',
  expires: '',
  scopes: '',
  defaultConfig: '',
  mayOverride: true,
  models: '',
  providers: '',
  configs: '',
  metadata: '',
  usage: [],
  rates: [],
};

/** Where writing begins. */
export function draftOf(saved: ApiKey | undefined): KeyDraft {
  if (saved === undefined) return FIRST;
  const list = (values: readonly string[] | null | undefined): string => (values ?? []).join(', ');
  const metadata = Object.entries(saved.metadata ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return {
    name: saved.name,
    expires: saved.expires_at?.slice(0, 10) ?? '',
    scopes: list(saved.scopes),
    defaultConfig: saved.default_config ?? '',
    mayOverride: saved.allow_config_override ?? true,
    models: list(saved.allowed_models),
    providers: list(saved.allowed_providers),
    configs: list(saved.allowed_configs),
    metadata: metadata.join('\n'),
    usage: budgetDraftsOf(saved.usage_limits),
    rates: saved.rate_limits ?? [],
  };
}

/** What is sent to save a draft. */
export function bodyOf(draft: KeyDraft): JsonObject {
  const metadata = Object.fromEntries(
    draft.metadata
      .split('\n')
      .map((line) => line.split('='))
      .flatMap(([name = '', ...rest]) => (name.trim() === '' ? [] : [[name.trim(), rest.join('=').trim()]])),
  );
  const scopes = listOf(draft.scopes);
  return {
    name: draft.name,
    ...(scopes === null ? {} : { scopes }),
    expires_at: draft.expires === '' ? null : `${draft.expires}T00:00:00Z`,
    default_config: draft.defaultConfig === '' ? null : draft.defaultConfig,
    allow_config_override: draft.mayOverride,
    allowed_models: listOf(draft.models),
    allowed_providers: listOf(draft.providers),
    allowed_configs: listOf(draft.configs),
    metadata: Object.keys(metadata).length === 0 ? null : metadata,
    usage_limits: budgetBodies(draft.usage),
    rate_limits: draft.rates as unknown as Json,
  };
}

function listOf(text: string): Json {
  const entries = text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  return entries.length === 0 ? null : entries;
}
