import { isObject } from '../../../dialects/read.ts';
import * as z from 'zod/mini';
import type { SavedProvider } from '../../../directory/entities.ts';
import { isSecretReference } from '../../../directory/secrets.ts';
import { isOver } from '../../../directory/read-body.ts';
import { identifier, time } from '../../../directory/schema-parts.ts';
import { GatewayError } from '../../../errors.ts';
import type { Json, JsonObject } from '../../../ir/json.ts';
import { optionsOf, providerById } from '../../../providers/index.ts';
import { isoOf } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { limitsGiven, limitsShown, rateLimits, said, usageLimits } from './parts.ts';

/** Members that virtual keys, providers and integrations share. */
export const accountFields = {
  name: z.optional(z.string()),
  slug: z.optional(identifier),
  note: z.optional(z.nullable(z.string())),
  workspace_id: z.optional(identifier),
  expires_at: z.optional(z.nullable(time)),
  usage_limits: usageLimits,
  rate_limits: rateLimits,
};

/** What a virtual key is made of; options of its provider stand beside these, in snake or camel case. */
export const virtualKeyBody = z.looseObject({ ...accountFields, provider: z.optional(z.string()), key: z.optional(z.string()) });

/** What an integration is made of; options of its provider stand in `configurations`. */
export const integrationBody = z.looseObject({
  ...accountFields,
  description: z.optional(z.nullable(z.string())),
  ai_provider_id: z.optional(z.string()),
  key: z.optional(z.string()),
  configurations: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});

/** What a provider is made of: an integration, whose credentials it uses, with limits of its own. */
export const providerBody = z.looseObject({ ...accountFields, integration_id: z.optional(z.string()) });

/** Members that mean nothing here. */
const IGNORED = new Set([
  'id',
  'object',
  'status',
  'type',
  'organisation_id',
  'reset_usage',
  'created_at',
  'last_updated_at',
  'masked_api_key',
  'model_config',
]);
/** Portkey's names for options that are called otherwise in configs. */
const RENAMED: Readonly<Record<string, string>> = {
  deployment_name: 'deployment_id',
  base_url: 'custom_host',
  azure_resource_name: 'resource_name',
  azure_deployment_id: 'deployment_id',
  azure_api_version: 'api_version',
};

/** A saved provider made of a virtual key's members. `saved`: the provider of one that is there already. */
export function virtualKeyGiven(body: z.infer<typeof virtualKeyBody>, saved: string | undefined): JsonObject {
  const { name, note, expires_at, key, provider, usage_limits, rate_limits, slug: _, workspace_id: __, ...options } = body;
  return accountGiven(
    { name, note, expires_at, key, provider, ...limitsGiven({ usage_limits, rate_limits }) },
    optionsGiven(options, provider ?? saved),
  );
}

/** A saved provider made of an integration's members. `saved`: the provider of one that is there already. */
export function integrationGiven(body: z.infer<typeof integrationBody>, saved: string | undefined): JsonObject {
  const { name, description, note, expires_at, key, ai_provider_id: provider, configurations } = body;
  return accountGiven(
    { name, note: description ?? note, expires_at, key, provider, ...limitsGiven(body) },
    optionsGiven(configurations ?? {}, provider ?? saved),
  );
}

function accountGiven(members: Readonly<Record<string, unknown>>, { options, host }: OptionsGiven): JsonObject {
  return said({ ...members, custom_host: host, options: Object.keys(options).length === 0 ? undefined : options });
}

interface OptionsGiven {
  readonly options: Readonly<Record<string, Json>>;
  readonly host: Json | undefined;
}

/** Keys with scopes write here, who may use what their workspace has, but not read the machine. */
const NO_REFERENCES = 'Expected the value itself; references to the environment and to files are saved at /admin/v1/providers';

function optionsGiven(members: Readonly<Record<string, unknown>>, providerId = ''): OptionsGiven {
  const provider = providerById(providerId);
  const known = new Set(provider === undefined ? [] : optionsOf(provider).map(({ name }) => name));
  const options: Record<string, Json> = {};
  let host: Json | undefined;
  for (const [given, value] of Object.entries(flattened(members))) {
    const name = nameOf(given, known);
    if (value === null || value === undefined || value === '' || IGNORED.has(name)) continue;
    if (isSecretReference(value)) throw new GatewayError('invalid_request', `${given}: ${NO_REFERENCES}`, { param: given });
    if (name === 'custom_host') host = value as Json;
    else if (known.has(name)) options[name] = value as Json;
    else throw new GatewayError('invalid_request', `${given}: The provider '${providerId}' has no such option`, { param: given });
  }
  return { options, host };
}

function nameOf(given: string, known: ReadonlySet<string>): string {
  const name = given.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return known.has(name) ? name : (RENAMED[name] ?? name);
}

/** Azure's virtual keys list their deployments; the default one counts. */
function flattened({ deploymentConfig, deployment_config: snake, ...members }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const list = deploymentConfig ?? snake;
  if (!Array.isArray(list)) return members;
  const deployments = list.map((item: unknown, i) => {
    if (isObject(item)) return item;
    throw new GatewayError('invalid_request', `deploymentConfig[${i}]: Expected object`, { param: `deploymentConfig[${i}]` });
  });
  const chosen = deployments.find((deployment) => deployment['is_default'] === true) ?? deployments[0];
  const { apiVersion, deploymentName } = chosen ?? {};
  return { ...members, ...said({ apiVersion, deploymentName }) };
}

function statusOf({ isDisabled, expiresAt }: SavedProvider, now: number): string {
  if (isDisabled) return 'archived';
  return isOver(expiresAt, now) ? 'expired' : 'active';
}

/** A saved provider as Portkey shows virtual keys, providers and integrations. */
export function showAccount(saved: SavedProvider, { clock, directory }: AdminWorld): Readonly<Record<string, unknown>> {
  const { record, workspace, id, name } = saved;
  const source = directory.credentialsOf(saved);
  const note = record.body['note'] ?? null;
  const provider = source?.account.provider ?? null;
  return {
    id,
    slug: id,
    name,
    workspace_id: workspace,
    organisation_id: 'sluice',
    note,
    description: note,
    status: statusOf(saved, clock.now()),
    ai_provider_id: provider,
    ai_provider_name: provider,
    integration_id: record.body['integration'] ?? id,
    masked_api_key: source?.keys[0]?.masked ?? null,
    expires_at: isoOf(saved.expiresAt),
    created_at: isoOf(record.createdAt),
    last_updated_at: isoOf(record.updatedAt),
    ...limitsShown(record.body),
  };
}
