import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod/mini';
import { described, parameters } from '../../config/schema-parts.ts';
import { configJsonSchema } from '../../config/json-schema.ts';
import { configCreate, configShown, configUpdate } from '../../directory/schemas.ts';
import type { SavedConfig } from '../../directory/entities.ts';
import { maskedConfig, openedConfig, sealedConfig, unmaskedConfig } from '../../directory/write-config.ts';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import { configIssues, requireConfig } from './config-check.ts';
import { listOf } from './lists.ts';
import { operation, type Operation } from './operation.ts';
import { reached } from './reached.ts';
import { crudOperations, type Resource } from './resource.ts';
import { found, isoOf, persistently, randomHex, shownBase, slugOf, update, type Subject } from './saving.ts';
import type { AdminWorld } from './world.ts';

/** Saved configs. */
export const configs: Resource<'config'> = {
  kind: 'config',
  path: '/admin/v1/configs',
  tag: 'configs',
  noun: 'a config',
  create: configCreate,
  update: configUpdate,
  shown: configShown,
  show: (config) => ({
    ...shownBase(config),
    status: config.isArchived ? 'archived' : 'active',
    config: maskedConfig(config.config),
  }),
  newId: (name) => ['pc', slugOf(name), randomHex(3)].filter((part) => part !== '').join('-'),
  write: (given, { world, id, workspace, before }) => {
    const opened = before === undefined ? undefined : world.directory.find('config', id)?.config;
    const isOld = before !== undefined && given['config'] === before['config'];
    const { config, problems } = isOld ? { config: opened ?? {}, problems: [] } : unmaskedConfig(given['config'] as JsonObject, opened);
    if (problems.length > 0) return { problems };
    if (!isOld) requireConfig(world, config, workspace);
    return { body: { ...given, config: isOld ? before['config'] : sealedConfig(config, id, world.secrets) } };
  },
};

const checkReply = z.object({
  valid: z.boolean(),
  problems: z.array(z.object({ path: described('Keys and indexes, such as `targets[0].provider`.', z.string()), message: z.string() })),
});

/** Saved configs, their versions, and what is wrong with one that is not saved. */
export function configOperations(world: AdminWorld): readonly Operation[] {
  const base = { tag: configs.tag, access: 'admin' } as const;
  return [
    operation({
      ...base,
      method: 'POST',
      path: `${configs.path}/check`,
      summary: 'Say what is wrong with a config, and save nothing',
      reply: checkReply,
      body: z.strictObject({ config: parameters, workspace: z.optional(z.string()) }),
      run: async ({ body, workspace }) => {
        const problems = configIssues(world, body.config as JsonObject, workspace ?? body.workspace);
        return { body: { valid: problems.length === 0, problems } };
      },
    }),
    ...crudOperations(world, configs),
    operation({
      ...base,
      method: 'GET',
      path: `${configs.path}/{id}/versions`,
      summary: 'List the versions of a config, the last one first',
      reply: listOf(configShown),
      run: async ({ params, workspace }) => {
        const config = found(world, { kind: 'config', id: params['id'] as string, workspace });
        return { body: { object: 'list', data: await versionsOf(world, config), has_more: false, next_cursor: null } };
      },
    }),
    operation({
      ...base,
      method: 'POST',
      path: `${configs.path}/{id}/restore`,
      summary: 'Make an earlier version of a config the last one, with its credentials',
      body: z.strictObject({ version: z.int().check(z.gte(1)) }),
      reply: configShown,
      run: async ({ params, body, workspace, headers }) => {
        const subject = { kind: 'config' as const, id: params['id'] as string, workspace };
        return { body: configs.show(await restore(world, subject, { version: body.version, headers }), world) };
      },
    }),
    operation({
      ...base,
      method: 'GET',
      path: '/admin/v1/schema/config',
      summary: 'The JSON Schema of configs',
      run: async () => ({ body: configJsonSchema() }),
    }),
  ];
}

const AWAY = 'The versions of the config cannot be read at the moment.';

async function restore(
  world: AdminWorld,
  subject: Subject<'config'>,
  { version, headers }: { readonly version: number; readonly headers: IncomingHttpHeaders },
): Promise<SavedConfig> {
  const { workspace } = found(world, subject);
  const versions = await reached(() => world.store.versions('config', subject.id), AWAY);
  const earlier = versions.find((record) => record.version === version);
  if (earlier === undefined) throw new GatewayError('not_saved', `The config '${subject.id}' has no version ${version}.`, { param: 'version' });
  const opened = openedConfig((earlier.body['config'] ?? {}) as JsonObject, subject.id, world.secrets);
  if (opened === undefined) throw new GatewayError('not_saved', `A credential in version ${version} can no longer be read.`, { param: 'version' });
  requireConfig(world, opened, workspace);
  return persistently(world, headers, () => update(world, subject, { body: earlier.body, headers }));
}

/** All versions of a config, the last one first. */
export async function versionsOf(world: AdminWorld, config: SavedConfig): Promise<readonly object[]> {
  if (config.source === 'file') return [configs.show(config, world)];
  const records = await reached(() => world.store.versions('config', config.id), AWAY);
  return records.map(({ version, body, createdAt, updatedAt }) => ({
    ...shownBase(config),
    name: body['name'] ?? config.id,
    version,
    created_at: isoOf(createdAt),
    updated_at: isoOf(updatedAt),
    status: body['status'] ?? 'active',
    config: maskedConfig(openedConfig((body['config'] ?? {}) as JsonObject, config.id, world.secrets) ?? {}),
  }));
}
