import * as z from 'zod/mini';
import { described } from '../../../config/schema-parts.ts';
import { identifier } from '../../../directory/schema-parts.ts';
import { GatewayError } from '../../../errors.ts';
import type { JsonObject } from '../../../ir/json.ts';
import type { Export } from '../../../logs/log-store.ts';
import { NO_WORKSPACE } from '../../../logs/record.ts';
import { isSame } from '../access.ts';
import { exportLines } from '../log-export.ts';
import { requestLogOf } from '../log-operations.ts';
import { operation, type Operation } from '../operation.ts';
import { isoOf, randomHex } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { chosenFields, LOG_FIELDS, type LogField } from './log-form.ts';
import { logFilterOf, portkeyFilter, type PortkeyFilter } from './log-filter.ts';
import { said, scoped, TAG } from './parts.ts';

const PATH = '/v1/logs/exports';
const ONE = `${PATH}/{id}`;
/** Calls in one export, as Portkey has it. */
const MOST = 50_000;

const exportBody = z.looseObject({
  filters: z.optional(portkeyFilter),
  requested_data: z.optional(described(`Any of ${LOG_FIELDS.join(', ')}; all by default.`, z.array(z.enum(LOG_FIELDS)))),
  workspace_id: z.optional(z.nullable(identifier)),
  description: z.optional(z.nullable(z.string())),
});

type Status = 'draft' | 'success' | 'stopped';

/** What is kept of an export: no calls, only what selects them; they are read when somebody fetches the file. */
type Kept = JsonObject & {
  readonly status: Status;
  readonly filters: PortkeyFilter & JsonObject;
  readonly requested_data: readonly LogField[];
  readonly description: string | null;
  readonly total: number;
  readonly updated_at: number;
  /** Whoever has it may fetch the file. */
  readonly token: string;
  /** Calls of all workspaces are in it: an administrator asked for it. */
  readonly seesAll: boolean;
};

interface Subject {
  readonly id: string;
  readonly workspace: string | undefined;
}

/** Exports of the log, as Portkey's clients ask for them. */
export function portkeyExports(world: AdminWorld): readonly Operation[] {
  return [...preparing(world), ...fetching(world)];
}

const access = scoped('logs.export');

function subjectOf(params: Readonly<Record<string, string>>, workspace: string | undefined): Subject {
  return { id: params['id'] ?? '', workspace };
}

function preparing(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      tag: TAG,
      access,
      method: 'POST',
      path: PATH,
      summary: 'Prepare an export of calls',
      body: exportBody,
      run: async ({ body, workspace }) => {
        const entry = { id: randomHex(16), workspace: workspace ?? body.workspace_id ?? NO_WORKSPACE, at: world.clock.now() };
        const seesAll = workspace === undefined && !body.workspace_id;
        const kept = await written(world, entry, { ...wishesIn(body), status: 'draft', token: randomHex(32), seesAll });
        return { body: { id: entry.id, total: kept.total, object: 'export' } };
      },
    }),
    operation({
      tag: TAG,
      access,
      method: 'GET',
      path: PATH,
      summary: 'List exports',
      query: z.looseObject({ workspace_id: z.optional(z.string()) }),
      run: async ({ query, workspace }) => {
        const all = await requestLogOf(world).questions.exports({ workspace: workspace ?? query.workspace_id });
        return { body: { object: 'list', total: all.length, data: all.map(show) } };
      },
    }),
    operation({
      tag: TAG,
      access,
      method: 'GET',
      path: ONE,
      summary: 'Show an export',
      run: async ({ params, workspace }) => ({ body: show(await found(world, subjectOf(params, workspace))) }),
    }),
    operation({
      tag: TAG,
      access,
      method: 'PUT',
      path: ONE,
      summary: 'Change an export that has not been started',
      body: exportBody,
      run: async ({ params, body, workspace }) => {
        const entry = await found(world, subjectOf(params, workspace));
        const kept = keptOf(entry);
        if (kept.status !== 'draft') throw new GatewayError('invalid_request', 'The export has been started: make another one.', { status: 409 });
        const { total } = await written(world, entry, { ...kept, ...wishesIn(body) });
        return { body: { id: entry.id, total, object: 'export' } };
      },
    }),
  ];
}

function fetching(world: AdminWorld): readonly Operation[] {
  return [
    ...(['start', 'cancel'] as const).map((act) =>
      operation({
        tag: TAG,
        access,
        method: 'POST',
        path: `${ONE}/${act}`,
        summary: act === 'start' ? 'Start an export' : 'Cancel an export',
        run: async ({ params, workspace }) => {
          const entry = await found(world, subjectOf(params, workspace));
          await written(world, entry, { ...keptOf(entry), status: act === 'start' ? 'success' : 'stopped' });
          return { body: { message: act === 'start' ? 'The export can be downloaded' : 'The export has been cancelled', object: 'export' } };
        },
      }),
    ),
    operation({
      tag: TAG,
      access,
      method: 'GET',
      path: `${ONE}/download`,
      summary: 'Get the URL of the file of an export',
      run: async ({ params, workspace, headers }) => {
        const entry = await found(world, subjectOf(params, workspace));
        const { status, token } = keptOf(entry);
        if (status !== 'success') throw new GatewayError('invalid_request', `The export is ${status}: start it first.`, { status: 409 });
        const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
        return { body: { signed_url: `${scheme}://${headers.host ?? 'localhost'}${PATH}/${entry.id}/file?token=${token}` } };
      },
    }),
    fileOperation(world),
  ];
}

/** The file itself, for whoever has been told where it is. */
function fileOperation(world: AdminWorld): Operation {
  return operation({
    tag: TAG,
    access: 'anyone',
    method: 'GET',
    path: `${ONE}/file`,
    summary: 'Fetch the file of an export, a line of JSON for each call',
    query: z.object({ token: z.string() }),
    run: async ({ params, query, signal }) => {
      const entry = await found(world, { id: params['id'] ?? '', workspace: undefined });
      const { token, status, requested_data: fields, filters, seesAll } = keptOf(entry);
      if (status !== 'success' || !isSame(query.token, token)) throw new GatewayError('not_found', 'There is no such export.');
      const filter = logFilterOf(filters, seesAll ? undefined : entry.workspace);
      return {
        headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'content-disposition': `attachment; filename="${entry.id}.jsonl"` },
        stream: exportLines(requestLogOf(world).questions, filter, { isFull: true, signal, shape: chosenFields(fields), most: MOST }),
      };
    },
  });
}

function keptOf({ body }: Export): Kept {
  return body as Kept;
}

async function found(world: AdminWorld, { id, workspace }: Subject): Promise<Export> {
  const all = await requestLogOf(world).questions.exports({ workspace });
  const entry = all.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new GatewayError('not_found', `There is no export ${id.slice(0, 100)}.`);
  return entry;
}

/** What a request may say of an export; whose calls are in it, and who may fetch it, is not for the request to say. */
function wishesIn({ filters, requested_data, description }: z.infer<typeof exportBody>): Partial<Kept> {
  return said({ filters, requested_data, description });
}

/** Keeps an export, with the number of calls that it has now. */
async function written(world: AdminWorld, entry: Pick<Export, 'id' | 'workspace' | 'at'>, given: Partial<Kept>): Promise<Kept> {
  const { questions } = requestLogOf(world);
  const { filters = {}, requested_data: fields = [], description = null, status = 'draft', token = '', seesAll = false } = given;
  const filter = logFilterOf(filters, seesAll ? undefined : entry.workspace);
  const total = Math.min(MOST, await questions.count({ filter }));
  const body: Kept = { status, filters, requested_data: fields, description, total, updated_at: world.clock.now(), token, seesAll };
  await questions.saveExport({ entry: { ...entry, body } });
  return body;
}

function show(entry: Export): object {
  const { filters, requested_data: fields, status, description, updated_at: updatedAt, total } = keptOf(entry);
  return {
    id: entry.id,
    organisation_id: 'sluice',
    filters,
    requested_data: fields,
    status,
    description,
    created_at: isoOf(entry.at),
    last_updated_at: isoOf(updatedAt),
    workspace_id: entry.workspace,
    total_records: total,
    object: 'export',
  };
}
