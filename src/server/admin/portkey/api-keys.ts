import * as z from 'zod/mini';
import type { SavedApiKey } from '../../../directory/entities.ts';
import { identifier, time } from '../../../directory/schema-parts.ts';
import { scopeBeyond } from '../../../directory/scopes.ts';
import { GatewayError } from '../../../errors.ts';
import type { JsonObject } from '../../../ir/json.ts';
import { apiKeys, rotate, statusOf } from '../api-key-operations.ts';
import { operation, type Operation } from '../operation.ts';
import { change, make } from '../resource.ts';
import { found, isoOf } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { collectionOperations, subjectOf, type Collection } from './collection.ts';
import { answered, limitsGiven, limitsShown, rateLimits, said, scoped, TAG, usageLimits } from './parts.ts';

const PATH = '/v1/api-keys';
const ONE = `${PATH}/{id}`;
/** Milliseconds of a year. */
const LONGEST_TRANSITION = 365 * 86_400_000;

const body = z.looseObject({
  name: z.optional(z.string()),
  description: z.optional(z.nullable(z.string())),
  workspace_id: z.optional(identifier),
  scopes: z.optional(z.array(z.string())),
  defaults: z.optional(
    z.nullable(
      z.looseObject({
        metadata: z.optional(z.nullable(z.record(z.string(), z.string()))),
        config_id: z.optional(z.nullable(z.string())),
        allow_config_override: z.optional(z.nullable(z.boolean())),
      }),
    ),
  ),
  expires_at: z.optional(z.nullable(time)),
  usage_limits: usageLimits,
  rate_limits: rateLimits,
});

const scopesFor = (act: string): readonly string[] => [
  `api_keys.${act}`,
  ...['organisation_service', 'workspace_service', 'workspace_user'].map((owner) => `${owner}_api_keys.${act}`),
];

function given({ name, description, scopes, defaults, expires_at, ...rest }: z.infer<typeof body>): JsonObject {
  const { metadata, config_id, allow_config_override } = defaults ?? {};
  return said({
    name,
    description,
    scopes,
    expires_at,
    metadata,
    default_config: config_id,
    allow_config_override,
    ...limitsGiven(rest),
  });
}

function show(key: SavedApiKey, world: AdminWorld): object {
  const { id, name, workspace, record, caller } = key;
  return {
    id,
    name,
    key: record.body['masked'] ?? null,
    description: record.body['description'] ?? null,
    type: 'workspace-service',
    organisation_id: 'sluice',
    workspace_id: workspace,
    user_id: null,
    status: statusOf(key, world),
    created_at: isoOf(record.createdAt),
    last_updated_at: isoOf(record.updatedAt),
    expires_at: isoOf(key.expiresAt),
    creation_mode: 'api',
    scopes: caller.scopes,
    defaults: { metadata: caller.metadata, config_id: caller.defaultConfig ?? null, allow_config_override: caller.mayOverrideConfig },
    ...limitsShown(record.body),
    object: 'api-key',
  };
}

/** A key cannot grant a scope that it does not have. */
function checkScopes(scopes: readonly string[] | undefined, own: readonly string[] | undefined): void {
  const beyond = own === undefined ? undefined : scopeBeyond(scopes ?? [], own);
  if (beyond === undefined) return;
  throw new GatewayError('missing_scope', `scopes: The API key of this request does not have ${beyond.slice(0, 100)} itself.`, { param: 'scopes' });
}

const TYPES: ReadonlySet<unknown> = new Set(['organisation', 'workspace']);
const SUB_TYPES: ReadonlySet<unknown> = new Set(['service', 'user']);

/** A path that only looks like one that makes keys must not make one. */
function checkOwner({ type, sub_type: subType }: Readonly<Record<string, string>>): void {
  if (TYPES.has(type) && SUB_TYPES.has(subType)) return;
  throw new GatewayError('not_found', `Expected ${PATH}/organisation or ${PATH}/workspace, and /service or /user behind it.`);
}

/** The keys of callers, as Portkey's clients ask for them. */
export function portkeyApiKeys(world: AdminWorld): readonly Operation[] {
  const collection: Collection<'api_key'> = {
    kind: 'api_key',
    path: PATH,
    parameter: 'id',
    noun: 'an API key',
    plural: 'the API keys',
    access: (act) => (act === 'list' ? scoped(...scopesFor('list'), ...scopesFor('read')) : scoped(...scopesFor(act))),
    show: (key) => show(key, world),
  };
  return [...collectionOperations(world, collection), ...writing(world)];
}

function writing(world: AdminWorld): readonly Operation[] {
  return [
    // In front of the path with two parameters, which would take it for the key of somebody.
    operation({
      tag: TAG,
      method: 'POST',
      path: `${ONE}/rotate`,
      summary: "Replace an API key by a new one, in Portkey's form",
      access: scoped(...scopesFor('update')),
      body: z.looseObject({ key_transition_period_ms: z.optional(z.number().check(z.gte(0), z.lte(LONGEST_TRANSITION))) }),
      run: async ({ params, body: { key_transition_period_ms: overlap = 0 }, workspace, scopes }) => {
        const subject = subjectOf('api_key', params, workspace);
        const { id } = subject;
        checkScopes(found(world, subject).caller.scopes, scopes);
        const { key, until } = await rotate(world, { id, workspace }, overlap / 1000);
        return { body: answered({ id, key, key_transition_expires_at: isoOf(until), object: 'api-key' }) };
      },
    }),
    operation({
      tag: TAG,
      method: 'POST',
      path: `${PATH}/{type}/{sub_type}`,
      summary: "Save an API key, in Portkey's form; whose it is makes no difference",
      access: scoped(...scopesFor('create')),
      body,
      run: async ({ params, body: members, workspace: asker, scopes }) => {
        checkOwner(params);
        checkScopes(members.scopes ?? [], scopes);
        const { entity, told } = await make(world, apiKeys, { given: given(members), workspace: members.workspace_id, asker });
        return { body: answered({ id: entity.id, ...told, object: 'api-key' }) };
      },
    }),
    operation({
      tag: TAG,
      method: 'PUT',
      path: ONE,
      summary: "Change an API key, in Portkey's form",
      access: scoped(...scopesFor('update')),
      body,
      run: async ({ params, body: members, workspace, scopes, headers }) => {
        checkScopes(members.scopes, scopes);
        await change(world, { resource: apiKeys, subject: subjectOf('api_key', params, workspace) }, { changes: given(members), headers });
        return { body: { success: true } };
      },
    }),
  ];
}
