import * as z from 'zod/mini';
import { described } from '../../config/schema-parts.ts';
import { GatewayError } from '../../errors.ts';
import { DIMENSIONS, type GroupBy, type LogFilter, type Percentiles, type Point, type Statistics } from '../../logs/log-store.ts';
import { requestLogOf } from './log-operations.ts';
import { callQuery } from './log-query.ts';
import { operation, type Operation } from './operation.ts';
import type { AdminWorld } from './world.ts';

const reading = { tag: 'analytics', access: { scopes: ['analytics.read', 'logs.read'] }, method: 'GET' } as const;
const DAY = 24 * 3_600_000;
const MINUTE = 60_000;
const MOST_POINTS = 2000;
const LONGEST_STEP = 366 * DAY;
/** Steps that people like to see, in milliseconds. */
const STEPS = [1, 5, 15, 60, 180, 720, 1440].map((minutes) => minutes * MINUTE);
/** About so many points a series has where no step is named. */
const POINTS = 120;

const numberOrNull = z.nullable(z.number());
const percentiles = z.object({ p50: numberOrNull, p90: numberOrNull, p95: numberOrNull, p99: numberOrNull });

const summaryShown = z.object({
  from: z.string(),
  to: z.string(),
  calls: z.number(),
  errors: z.number(),
  error_rate: z.number(),
  rescued: described('Calls that a retry or another target rescued.', z.number()),
  cost: described('USD.', z.number()),
  unpriced_calls: z.number(),
  tokens: z.record(z.string(), z.number()),
  ms: percentiles,
  first_ms: percentiles,
  cache: z.object({ hits: z.number(), semantic_hits: z.number(), misses: z.number(), saved: z.number() }),
});

/** Operations that sum up the calls in the log. */
export function analyticsOperations(world: AdminWorld): readonly Operation[] {
  return [summary(world), series(world), groups(world)];
}

const summaryQuery = callQuery({});

function summary(world: AdminWorld): Operation {
  return operation({
    ...reading,
    path: '/admin/v1/analytics/summary',
    summary: 'Sum up calls: by default those of the last 24 hours',
    query: summaryQuery.schema,
    reply: summaryShown,
    run: async ({ query, workspace }) => {
      const filter = lately(summaryQuery.filterOf(query, workspace), world.clock.now());
      return { body: showSummary(filter, await requestLogOf(world).questions.summary({ filter })) };
    },
  });
}

const seriesQuery = callQuery({ step: z.optional(described('`5m`, `1h`, `1d`, or milliseconds; chosen to fit the period by default.', z.string())) });

function series(world: AdminWorld): Operation {
  return operation({
    ...reading,
    path: '/admin/v1/analytics/series',
    summary: 'Sum up calls by steps of time',
    query: seriesQuery.schema,
    run: async ({ query, workspace }) => {
      const filter = lately(seriesQuery.filterOf(query, workspace), world.clock.now());
      const step = stepOf(query.step, filter);
      const points = await requestLogOf(world).questions.series({ filter, step });
      return { body: { step_ms: step, from: isoOf(filter.from), to: isoOf(filter.to), points: points.map(showPoint) } };
    },
  });
}

const groupsQuery = callQuery({
  by: described(`${DIMENSIONS.join(', ')}, status, or metadata.NAME.`, z.string()),
  limit: z.optional(described('1 to 500; 20 by default.', z.coerce.number().check(z.int(), z.gte(1), z.lte(500)))),
});

function groups(world: AdminWorld): Operation {
  return operation({
    ...reading,
    path: '/admin/v1/analytics/groups',
    summary: 'Sum up calls by what they have in common',
    query: groupsQuery.schema,
    run: async ({ query, workspace }) => {
      const filter = lately(groupsQuery.filterOf(query, workspace), world.clock.now());
      const found = await requestLogOf(world).questions.groups({ filter, by: groupByOf(query.by), limit: query.limit ?? 20 });
      return { body: { groups: found.map(({ key, name, ...group }) => ({ key, name, ...showGroup(group) })) } };
    },
  });
}

type Period = LogFilter & { readonly from: number; readonly to: number };

/** The filter with a period: the last day where none is said. */
export function lately(filter: LogFilter, now: number): Period {
  const to = filter.to ?? now;
  return { ...filter, from: filter.from ?? to - DAY, to };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE, h: 60 * MINUTE, d: DAY };

function stepOf(text: string | undefined, { from, to }: Period): number {
  if (text === undefined || text === '') return fittingStep(to - from);
  const { count, unit } = /^(?<count>\d+)(?<unit>[smhd]?)$/.exec(text)?.groups ?? {};
  const step = Number(count) * (unit === '' ? 1 : (UNITS[unit ?? ''] ?? Number.NaN));
  if (!(step >= 1000 && step <= LONGEST_STEP))
    throw new GatewayError('invalid_request', 'step: Expected a duration such as 30s, 5m, 1h or 1d, up to 366d', { param: 'step' });
  if ((to - from) / step > MOST_POINTS)
    throw new GatewayError('invalid_request', `step: ${text} makes more than ${MOST_POINTS} points of this period`, { param: 'step' });
  return step;
}

/** A step that makes some hundred points of a period. */
export function fittingStep(period: number): number {
  return STEPS.find((step) => period / step <= POINTS) ?? Math.ceil(period / POINTS / DAY) * DAY;
}

function groupByOf(by: string): GroupBy {
  const known: readonly string[] = [...DIMENSIONS, 'status'];
  if (known.includes(by) || /^metadata\../.test(by)) return by as GroupBy;
  throw new GatewayError('invalid_request', `by: Expected one of: ${known.join(', ')}, metadata.NAME`, { param: 'by' });
}

function showSummary({ from, to }: Period, statistics: Statistics): z.infer<typeof summaryShown> {
  return {
    from: isoOf(from),
    to: isoOf(to),
    calls: statistics.calls,
    errors: statistics.errors,
    error_rate: statistics.calls === 0 ? 0 : statistics.errors / statistics.calls,
    rescued: statistics.rescued,
    cost: statistics.cost,
    unpriced_calls: statistics.unpriced,
    tokens: tokensOf(statistics),
    ms: shownPercentiles(statistics.ms),
    first_ms: shownPercentiles(statistics.firstMs),
    cache: { hits: statistics.hits, semantic_hits: statistics.semanticHits, misses: statistics.misses, saved: statistics.saved },
  };
}

function shownPercentiles({ p50, p90, p95, p99 }: Percentiles): z.infer<typeof percentiles> {
  return { p50, p90, p95, p99 };
}

function tokensOf({ input, cacheRead, cacheWrite, output, reasoning, tokens }: Statistics): Record<string, number> {
  return { input, cache_read: cacheRead, cache_write: cacheWrite, output, reasoning, total: tokens };
}

function showPoint({ at, ms, firstMs, ...point }: Point): object {
  const { calls, errors, cost, tokens, saved, hits, semanticHits, misses } = point;
  const durations = { p50: ms.p50, p95: ms.p95, p99: ms.p99, first_p50: firstMs.p50 };
  return { at: isoOf(at), calls, errors, cost, tokens, ...durations, cache_hits: hits + semanticHits, cache_misses: misses, saved };
}

function showGroup({ calls, errors, cost, tokens, ms, firstMs, saved, unpriced }: Statistics): object {
  return { calls, errors, cost, unpriced_calls: unpriced, tokens, p50: ms.p50, p95: ms.p95, first_p50: firstMs.p50, saved };
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
