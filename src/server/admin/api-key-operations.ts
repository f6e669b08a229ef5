import type { SavedApiKey } from '../../directory/entities.ts';
import { isOver, objectsOf } from '../../directory/read-body.ts';
import { apiKeyCreate, apiKeyMade, apiKeyRotate, apiKeyShown, apiKeyUpdate } from '../../directory/schemas.ts';
import { keyOfText, rotated, writeApiKey } from '../../directory/write-api-key.ts';
import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { boundsOfKey } from './bounds.ts';
import { operation, type Operation } from './operation.ts';
import { crudOperations, type Resource, type Saving } from './resource.ts';
import { found, isoOf, persistently, randomHex, shownBase, update } from './saving.ts';
import type { AdminWorld } from './world.ts';

/** The keys of callers. */
export const apiKeys: Resource<'api_key'> = {
  kind: 'api_key',
  path: '/admin/v1/api-keys',
  tag: 'api-keys',
  noun: 'an API key',
  create: apiKeyCreate,
  update: apiKeyUpdate,
  shown: apiKeyShown,
  made: apiKeyMade,
  show: showApiKey,
  newId: () => `key-${randomHex(8)}`,
  write: ({ key, ...given }, { world, id, workspace, before }) => {
    const missing = missingConfig(given, { world, id, workspace, before });
    if (missing !== undefined) return { problems: [{ path: ['default_config'], message: missing }] };
    const written = writeApiKey(given, id);
    if ('problems' in written || before !== undefined) return written;
    const made = keyOfText(typeof key === 'string' ? key : undefined);
    if (world.directory.apiKey(made.kept['hash'] as string) !== undefined)
      throw new GatewayError('id_taken', 'There is already an API key with this text.', { param: 'key' });
    return { body: { ...written.body, ...made.kept }, told: { key: made.text } };
  },
};

function showApiKey(key: SavedApiKey, world: AdminWorld): object {
  const { directory } = world;
  const { body } = key.record;
  const { caller } = key;
  const list = (name: string): Json => body[name] ?? null;
  return {
    ...shownBase(key),
    status: statusOf(key, world),
    masked: body['masked'] ?? '****',
    previous: objectsOf(body, 'previous').map(({ masked, until }) => ({ masked, until })),
    description: body['description'] ?? null,
    scopes: caller.scopes,
    expires_at: isoOf(key.expiresAt),
    default_config: caller.defaultConfig ?? null,
    allow_config_override: caller.mayOverrideConfig,
    metadata: caller.metadata,
    log_bodies: caller.logsBodies !== false,
    allowed_models: list('allowed_models'),
    allowed_providers: list('allowed_providers'),
    allowed_configs: list('allowed_configs'),
    usage_limits: body['usage_limits'] ?? [],
    rate_limits: body['rate_limits'] ?? [],
    last_used_at: isoOf(directory.lastUse(key.id)),
  };
}

/** What is wrong with the default config that a key is to have. */
function missingConfig({ default_config: id }: JsonObject, { world, workspace, before }: Saving): string | undefined {
  if (typeof id !== 'string' || before?.['default_config'] === id) return undefined;
  const answer = world.directory.viewOf(workspace).config(id);
  return 'problem' in answer ? answer.problem : undefined;
}

/** Whether a key is good for calls, and why not. */
export function statusOf(key: SavedApiKey, { clock, limits }: AdminWorld): string {
  if (key.isBlocked) return 'blocked';
  if (isOver(key.expiresAt, clock.now())) return 'expired';
  return limits?.limiter.isExhausted(boundsOfKey(key)) === true ? 'exhausted' : 'active';
}

/** Replaces a key by a new one. */
export async function rotate(
  world: AdminWorld,
  subject: { readonly id: string; readonly workspace: string | undefined },
  overlap: number,
): Promise<{ readonly entity: SavedApiKey; readonly key: string; readonly until: number }> {
  return persistently(world, {}, async () => {
    const { record } = found(world, { kind: 'api_key', ...subject });
    const made = keyOfText();
    const now = world.clock.now();
    const until = now + overlap * 1000;
    const entity = await update(world, { kind: 'api_key', ...subject }, { body: rotated(record.body, made, { now, until }), headers: {} });
    return { entity, key: made.text, until };
  });
}

/** The keys of callers. */
export function apiKeyOperations(world: AdminWorld): readonly Operation[] {
  return [
    ...crudOperations(world, apiKeys),
    operation({
      tag: apiKeys.tag,
      access: 'admin',
      method: 'POST',
      path: `${apiKeys.path}/{id}/rotate`,
      summary: 'Replace an API key by a new one',
      body: apiKeyRotate,
      reply: apiKeyMade,
      run: async ({ params, body, workspace }) => {
        const { entity, key } = await rotate(world, { id: params['id'] as string, workspace }, body.overlap_seconds ?? 0);
        return { body: { ...apiKeys.show(entity, world), key } };
      },
    }),
  ];
}
