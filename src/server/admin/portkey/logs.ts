import * as z from 'zod/mini';
import { described } from '../../../config/schema-parts.ts';
import { captureCustom, type CustomCall } from '../../../logs/custom.ts';
import { NO_WORKSPACE } from '../../../logs/record.ts';
import { callOf, requestLogOf } from '../log-operations.ts';
import { operation, type Operation } from '../operation.ts';
import { randomHex } from '../saving.ts';
import type { AdminWorld } from '../world.ts';
import { portkeyLog } from './log-form.ts';
import { answered, scoped, TAG } from './parts.ts';

const WEEK = 7 * 86_400_000;

const headers = z.optional(z.record(z.string(), z.string()));

/** A call that did not go through the gateway. */
const customLog = z.looseObject({
  request: z.looseObject({
    url: z.optional(z.string()),
    provider: z.optional(z.string()),
    method: z.optional(z.string()),
    headers,
    body: z.optional(z.unknown()),
  }),
  response: z.looseObject({
    status: z.optional(z.int().check(z.gte(100), z.lte(599))),
    headers,
    body: z.optional(z.unknown()),
    response_time: described('Milliseconds, up to those of a week.', z.optional(z.number().check(z.gte(0), z.lte(WEEK)))),
    streamingMode: z.optional(z.boolean()),
  }),
  metadata: z.optional(z.record(z.string(), z.unknown())),
});

/** Bytes of each body that are kept. */
const BODY_LIMIT = 128 * 1024;

/** Calls of the log, as Portkey's clients tell of them and ask for them. */
export function portkeyLogs(world: AdminWorld): readonly Operation[] {
  return [
    operation({
      tag: TAG,
      access: scoped('logs.write'),
      method: 'POST',
      path: '/v1/logs',
      summary: 'Log a call, or several, that did not go through the gateway',
      body: z.union([customLog, z.array(customLog)]),
      run: async ({ body, workspace = NO_WORKSPACE }) => {
        const log = requestLogOf(world);
        const ids = [body].flat().map((call) => {
          const id = randomHex(16);
          log.append(captureCustom(call as CustomCall, { id, now: world.clock.now(), workspace, bodyLimit: BODY_LIMIT }));
          return id;
        });
        log.flush();
        return { body: { status: 'success', message: `${ids.length} of ${ids.length} logs taken`, log_ids: ids } };
      },
    }),
    operation({
      tag: TAG,
      access: scoped('logs.read', 'logs.view'),
      method: 'GET',
      path: '/v1/logs/{id}',
      summary: 'Show a call of the log',
      run: async ({ params, workspace }) => ({ body: answered(portkeyLog((await callOf(world, params['id'] ?? '', workspace)) as never)) }),
    }),
  ];
}
