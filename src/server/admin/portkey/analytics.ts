import * as z from 'zod/mini';
import { described } from '../../../config/schema-parts.ts';
import { GatewayError } from '../../../errors.ts';
import type { Group, GroupBy, Point, Totals } from '../../../logs/log-store.ts';
import { fittingStep, lately } from '../analytics-operations.ts';
import { requestLogOf } from '../log-operations.ts';
import { operation, type Operation } from '../operation.ts';
import type { AdminWorld } from '../world.ts';
import { feedbackGraphs } from './feedback-graphs.ts';
import type { Graph, GraphWorld } from './graph.ts';
import { logFilterOf, portkeyFilter, type PortkeyFilter } from './log-filter.ts';
import { scoped, TAG } from './parts.ts';

const ACCESS = scoped('analytics.read', 'analytics.view', 'logs.read');

/** A graph of what each step of time says: a number, with others beside it. */
function ofPoints(total: (point: Totals) => number, more: (point: Point) => object = () => ({})): Graph {
  return async ({ questions, filter, step }) => {
    const [points, all] = await Promise.all([questions.series({ filter, step }), questions.summary({ filter })]);
    return {
      summary: { total: total(all), avg: share(total(all), all.calls), ...more({ at: filter.from, ...all }) },
      data_points: points.map((point) => ({
        timestamp: isoOf(point.at),
        total: total(point),
        avg: share(total(point), point.calls),
        ...more(point),
      })),
    };
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

const CENTS = 100;
const hitsOf = ({ hits, semanticHits }: Totals): number => hits + semanticHits;

const errorsByStatus: Graph = async ({ questions, filter }) => {
  const groups = await questions.groups({ filter: { ...filter, status: [[400, 599]] }, by: 'status', limit: 100 });
  const stats = groups.map(({ key, calls }) => ({ response_status_code: Number(key), count: calls }));
  return { summary: { total: stats.reduce((sum, { count }) => sum + count, 0) }, data_points: stats };
};

const users: Graph = async ({ questions, filter, step }) => {
  const whole = filter.to - filter.from + 1;
  const [points, all] = await Promise.all([
    questions.distinct({ filter, name: '_user', step }),
    questions.groups({ filter, by: 'metadata._user', limit: 100_000 }),
  ]);
  return {
    summary: { total: all.length, avg: share(all.length * step, whole) },
    data_points: points.map(({ at, count }) => ({ timestamp: isoOf(at), total: count })),
  };
};

const requestsPerUser: Graph = async ({ questions, filter, step }) => {
  const [points, distinct] = await Promise.all([questions.series({ filter, step }), questions.distinct({ filter, name: '_user', step })]);
  const byTime = new Map(distinct.map(({ at, count }) => [at, count]));
  const shown = points.map(({ at, calls }) => ({ timestamp: isoOf(at), total: calls, avg: share(calls, byTime.get(at) ?? 0) }));
  return { summary: { total: points.reduce((sum, { calls }) => sum + calls, 0) }, data_points: shown };
};

/** Portkey's graphs by the ends of their paths; its documents and its clients do not spell all of them alike. */
const GRAPHS: Readonly<Record<string, Graph>> = {
  requests: ofPoints(({ calls }) => calls),
  cost: ofPoints(({ cost }) => cost * CENTS),
  latency: ofPoints(
    ({ calls }) => calls,
    ({ ms }) => ({ avg: ms.p50, p50: ms.p50, p90: ms.p90, p95: ms.p95, p99: ms.p99 }),
  ),
  tokens: ofPoints(
    ({ tokens }) => tokens,
    ({ input, cacheRead, cacheWrite, output, reasoning }) => ({ req_units: input + cacheRead + cacheWrite, res_units: output + reasoning }),
  ),
  users,
  'users/requests': requestsPerUser,
  errors: ofPoints(({ errors }) => errors),
  'errors/rate': ofPoints(
    ({ errors }) => errors,
    ({ errors, calls }) => ({ rate: share(errors, calls) * 100 }),
  ),
  'errors/stacks': errorsByStatus,
  'errors/status-codes': errorsByStatus,
  'requests/rescued': ofPoints(({ rescued }) => rescued),
  'cache/hit-rate': ofPoints(hitsOf, (point) => ({ rate: share(hitsOf(point), hitsOf(point) + point.misses) * 100 })),
  'cache/latency': async (world) => ofPoints(hitsOf, ({ ms }) => ({ avg: ms.p50 }))({ ...world, filter: cachedOnly(world.filter) }),
  ...feedbackGraphs,
};

function cachedOnly(filter: GraphWorld['filter']): GraphWorld['filter'] {
  return { ...filter, dimensions: { ...filter.dimensions, cache: ['HIT', 'SEMANTIC HIT'] } };
}

const SPELLED_OTHERWISE: Readonly<Record<string, string>> = {
  'users-requests': 'users/requests',
  'errors-rate': 'errors/rate',
  'errors-stack': 'errors/stacks',
  'errors/stack': 'errors/stacks',
  'errors-status-code': 'errors/status-codes',
  'errors/status-code': 'errors/status-codes',
  'requests-rescued': 'requests/rescued',
  'cache-hit-rate': 'cache/hit-rate',
  'cache-latency': 'cache/latency',
  'feedbacks/score': 'feedbacks/scores',
};

const GROUPS: Readonly<Record<string, GroupBy>> = {
  users: 'metadata._user',
  'ai-models': 'model',
  model: 'model',
  provider: 'provider',
  ai_service: 'provider',
  workspaces: 'workspace',
  workspace: 'workspace',
  status_code: 'status',
  api_key: 'api_key',
  config: 'config',
};

const groupQuery = z.extend(portkeyFilter, {
  page_size: z.optional(described('1 to 1000; 20 by default.', z.coerce.number().check(z.int(), z.gte(1), z.lte(1000)))),
  current_page: z.optional(described('Counted from 0.', z.coerce.number().check(z.int(), z.gte(0)))),
});

/** Sums over calls, as Portkey's clients ask for them. */
export function portkeyAnalytics(world: AdminWorld): readonly Operation[] {
  const spelled = [...Object.keys(GRAPHS).map((name) => [name, name] as const), ...Object.entries(SPELLED_OTHERWISE)];
  return [
    ...spelled.map(([path, name]) => graphOperation(world, path, GRAPHS[name] as Graph)),
    ...Object.entries(GROUPS).map(([path, by]) => groupOperation(world, path, () => by)),
    groupOperation(world, 'metadata/{key}', ({ key = '' }) => `metadata.${key}`),
    cacheOperation(world),
  ];
}

function graphWorld(world: AdminWorld, query: PortkeyFilter, workspace: string | undefined): GraphWorld {
  const filter = lately(logFilterOf(query, workspace), world.clock.now());
  if (filter.to <= filter.from)
    throw new GatewayError('invalid_request', 'time_of_generation_max: Expected a time after time_of_generation_min', {
      param: 'time_of_generation_max',
    });
  return { questions: requestLogOf(world).questions, filter, step: fittingStep(filter.to - filter.from), workspace };
}

function graphOperation(world: AdminWorld, path: string, graph: Graph): Operation {
  return operation({
    tag: TAG,
    access: ACCESS,
    method: 'GET',
    path: `/v1/analytics/graphs/${path}`,
    summary: `Draw a graph of ${path.replaceAll(/[/-]/g, ' ')}`,
    query: portkeyFilter,
    run: async ({ query, workspace }) => ({ body: { object: 'analytics-graph', ...(await graph(graphWorld(world, query, workspace))) } }),
  });
}

function groupOperation(world: AdminWorld, path: string, byOf: (params: Readonly<Record<string, string>>) => GroupBy): Operation {
  return operation({
    tag: TAG,
    access: ACCESS,
    method: 'GET',
    path: `/v1/analytics/groups/${path}`,
    summary: `Sum up calls by ${path.replaceAll('-', ' ')}`,
    query: groupQuery,
    run: async ({ params, query, workspace }) => {
      const { page_size: size = 20, current_page: page = 0 } = query;
      const { questions, filter } = graphWorld(world, query, workspace);
      const groups = await questions.groups({ filter, by: byOf(params), limit: (page + 1) * size + 1 });
      const shown = groups.slice(page * size, (page + 1) * size);
      return {
        body: {
          object: 'list',
          total: groups.length,
          has_more: groups.length > (page + 1) * size,
          data: shown.map((group) => showGroup(path, group)),
        },
      };
    },
  });
}

/** The member that names a group is called after it. */
function showGroup(path: string, { key, name, calls, cost, tokens, errors, ms }: Group): object {
  const named = { users: 'user', 'ai-models': 'ai_model', workspaces: 'workspace', 'metadata/{key}': 'metadata_value' }[path] ?? path;
  return {
    [named]: key,
    name,
    requests: calls,
    cost: cost * CENTS,
    total_tokens: tokens,
    error_count: errors,
    success_rate: share(calls - errors, calls) * 100,
    avg_latency: ms.p50,
    p95_latency: ms.p95,
    p99_latency: ms.p99,
    object: 'analytics-group',
  };
}

function cacheOperation(world: AdminWorld): Operation {
  return operation({
    tag: TAG,
    access: ACCESS,
    method: 'GET',
    path: '/v1/analytics/summary/cache',
    summary: 'Sum up what the cache has done',
    query: portkeyFilter,
    run: async ({ query, workspace }) => {
      const { questions, filter } = graphWorld(world, query, workspace);
      const [all, cached] = await Promise.all([questions.summary({ filter }), questions.summary({ filter: cachedOnly(filter) })]);
      const hits = hitsOf(all);
      const summary = {
        total_requests: all.calls,
        cache_hits: hits,
        semantic_hits: all.semanticHits,
        cache_misses: all.misses,
        hit_rate: share(hits, hits + all.misses) * 100,
        cost_saved: all.saved * CENTS,
        avg_latency: all.ms.p50,
        avg_cache_latency: cached.ms.p50,
      };
      return { body: { object: 'analytics-summary', summary } };
    },
  });
}
