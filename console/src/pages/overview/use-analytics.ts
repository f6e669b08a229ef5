import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { admin, queryOf } from '../../api/client.ts';
import type { Group, Series, Summary } from '../../api/types.ts';
import { RANGES, stepFor, type RangeName } from '../../format/time.ts';

type Filters = Readonly<Record<string, string>>;

/** How often figures are read anew, in milliseconds: the shorter the range, the livelier. */
function pace(range: RangeName): number {
  return RANGES[range] <= RANGES['1h'] ? 3000 : 15_000;
}

function span(range: RangeName): { readonly from: number; readonly to: number } {
  const to = Date.now();
  return { from: to - RANGES[range], to };
}

/** Figures of a range, live. */
export function useSummary(range: RangeName, filters: Filters): UseQueryResult<Summary> {
  return useQuery({
    queryKey: ['analytics', 'summary', range, filters],
    queryFn: ({ signal }) => admin<Summary>(`/analytics/summary${queryOf({ ...span(range), ...filters })}`, { signal }),
    refetchInterval: pace(range),
    placeholderData: (old) => old,
  });
}

const A_MINUTE = 60_000;

/** Figures of the range before, which the ones now are compared with. */
export function useSummaryBefore(range: RangeName, filters: Filters): UseQueryResult<Summary> {
  return useQuery({
    queryKey: ['analytics', 'summary before', range, filters],
    queryFn: ({ signal }) => {
      const { from, to } = span(range);
      return admin<Summary>(`/analytics/summary${queryOf({ from: 2 * from - to, to: from, ...filters })}`, { signal });
    },
    refetchInterval: A_MINUTE,
    staleTime: A_MINUTE,
  });
}

/** The same over time, with no step missing. */
export function useSeries(range: RangeName, filters: Filters): UseQueryResult<Series> {
  return useQuery({
    queryKey: ['analytics', 'series', range, filters],
    queryFn: async ({ signal }) => {
      const { from, to } = span(range);
      const step = stepFor(RANGES[range]);
      return filled(await admin<Series>(`/analytics/series${queryOf({ from, to, step, ...filters })}`, { signal }), from, to);
    },
    refetchInterval: pace(range),
    placeholderData: (old) => old,
  });
}

/** The same by what calls have in common. */
export function useGroups(by: string, range: RangeName, filters: Filters): UseQueryResult<readonly Group[]> {
  return useQuery({
    queryKey: ['analytics', 'groups', by, range, filters],
    queryFn: async ({ signal }) =>
      (await admin<{ groups: readonly Group[] }>(`/analytics/groups${queryOf({ by, ...span(range), ...filters, limit: 8 })}`, { signal })).groups,
    refetchInterval: pace(range) * 2,
    placeholderData: (old) => old,
  });
}

/** A series with an empty point at every step that has none. */
export function filled({ step_ms: step, points }: Series, from: number, to: number): Series {
  const known = new Map(points.map((point) => [Math.floor(new Date(point.at).getTime() / step) * step, point]));
  const all = [];
  for (let at = Math.floor(from / step) * step; at <= to; at += step) all.push({ ...(known.get(at) ?? { calls: 0, errors: 0 }), at });
  return { step_ms: step, points: all };
}
