import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod/mini';
import { DEFAULT_WORKSPACE } from '../../directory/directory.ts';
import type { Entities } from '../../directory/entities.ts';
import type { Written } from '../../directory/write-provider.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { RecordKind } from '../../stores/records/record-store.ts';
import { problemsIn } from './checked.ts';
import { listOf, listQuery, pageOf } from './lists.ts';
import { operation, type Operation } from './operation.ts';
import { create, found, persistently, remove, update, visible, withChanges, type Subject } from './saving.ts';
import type { AdminWorld } from './world.ts';

/** What something is saved with. */
export interface Saving {
  readonly world: AdminWorld;
  readonly id: string;
  readonly workspace: string;
  /** What is saved now; undefined for something new. */
  readonly before: JsonObject | undefined;
}

/** A kind of saved things, as the interfaces show and change it. */
export interface Resource<Kind extends RecordKind> {
  readonly kind: Kind;
  /** As `/admin/v1/configs`. */
  readonly path: string;
  readonly tag: string;
  /** With its article: `a config`. */
  readonly noun: string;
  readonly create: z.core.$ZodType;
  readonly update: z.core.$ZodType;
  readonly shown: z.core.$ZodType;
  /** Of the reply to what makes one, where that tells more. */
  readonly made?: z.core.$ZodType | undefined;
  show(entity: Entities[Kind], world: AdminWorld): object;
  newId(name: string | undefined, world: AdminWorld): string;
  /** What is kept of what was given, which has been checked against the schema. `told`: what only the reply to this request tells. */
  write(given: JsonObject, saving: Saving): Written & { readonly told?: object | undefined };
}

interface Making {
  readonly given: JsonObject;
  readonly id?: string | undefined;
  readonly workspace?: string | undefined;
  /** The workspace of whoever asks. */
  readonly asker: string | undefined;
}

/** Something that was saved, with what only this reply tells of it. */
interface Outcome<Kind extends RecordKind> {
  readonly entity: Entities[Kind];
  readonly told: object;
}

/** Saves something new. */
export async function make<Kind extends RecordKind>(world: AdminWorld, resource: Resource<Kind>, making: Making): Promise<Outcome<Kind>> {
  const { given, workspace, asker } = making;
  const name = typeof given['name'] === 'string' ? given['name'] : undefined;
  const id = making.id ?? resource.newId(name, world);
  const owner = workspace ?? asker ?? DEFAULT_WORKSPACE;
  const written = resource.write(withName(given, name ?? id), { world, id, workspace: owner, before: undefined });
  if ('problems' in written) throw problemsIn(written.problems, 'body');
  const entity = await create(world, { kind: resource.kind, id, workspace: owner, asker, body: written.body });
  return { entity, told: written.told ?? {} };
}

function withName(given: JsonObject, name: string): JsonObject {
  return { ...given, name };
}

interface Changing {
  /** What changes; what is not named stays, and null takes it away. */
  readonly changes: JsonObject;
  readonly headers: IncomingHttpHeaders;
}

/** Changes something. */
export async function change<Kind extends RecordKind>(
  world: AdminWorld,
  { resource, subject }: { readonly resource: Resource<Kind>; readonly subject: Subject<Kind> },
  { changes, headers }: Changing,
): Promise<Outcome<Kind>> {
  return persistently(world, headers, async () => {
    const { record, workspace } = found(world, subject);
    const before = record.body;
    const written = resource.write(withChanges(before, changes), { world, id: subject.id, workspace, before });
    if ('problems' in written) throw problemsIn(written.problems, 'body');
    return { entity: await update(world, subject, { body: written.body, headers }), told: written.told ?? {} };
  });
}

/** The five operations that every kind has. */
export function crudOperations<Kind extends RecordKind>(world: AdminWorld, resource: Resource<Kind>): readonly Operation[] {
  return [...reading(world, resource), ...writing(world, resource)];
}

function reading<Kind extends RecordKind>(world: AdminWorld, resource: Resource<Kind>): readonly Operation[] {
  const { kind, path, tag, noun, shown } = resource;
  const show = (entity: Entities[Kind]): object => resource.show(entity, world);
  return [
    operation({
      tag,
      access: 'admin',
      method: 'GET',
      path,
      summary: `List the ${tag}`,
      query: listQuery,
      reply: listOf(shown),
      run: async ({ query, workspace }) => ({ body: pageOf(visible(world, kind, workspace), query, show) }),
    }),
    operation({
      tag,
      access: 'admin',
      method: 'GET',
      path: `${path}/{id}`,
      summary: `Show ${noun}`,
      reply: shown,
      run: async ({ params, workspace }) => ({ body: show(found(world, { kind, id: params['id'] as string, workspace })) }),
    }),
  ];
}

function writing<Kind extends RecordKind>(world: AdminWorld, resource: Resource<Kind>): readonly Operation[] {
  const { kind, path, tag, noun, shown } = resource;
  const show = ({ entity, told }: Outcome<Kind>): object => ({ ...resource.show(entity, world), ...told });
  return [
    operation({
      tag,
      access: 'admin',
      method: 'POST',
      path,
      summary: `Save ${noun}`,
      body: resource.create,
      reply: resource.made ?? shown,
      run: async ({ body, workspace: asker }) => {
        const { id, workspace, ...given } = body as JsonObject & { readonly id?: string; readonly workspace?: string };
        return { status: 201, body: show(await make(world, resource, { given, id, workspace, asker })) };
      },
    }),
    operation({
      tag,
      access: 'admin',
      method: 'PUT',
      path: `${path}/{id}`,
      summary: `Change ${noun}; members that are not named stay as they are, null removes one`,
      body: resource.update,
      reply: shown,
      run: async ({ params, body, workspace, headers }) => {
        const subject = { kind, id: params['id'] as string, workspace };
        return { body: show(await change(world, { resource, subject }, { changes: body as JsonObject, headers })) };
      },
    }),
    operation({
      tag,
      access: 'admin',
      method: 'DELETE',
      path: `${path}/{id}`,
      summary: `Remove ${noun}`,
      run: async ({ params, workspace, headers }) => {
        await remove(world, { kind, id: params['id'] as string, workspace }, headers);
        return {};
      },
    }),
  ];
}
