import { isObject } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import { deepFreeze } from '../providers/provider.ts';
import type { RecordKind, StoredRecord } from '../stores/records/record-store.ts';
import type { Entities, PolicyCondition, ProviderKey, Saved, SavedApiKey, SavedConfig, SavedPolicy, SavedProvider } from './entities.ts';
import { readRateLimit, readUsageLimit, withIds, type RateLimitBody, type UsageLimitBody } from './limits.ts';
import { openedConfig } from './write-config.ts';
import { objectsOf, textOf, textsOf, timeOf } from './read-body.ts';
import { contextOf, isSecretReference, type SecretReference, type SecretSource } from './secrets.ts';

/** What a record is read with. */
export interface Reading {
  readonly secrets: SecretSource;
  readonly source: Saved['source'];
}

type Read = (reference: SecretReference) => string | undefined;

type Reader<Kind extends RecordKind> = (record: StoredRecord, reading: Reading) => Entities[Kind];

const READERS: { readonly [Kind in RecordKind]: Reader<Kind> } = { config, provider, api_key: apiKey, policy };

/** A record as the gateway uses it, frozen. Its body has been checked when it was saved. */
export function readRecord<Kind extends RecordKind>(kind: Kind, record: StoredRecord, reading: Reading): Entities[Kind] {
  return deepFreeze(READERS[kind](record, reading));
}

function saved(record: StoredRecord, { source }: Reading): Omit<Saved, 'problem'> {
  const { id, workspace, version, body } = record;
  return { id, name: textOf(body, 'name') ?? id, workspace, version, source, record };
}

function config(record: StoredRecord, reading: Reading): SavedConfig {
  const { id, body } = record;
  const opened = openedConfig((body['config'] ?? {}) as JsonObject, id, reading.secrets);
  const problem = opened === undefined ? 'a credential in it cannot be read' : undefined;
  return {
    ...saved(record, reading),
    kind: 'config',
    isArchived: body['status'] === 'archived',
    config: opened ?? {},
    text: JSON.stringify(opened),
    problem,
  };
}

function provider(record: StoredRecord, reading: Reading): SavedProvider {
  const { id, workspace, body } = record;
  const read: Read = (reference) => reading.secrets.read(reference, contextOf(id));
  const keys = objectsOf(body, 'keys').map((key) => providerKey(key, read));
  const options = optionsOf(body['options'], read);
  const missing = keys.length > 0 && keys.every(({ secret }) => secret === undefined);
  const problem = missing ? 'none of its keys can be read' : options.problem;
  return {
    ...saved(record, reading),
    kind: 'provider',
    isDisabled: body['status'] === 'disabled',
    expiresAt: timeOf(body, 'expires_at'),
    keys,
    problem,
    integration: textOf(body, 'integration'),
    account: {
      id,
      workspace,
      provider: textOf(body, 'provider') ?? '',
      keys: [],
      problem: undefined,
      options: options.values,
      customHost: textOf(body, 'custom_host'),
      models: textsOf(body, 'models'),
      ...limitsOf(body, `provider.${id}`),
    },
  };
}

function providerKey(key: JsonObject, read: Read): ProviderKey {
  const { reference, source } = referenceOf(key);
  const weight = key['weight'];
  return {
    id: textOf(key, 'id') ?? '',
    source,
    reference: source === 'value' ? undefined : reference[source],
    masked: textOf(key, 'masked'),
    weight: typeof weight === 'number' ? weight : 1,
    expiresAt: timeOf(key, 'expires_at'),
    secret: read(reference),
  };
}

function referenceOf(key: JsonObject): { readonly reference: SecretReference; readonly source: ProviderKey['source'] } {
  const env = textOf(key, 'env');
  if (env !== undefined) return { reference: { env }, source: 'env' };
  const file = textOf(key, 'file');
  if (file !== undefined) return { reference: { file }, source: 'file' };
  return { reference: { sealed: textOf(key, 'sealed') ?? '' }, source: 'value' };
}

/** Options as targets have them: text, with secrets looked up and documents written out. */
function optionsOf(given: Json | undefined, read: Read): { readonly values: Record<string, string>; readonly problem: string | undefined } {
  const values: Record<string, string> = {};
  let problem: string | undefined;
  for (const [name, value] of Object.entries(isObject(given) ? given : {})) {
    const text = isSecretReference(value) ? read(value) : typeof value === 'string' ? value : JSON.stringify(value);
    if (text === undefined) problem = `its option ${name} cannot be read`;
    else values[name] = text;
  }
  return { values, problem };
}

function apiKey(record: StoredRecord, reading: Reading): SavedApiKey {
  const { id, workspace, body } = record;
  const base = saved(record, reading);
  const metadata = body['metadata'];
  return {
    ...base,
    kind: 'api_key',
    isBlocked: body['status'] === 'blocked',
    expiresAt: timeOf(body, 'expires_at'),
    hashes: hashesOf(body),
    problem: undefined,
    caller: {
      keyId: id,
      name: base.name,
      workspace,
      scopes: textsOf(body, 'scopes') ?? [],
      allow: {
        models: textsOf(body, 'allowed_models'),
        providers: textsOf(body, 'allowed_providers'),
        configs: textsOf(body, 'allowed_configs'),
      },
      defaultConfig: textOf(body, 'default_config'),
      mayOverrideConfig: body['allow_config_override'] !== false,
      metadata: isObject(metadata) ? metadata : {},
      logsBodies: body['log_bodies'] !== false,
      ...limitsOf(body, `key.${id}`),
    },
  };
}

function hashesOf(body: JsonObject): SavedApiKey['hashes'] {
  const earlier = objectsOf(body, 'previous').map((key) => ({ hash: textOf(key, 'hash') ?? '', until: timeOf(key, 'until') ?? 0 }));
  return [{ hash: textOf(body, 'hash') ?? '', until: undefined }, ...earlier].filter(({ hash }) => hash !== '');
}

function limitsOf(body: JsonObject, owner: string): Pick<SavedApiKey['caller'], 'usageLimits' | 'rateLimits'> {
  return {
    usageLimits: withIds(objectsOf(body, 'usage_limits') as unknown as UsageLimitBody[], owner).map(readUsageLimit),
    rateLimits: withIds(objectsOf(body, 'rate_limits') as unknown as RateLimitBody[], owner).map(readRateLimit),
  };
}

function policy(record: StoredRecord, reading: Reading): SavedPolicy {
  const { id, body } = record;
  const limit =
    body['kind'] === 'rate_limit'
      ? { kind: 'rate' as const, ...readRateLimit({ ...(body as unknown as RateLimitBody), id }) }
      : { kind: 'usage' as const, ...readUsageLimit({ ...(body as unknown as UsageLimitBody), id }) };
  return {
    ...saved(record, reading),
    kind: 'policy',
    isArchived: body['status'] === 'archived',
    conditions: objectsOf(body, 'conditions').map(conditionOf),
    groupBy: textsOf(body, 'group_by') ?? [],
    limit,
    problem: undefined,
  };
}

function conditionOf(condition: JsonObject): PolicyCondition {
  const { key, value, excludes } = condition;
  const values = listOf(value);
  if (excludes === true) return { key: String(key), values: undefined, excluded: values };
  return { key: String(key), values: values.includes('*') ? undefined : values, excluded: excludes === false ? [] : listOf(excludes) };
}

function listOf(value: Json | undefined): readonly string[] {
  return value === undefined || value === null ? [] : ([value].flat() as readonly string[]);
}
