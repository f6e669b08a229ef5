import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { DEFAULT_WORKSPACE, type Directory } from '../../directory/directory.ts';
import type { Entities } from '../../directory/entities.ts';
import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { RecordConflict, type RecordKind, type StoredRecord } from '../../stores/records/record-store.ts';
import { log } from '../../telemetry/log.ts';
import { reached } from './reached.ts';
import type { AdminWorld } from './world.ts';

/** What people call the kinds. */
const NAMES: Readonly<Record<RecordKind, string>> = { config: 'config', provider: 'provider', api_key: 'API key', policy: 'policy' };

/** Who asks, and about what. */
export interface Subject<Kind extends RecordKind> {
  readonly kind: Kind;
  readonly id: string;
  /** Undefined: whoever asks sees all workspaces. */
  readonly workspace: string | undefined;
}

/** Something saved, as far as whoever asks can see it; throws 404. */
export function found<Kind extends RecordKind>({ directory }: AdminWorld, { kind, id, workspace }: Subject<Kind>): Entities[Kind] {
  const entity = directory.find(kind, id);
  if (entity !== undefined && (workspace === undefined || entity.workspace === workspace)) return entity;
  requireReady(directory);
  throw new GatewayError('not_saved', `There is no ${NAMES[kind]} saved as '${id.slice(0, 100)}'.`, { param: 'id' });
}

/** All of a kind that whoever asks can see, in the order of their ids. */
export function visible<Kind extends RecordKind>({ directory }: AdminWorld, kind: Kind, workspace: string | undefined): readonly Entities[Kind][] {
  requireReady(directory);
  const all = directory.all(kind);
  return workspace === undefined ? all : all.filter((entity) => entity.workspace === workspace);
}

/** Before the store has been heard nobody knows what there is. */
function requireReady({ isReady }: Directory): void {
  if (!isReady)
    throw new GatewayError('store_unavailable', 'Saved configs and keys cannot be read at the moment.', { headers: ['retry-after', '1'] });
}

interface NewRecord<Kind extends RecordKind> {
  readonly kind: Kind;
  readonly id: string;
  /** As the body of the request says. */
  readonly workspace: string | undefined;
  /** As the key of whoever asks says. */
  readonly asker: string | undefined;
  readonly body: JsonObject;
}

/** Saves something new; throws 409 where the id is taken. */
export async function create<Kind extends RecordKind>(
  world: AdminWorld,
  { kind, id, workspace, asker, body }: NewRecord<Kind>,
): Promise<Entities[Kind]> {
  const owner = workspace ?? asker ?? DEFAULT_WORKSPACE;
  if (asker !== undefined && owner !== asker)
    throw new GatewayError('not_admitted', `workspace: the API key of this request belongs to the workspace '${asker}'.`, { param: 'workspace' });
  const taken = new GatewayError('id_taken', `There is already a ${NAMES[kind]} saved as '${id}'.`, { param: 'id' });
  if (world.directory.find(kind, id) !== undefined) throw taken;
  const record = await stored(world.store.create({ kind, id, workspace: owner, body: withoutNulls(body) }), () => taken);
  return noted(world, kind, record);
}

/** Changes something. `if-match` names the version that is to be changed. */
export async function update<Kind extends RecordKind>(
  world: AdminWorld,
  subject: Subject<Kind>,
  change: { readonly body: JsonObject; readonly headers: IncomingHttpHeaders },
): Promise<Entities[Kind]> {
  const entity = changeable(world, subject);
  const ifVersion = versionWanted(change.headers) ?? entity.version;
  const { kind, id } = subject;
  const record = await stored(world.store.update(kind, id, { body: withoutNulls(change.body), ifVersion }), mismatch);
  if (record === undefined) return found(world, { ...subject, id });
  return noted(world, kind, record);
}

/** Others who change the same thing at the same time are waited for so often. */
const MOST_ATTEMPTS = 20;

/** Makes a change on top of what others have changed meanwhile, unless the request says on top of what. */
export async function persistently<T>({ directory }: AdminWorld, headers: IncomingHttpHeaders, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const isLate = error instanceof GatewayError && error.code === 'version_mismatch' && headers['if-match'] === undefined;
      if (!isLate || attempt === MOST_ATTEMPTS) throw error;
      await directory.follow();
    }
  }
}

/** Removes something. */
export async function remove<Kind extends RecordKind>(world: AdminWorld, subject: Subject<Kind>, headers: IncomingHttpHeaders): Promise<void> {
  changeable(world, subject);
  await stored(world.store.remove(subject.kind, subject.id, versionWanted(headers)), mismatch);
  world.directory.noteRemoved(subject.kind, subject.id);
  log('info', `the ${NAMES[subject.kind]} was removed`, { id: subject.id });
}

function noted<Kind extends RecordKind>({ directory }: AdminWorld, kind: Kind, record: StoredRecord): Entities[Kind] {
  directory.noteWritten(record);
  log('info', `the ${NAMES[kind]} was saved`, { id: record.id, version: record.version, workspace: record.workspace });
  return directory.find(kind, record.id) as Entities[Kind];
}

function changeable<Kind extends RecordKind>(world: AdminWorld, subject: Subject<Kind>): Entities[Kind] {
  const entity = found(world, subject);
  if (entity.source === 'api') return entity;
  throw new GatewayError('read_only', `The ${NAMES[subject.kind]} '${subject.id}' is defined in sluice.yaml and can only be changed there.`);
}

function mismatch(error: Error): GatewayError {
  return new GatewayError('version_mismatch', error.message, { cause: error });
}

/** What the store of saved things says of a change; `conflict`: what a change of others in the meantime is answered with. */
function stored<T>(change: Promise<T>, conflict: (error: Error) => GatewayError): Promise<T> {
  const answer = change.catch((error: unknown) => {
    throw error instanceof RecordConflict ? conflict(error) : error;
  });
  return reached(() => answer, 'The store cannot be reached: nothing was changed.');
}

/** The version that `if-match` names; undefined: any. */
function versionWanted(headers: IncomingHttpHeaders): number | undefined {
  const tag = headers['if-match'];
  if (tag === undefined || tag === '*') return undefined;
  const version = Number(/^(?:W\/)?"?(\d+)"?$/.exec(tag)?.[1]);
  if (Number.isInteger(version)) return version;
  throw new GatewayError('invalid_header', 'if-match: Expected the ETag of a version, such as "3"', { param: 'if-match' });
}

/** A body with the members that a change names in place of its own; null takes a member away. */
export function withChanges(body: JsonObject, changes: object): JsonObject {
  const named = Object.entries(changes as Readonly<Record<string, Json | undefined>>).filter(([, value]) => value !== undefined);
  return { ...body, ...Object.fromEntries(named) };
}

function withoutNulls(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined));
}

/** An id made of a name: `My key` becomes `my-key`. Empty where nothing of the name can stand in one. */
export function slugOf(name: string | undefined): string {
  const plain = (name ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return plain.replaceAll(/^-+|-+$/g, '').slice(0, 60);
}

/** Hexadecimal digits by chance. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** A time as replies spell it; null where there is none. */
export function isoOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** What everything saved shows. */
export function shownBase({ id, name, workspace, version, source, record }: Entities[RecordKind]): object {
  return { id, name, workspace, version, source, created_at: isoOf(record.createdAt), updated_at: isoOf(record.updatedAt) };
}
