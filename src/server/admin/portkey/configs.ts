import * as z from 'zod/mini';
import type { SavedConfig } from '../../../directory/entities.ts';
import { isObject, parseJson } from '../../../dialects/read.ts';
import { movedMask } from '../../../directory/moved-secrets.ts';
import { identifier } from '../../../directory/schema-parts.ts';
import { GatewayError } from '../../../errors.ts';
import type { JsonObject } from '../../../ir/json.ts';
import { configs, versionsOf } from '../config-operations.ts';
import { operation, type Operation } from '../operation.ts';
import { change, make } from '../resource.ts';
import { found, isoOf } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { collectionOperations, subjectOf, type Collection } from './collection.ts';
import { answered, said, scoped, TAG } from './parts.ts';

const PATH = '/v1/configs';
const ONE = `${PATH}/{slug}`;

/** Some clients send the config as text. */
const config = z.pipe(
  z.union([z.string(), z.record(z.string(), z.unknown())]),
  z.transform((value) => (typeof value === 'string' ? parseJson(value) : value) as JsonObject | undefined),
);

const body = z.looseObject({
  name: z.optional(z.string()),
  config: z.optional(config),
  status: z.optional(z.enum(['active', 'archived'])),
  isDefault: z.optional(z.unknown()),
  workspace_id: z.optional(identifier),
});

const made = ({ id, version }: SavedConfig): object => answered({ id, slug: id, version_id: versionId(id, version), object: 'config' });

function versionId(id: string, version: number): string {
  return `${id}@${version}`;
}

function entry(saved: SavedConfig): object {
  const { id, name, workspace, version, record } = saved;
  return {
    id,
    slug: id,
    name,
    workspace_id: workspace,
    organisation_id: 'sluice',
    is_default: 0,
    status: saved.isArchived ? 'archived' : 'active',
    created_at: isoOf(record.createdAt),
    last_updated_at: isoOf(record.updatedAt),
    version_id: versionId(id, version),
    object: 'config',
  };
}

function whole(saved: SavedConfig, world: AdminWorld): object {
  const { config: shown } = configs.show(saved, world) as { config: unknown };
  return { ...entry(saved), config: shown, format: 'json', type: 'org_config' };
}

/** Saved configs, as Portkey's clients ask for them. */
export function portkeyConfigs(world: AdminWorld): readonly Operation[] {
  const collection: Collection<'config'> = {
    kind: 'config',
    path: PATH,
    parameter: 'slug',
    noun: 'a config',
    plural: 'the configs',
    access: (act) => (act === 'list' ? scoped('configs.list', 'configs.read') : scoped(`configs.${act}`)),
    show: (saved) => whole(saved, world),
    showInList: entry,
  };
  return [...collectionOperations(world, collection), versions(world), ...writing(world)];
}

function keepHere(given: JsonObject, { text }: SavedConfig): void {
  const before = parseJson(text);
  const place = movedMask(given, isObject(before) ? before : {});
  if (place === undefined) return;
  const message = `config.${place}: Expected the credential itself, not the mask that is shown for it, where it goes elsewhere than before`;
  throw new GatewayError('invalid_request', message, { param: `config.${place}` });
}

function versions(world: AdminWorld): Operation {
  return operation({
    tag: TAG,
    method: 'GET',
    path: `${ONE}/versions`,
    summary: "List the versions of a config, in Portkey's form",
    access: scoped('configs.read'),
    run: async ({ params, workspace }) => {
      const saved = found(world, subjectOf('config', params, workspace));
      const data = (await versionsOf(world, saved)) as readonly { readonly version: number }[];
      const list = data.map((one) => ({ ...whole(saved, world), ...one, version_id: versionId(saved.id, one.version) }));
      return { body: { success: true, object: 'list', total: list.length, data: list } };
    },
  });
}

function writing(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      tag: TAG,
      method: 'POST',
      path: PATH,
      summary: "Save a config, in Portkey's form",
      access: scoped('configs.create'),
      body,
      run: async ({ body: { name, config: given, workspace_id: workspace }, workspace: asker }) => {
        const { entity } = await make(world, configs, { given: said({ name, config: given ?? {} }), workspace, asker });
        return { body: made(entity) };
      },
    }),
    operation({
      tag: TAG,
      method: 'PUT',
      path: ONE,
      summary: "Change a config, in Portkey's form",
      access: scoped('configs.update'),
      body,
      run: async ({ params, body: { name, config: given, status }, workspace, headers }) => {
        const changes = said({ name, config: given, status });
        const subject = subjectOf('config', params, workspace);
        // Administrators know what they have saved; a key with scopes knows what it may use.
        if (workspace !== undefined && given !== undefined) keepHere(given, found(world, subject));
        const { entity } = await change(world, { resource: configs, subject }, { changes, headers });
        return { body: made(entity) };
      },
    }),
  ];
}
