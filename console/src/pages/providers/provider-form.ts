import type { CatalogProvider, Json, JsonObject, RateLimit, SavedProvider } from '../../api/types.ts';
import { budgetBodies, budgetDraftsOf, type BudgetDraft } from '../../ui/budget-draft.ts';

/** A credential as it is being written. */
export interface KeyDraft {
  /** Of one that is there already: it is kept where nothing else is given. */
  readonly id?: string;
  readonly masked?: string;
  readonly source: 'value' | 'env' | 'file';
  readonly text: string;
  readonly weight: string;
}

/** A provider as it is being written. */
export interface ProviderDraft {
  readonly name: string;
  readonly id: string;
  readonly provider: string;
  readonly keys: readonly KeyDraft[];
  readonly options: Readonly<Record<string, string>>;
  readonly customHost: string;
  /** Names with commas between. */
  readonly models: string;
  readonly usage: readonly BudgetDraft[];
  readonly rates: readonly RateLimit[];
}

const FIRST: ProviderDraft = {
  name: '',
  id: '',
  provider: 'openai',
  keys: [{ source: 'value', text: '', weight: '1' }],
  options: {},
  customHost: '',
  models: '',
  usage: [],
  rates: [],
};

/** Where writing begins. */
export function draftOf(saved: SavedProvider | undefined, host: string | undefined): ProviderDraft {
  if (saved === undefined) return { ...FIRST, provider: host ?? FIRST.provider };
  const options = Object.entries(saved.options ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return {
    name: saved.name,
    id: saved.id,
    provider: saved.provider,
    keys: (saved.keys ?? []).map(keyDraft),
    options: Object.fromEntries(options),
    customHost: saved.custom_host ?? '',
    models: (saved.models ?? []).join(', '),
    usage: budgetDraftsOf(saved.usage_limits),
    rates: saved.rate_limits ?? [],
  };
}

function keyDraft({ id, masked, weight }: NonNullable<SavedProvider['keys']>[number]): KeyDraft {
  return { id, source: 'value', text: '', weight: String(weight ?? 1), ...(masked === undefined ? {} : { masked }) };
}

/** What is sent to save a draft. */
export function bodyOf(draft: ProviderDraft, isNew: boolean): JsonObject {
  const keys = draft.keys.filter(({ id, text }) => id !== undefined || text !== '').map(keyBody);
  const options = Object.entries(draft.options).flatMap(([name, text]) => (text === '' ? [] : [[name, optionValue(text)] as const]));
  const models = draft.models
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  return {
    ...(draft.name === '' ? {} : { name: draft.name }),
    ...(isNew && draft.id !== '' ? { id: draft.id } : {}),
    provider: draft.provider,
    keys,
    options: Object.fromEntries(options),
    custom_host: draft.customHost === '' ? null : draft.customHost,
    models: models.length === 0 ? null : models,
    usage_limits: budgetBodies(draft.usage),
    rate_limits: draft.rates as unknown as Json,
  };
}

/** References to secrets and documents are objects; a mask stands for what it is shown for. */
function optionValue(text: string): Json {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const MASK = /^\*{4}.{0,4}$/;

/** What was typed into a field: what is written behind a mask replaces it. */
export function typedOver(before: string, after: string): string {
  return MASK.test(before) && after.startsWith(before) ? after.slice(before.length) : after;
}

function keyBody({ id, source, text, weight }: KeyDraft): JsonObject {
  return { ...(id === undefined ? {} : { id }), ...(text === '' ? {} : { [source]: text }), weight: Number(weight) };
}

/** The options that a form shows: those that are needed, and those that have a value. */
export function shownOptions(provider: CatalogProvider | undefined, draft: ProviderDraft) {
  return (provider?.options ?? []).filter(({ name, required }) => required === true || name in draft.options);
}
