import * as z from 'zod/mini';
import { VERSION } from '../../version.ts';
import { openApiOf } from './openapi.ts';
import { operation, type Operation } from './operation.ts';
import { isoOf } from './saving.ts';
import type { RequestLog } from '../../stores/log/open.ts';
import type { AdminWorld } from './world.ts';

/** How many breakers are listed one by one, open ones first. */
const MOST_LISTED = 500;

const statusShape = z.object({
  version: z.string(),
  started_at: z.string(),
  uptime_s: z.int(),
  calls_under_way: z.int(),
  api_keys_required: z.boolean(),
  stores: z.array(z.object({ name: z.string(), kind: z.string(), ok: z.boolean(), detail: z.nullable(z.string()) })),
  directory: z.object({
    ready: z.boolean(),
    trouble: z.nullable(z.string()),
    configs: z.int(),
    providers: z.int(),
    api_keys: z.int(),
    policies: z.int(),
  }),
  file: z.nullable(z.object({ path: z.string(), ok: z.boolean(), loaded_at: z.nullable(z.string()), problems: z.array(z.string()) })),
  breakers: z.record(z.string(), z.int()),
  targets: z.array(
    z.object({
      provider: z.string(),
      host: z.nullable(z.string()),
      key: z.nullable(z.string()),
      model: z.nullable(z.string()),
      state: z.string(),
      open_for_ms: z.number(),
    }),
  ),
});

/** The operations that describe the gateway itself. `all`: every operation there is. */
export function statusOperations(world: AdminWorld, all: () => readonly Operation[]): readonly Operation[] {
  return [
    operation({
      tag: 'status',
      access: 'admin',
      method: 'GET',
      path: '/admin/v1/status',
      summary: 'Show the state of the gateway',
      reply: statusShape,
      run: async () => ({ body: await statusOf(world) }),
    }),
    operation({
      tag: 'status',
      access: 'admin',
      method: 'GET',
      path: '/admin/v1/openapi.json',
      summary: 'Describe the REST interface, as OpenAPI 3.1',
      run: async () => ({ body: openApiOf(all()) }),
    }),
  ];
}

async function statusOf({
  clock,
  startedAt,
  calls,
  stores,
  directory,
  health,
  file,
  isKeyRequired,
  log,
}: AdminWorld): Promise<z.infer<typeof statusShape>> {
  const { trouble } = directory;
  const stated = await stores();
  return {
    version: VERSION,
    started_at: isoOf(startedAt) ?? '',
    uptime_s: Math.floor((clock.now() - startedAt) / 1000),
    calls_under_way: calls.count,
    api_keys_required: isKeyRequired,
    stores: [...stated.map(({ name, kind, ok }) => ({ name, kind, ok, detail: ok ? null : (trouble ?? null) })), ...logStores(log)],
    directory: {
      ready: directory.isReady,
      trouble: trouble ?? null,
      configs: directory.all('config').length,
      providers: directory.all('provider').length,
      api_keys: directory.all('api_key').length,
      policies: directory.all('policy').length,
    },
    file: file(),
    breakers: { ...health.summary() },
    targets: health
      .report()
      .slice(0, MOST_LISTED)
      .map(({ provider, host, key, model, state, openFor }) => ({
        provider,
        host: host ?? null,
        key: key ?? null,
        model: model ?? null,
        state,
        open_for_ms: openFor,
      })),
  };
}

/** The request log among the stores; none where it is switched off. */
function logStores(log: RequestLog | undefined): z.infer<typeof statusShape>['stores'] {
  if (log === undefined) return [];
  const { ok, detail, dropped } = log.state;
  const left = dropped > 0 ? `${dropped} calls were left out: too many waited` : null;
  return [{ name: 'log', kind: log.kind, ok, detail: detail ?? left }];
}
