import * as z from 'zod/mini';
import { described } from '../../config/schema-parts.ts';
import { GatewayError } from '../../errors.ts';
import type { LogFilter } from '../../logs/log-store.ts';
import type { RequestLog } from '../../stores/log/open.ts';
import { liveTail } from './live-tail.ts';
import { listOf } from './lists.ts';
import { exportLines } from './log-export.ts';
import { callQuery } from './log-query.ts';
import { operation, type Operation } from './operation.ts';
import type { AdminWorld } from './world.ts';

/** Whoever administers the gateway sees all calls; a key with the scope, those of its workspace. */
const reading = { tag: 'logs', access: { scopes: ['logs.read'] }, method: 'GET' } as const;

const tokens = z.object({
  input: z.number(),
  cache_read: z.number(),
  cache_write: z.number(),
  output: z.number(),
  reasoning: z.number(),
  total: z.number(),
});

const textOrNull = z.nullable(z.string());

/** A call as lists show it. */
const entryShown = z.looseObject({
  id: z.string(),
  at: described('When the call came, ISO 8601.', z.string()),
  trace_id: z.string(),
  session_id: textOrNull,
  method: z.string(),
  path: z.string(),
  status: z.number(),
  error_class: textOrNull,
  error_code: textOrNull,
  provider: textOrNull,
  model: textOrNull,
  requested_model: textOrNull,
  target: textOrNull,
  api_key: z.nullable(z.object({ id: z.string(), name: textOrNull })),
  config: z.nullable(z.object({ id: z.string(), version: z.nullable(z.number()) })),
  workspace: z.string(),
  is_stream: z.boolean(),
  ending: described('`whole`, `broken`, `left` or `failed`.', z.string()),
  ms: described('Milliseconds to the end of the answer.', z.number()),
  first_ms: described('Milliseconds to its first content.', z.nullable(z.number())),
  attempts_count: z.number(),
  cache: z.object({ status: z.string(), saved: z.nullable(z.number()) }),
  usage: tokens,
  cost: described('USD; null where the price is unknown.', z.nullable(z.number())),
  metadata: z.record(z.string(), z.unknown()),
  excerpt: described('The beginning of the request.', z.string()),
});

/** The log of a gateway; throws 404 where it was switched off. */
export function requestLogOf({ log }: AdminWorld): RequestLog {
  if (log === undefined) throw new GatewayError('not_found', 'The request log is switched off (LOG_REQUESTS=0).');
  return log;
}

/** Operations on the calls that the gateway has answered. */
export function logOperations(world: AdminWorld): readonly Operation[] {
  return [listCalls(world), followCalls(world), exportCalls(world), showCall(world)];
}

const listQuery = callQuery({
  limit: z.optional(described('How many, 1 to 200; 50 by default.', z.coerce.number().check(z.int(), z.gte(1), z.lte(200)))),
  cursor: z.optional(described('`next_cursor` of the page before.', z.string())),
  count: z.optional(described('`true`: also returns the total.', z.string())),
});

function listCalls(world: AdminWorld): Operation {
  return operation({
    ...reading,
    path: '/admin/v1/logs',
    summary: 'List calls, the last one first',
    query: listQuery.schema,
    reply: z.extend(listOf(entryShown), { total: z.optional(z.number()) }),
    run: async ({ query, workspace }) => {
      const { limit = 50, cursor, count } = query;
      const filter = listQuery.filterOf(query, workspace);
      return { body: await pageOfLog(requestLogOf(world), filter, { limit, cursor: placeOf(cursor), counts: count === 'true' }) };
    },
  });
}

const followQuery = callQuery({});

function followCalls(world: AdminWorld): Operation {
  return operation({
    ...reading,
    path: '/admin/v1/logs/stream',
    summary: 'Follow calls as they end, as server-sent events',
    query: followQuery.schema,
    run: async ({ query, workspace, signal }) => ({
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
      stream: liveTail(requestLogOf(world).questions, followQuery.filterOf(query, workspace), {
        clock: world.clock,
        signal,
        isOver: () => world.isDraining?.() ?? false,
      }),
    }),
  });
}

const exportQuery = callQuery({ bodies: z.optional(described('`false`: without attempts, headers and bodies.', z.string())) });

function exportCalls(world: AdminWorld): Operation {
  return operation({
    ...reading,
    path: '/admin/v1/logs/export',
    summary: 'Export calls with all that is known of them, one line of JSON each, the last one first',
    query: exportQuery.schema,
    run: async ({ query, workspace, signal }) => ({
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'content-disposition': 'attachment; filename="calls.jsonl"' },
      stream: exportLines(requestLogOf(world).questions, exportQuery.filterOf(query, workspace), { isFull: query.bodies !== 'false', signal }),
    }),
  });
}

function showCall(world: AdminWorld): Operation {
  return operation({
    ...reading,
    path: '/admin/v1/logs/{id}',
    summary: 'Show a call with its attempts, bodies and feedback',
    reply: entryShown,
    run: async ({ params, workspace }) => ({ body: await callOf(world, params['id'] ?? '', workspace) }),
  });
}

/** Everything that is known of a call; throws 404 where nothing is. */
export async function callOf(world: AdminWorld, id: string, workspace: string | undefined): Promise<object> {
  const call = await requestLogOf(world).questions.get({ id, workspace });
  if (call === undefined) throw new GatewayError('not_found', `There is no call ${id.slice(0, 100)} in the log.`);
  return call;
}

interface PageOptions {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly counts: boolean;
}

async function pageOfLog({ questions }: RequestLog, filter: LogFilter, { limit, cursor, counts }: PageOptions): Promise<object> {
  const [{ entries, next }, total] = await Promise.all([questions.list({ filter, limit, cursor }), counts ? questions.count({ filter }) : undefined]);
  return { object: 'list', data: entries, has_more: next !== undefined, next_cursor: next ?? null, total };
}

function placeOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  if (/^\d{1,16}$/.test(cursor)) return cursor;
  throw new GatewayError('invalid_request', 'cursor: Expected the next_cursor of an earlier page', { param: 'cursor' });
}
