import * as z from 'zod/mini';
import { described, parameters } from '../../config/schema-parts.ts';
import { configCreate, configShown, configUpdate } from '../../directory/schemas.ts';
import type { SavedConfig } from '../../directory/entities.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { configIssues, requireConfig } from './config-check.ts';
import { listOf, listQuery, pageOf } from './lists.ts';
import { operation, type Operation } from './operation.ts';
import { create, found, isoOf, randomHex, reached, remove, shownBase, slugOf, update, visible, withChanges } from './saving.ts';
import type { AdminWorld } from './world.ts';

const TAG = 'Configs';
const PATH = '/admin/v1/configs';
const admin = { tag: TAG, access: 'admin' } as const;

const checkReply = z.object({
  valid: z.boolean(),
  problems: z.array(z.object({ path: described('Keys and indexes, as `targets[0].provider`.', z.string()), message: z.string() })),
});

/** A saved config as it is shown. */
export function showConfig(config: SavedConfig): object {
  return { ...shownBase(config), status: config.isArchived ? 'archived' : 'active', config: config.record.body['config'] };
}

/** The id of a new config. */
export function newConfigId(name: string | undefined): string {
  return ['pc', slugOf(name), randomHex(3)].filter((part) => part !== '').join('-');
}

/** Saved configs. */
export function configOperations(world: AdminWorld): readonly Operation[] {
  return [...reading(world), ...writing(world)];
}

function reading(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      ...admin,
      method: 'GET',
      path: PATH,
      summary: 'List the saved configs',
      query: listQuery,
      reply: listOf(configShown),
      run: async ({ query, workspace }) => ({ body: pageOf(visible(world, 'config', workspace), query, showConfig) }),
    }),
    operation({
      ...admin,
      method: 'GET',
      path: `${PATH}/{id}`,
      summary: 'Show a saved config',
      reply: configShown,
      run: async ({ params, workspace }) => ({ body: showConfig(found(world, { kind: 'config', id: params['id'] as string, workspace })) }),
    }),
    operation({
      ...admin,
      method: 'GET',
      path: `${PATH}/{id}/versions`,
      summary: 'List the versions of a config, the last one first',
      reply: listOf(configShown),
      run: async ({ params, workspace }) => {
        const config = found(world, { kind: 'config', id: params['id'] as string, workspace });
        return { body: { object: 'list', data: await versionsOf(world, config), has_more: false, next_cursor: null } };
      },
    }),
    operation({
      ...admin,
      method: 'POST',
      path: `${PATH}/check`,
      summary: 'Say what is wrong with a config, and save nothing',
      body: z.strictObject({ config: parameters, workspace: z.optional(z.string()) }),
      reply: checkReply,
      run: async ({ body, workspace }) => {
        const problems = configIssues(world, body.config as JsonObject, workspace ?? body.workspace);
        return { body: { valid: problems.length === 0, problems } };
      },
    }),
  ];
}

function writing(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      ...admin,
      method: 'POST',
      path: PATH,
      summary: 'Save a config',
      body: configCreate,
      reply: configShown,
      run: async ({ body: { id, workspace, ...body }, workspace: asker }) => {
        requireConfig(world, body.config as JsonObject, workspace ?? asker);
        const made = await create(world, { kind: 'config', id: id ?? newConfigId(body.name), workspace, asker, body: body as JsonObject });
        return { status: 201, body: showConfig(made) };
      },
    }),
    operation({
      ...admin,
      method: 'PUT',
      path: `${PATH}/{id}`,
      summary: 'Change a saved config, which makes a new version',
      body: configUpdate,
      reply: configShown,
      run: async ({ params, body, workspace, headers }) => {
        const subject = { kind: 'config' as const, id: params['id'] as string, workspace };
        const config = found(world, subject);
        if (body.config !== undefined) requireConfig(world, body.config as JsonObject, config.workspace);
        return { body: showConfig(await update(world, subject, { body: withChanges(config.record.body, body), headers })) };
      },
    }),
    operation({
      ...admin,
      method: 'DELETE',
      path: `${PATH}/{id}`,
      summary: 'Remove a saved config with all its versions',
      run: async ({ params, workspace, headers }) => {
        await remove(world, { kind: 'config', id: params['id'] as string, workspace }, headers);
        return {};
      },
    }),
  ];
}

/** All versions of a config, the last one first. */
export async function versionsOf(world: AdminWorld, config: SavedConfig): Promise<readonly object[]> {
  if (config.source === 'file') return [showConfig(config)];
  const records = await reached(world.store.versions('config', config.id), (error) => error as never);
  return records.map(({ version, body, createdAt, updatedAt }) => ({
    ...shownBase(config),
    name: (body['name'] as Json | undefined) ?? config.id,
    version,
    created_at: isoOf(createdAt),
    updated_at: isoOf(updatedAt),
    status: body['status'] ?? 'active',
    config: body['config'],
  }));
}
