import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { admin, adminHeaders, queryOf } from '../../api/client.ts';
import { eventsOf } from '../../api/event-stream.ts';
import type { List, LogEntry, LoggedCall } from '../../api/types.ts';
import { isRange, RANGES } from '../../format/time.ts';

export type Filters = Readonly<Record<string, string>>;

const LAST = 'sluice.logs';

/** Remembers the filters, so that a call's page leads back to the same list. */
export function keepFilters(search: string): void {
  sessionStorage.setItem(LAST, search);
}

/** The filters that the list had when it was last seen in this tab, as a query. */
export function lastFilters(): string {
  return sessionStorage.getItem(LAST) ?? '';
}

const PAGE = 50;
const MAX_TAIL = 200;
const RECONNECT_AFTER = 2000;

/** The filters as the interface takes them: a range becomes its beginning. */
export function queryFor({ range, ...filters }: Filters): Record<string, string | number> {
  return isRange(range ?? null) ? { ...filters, from: Date.now() - RANGES[range as keyof typeof RANGES] } : filters;
}

/** Calls, newest first, page by page. */
export function useLogs(filters: Filters, isLive: boolean) {
  return useInfiniteQuery({
    queryKey: ['logs', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      admin<List<LogEntry>>(`/logs${queryOf({ ...queryFor(filters), limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => (page.has_more ? (page.next_cursor ?? undefined) : undefined),
    placeholderData: (old) => old,
    staleTime: isLive ? 0 : 5000,
  });
}

/** What came while one looked and what was listed before, each call once, newest first. */
export function merged(tail: readonly LogEntry[], listed: readonly LogEntry[]): readonly LogEntry[] {
  const known = new Set(listed.map(({ id }) => id));
  return [...tail.filter(({ id }) => !known.has(id)), ...listed].toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** Calls as they end, newest first, while it is on. */
export function useTail(filters: Filters, isOn: boolean): readonly LogEntry[] {
  const key = JSON.stringify(filters);
  const [tail, setTail] = useState<Tail>({ key, entries: [] });
  useEffect(() => {
    if (!isOn) return undefined;
    const controller = new AbortController();
    const add = (entry: LogEntry): void => setTail((old) => withEntry(old.key === key ? old : { key, entries: [] }, entry));
    void follow(JSON.parse(key) as Filters, add, controller.signal);
    return () => controller.abort();
  }, [key, isOn]);
  return tail.key === key ? tail.entries : [];
}

interface Tail {
  /** The filters that its calls fit. */
  readonly key: string;
  readonly entries: readonly LogEntry[];
}

function withEntry({ key, entries }: Tail, entry: LogEntry): Tail {
  return { key, entries: entries.some(({ id }) => id === entry.id) ? entries : [entry, ...entries].slice(0, MAX_TAIL) };
}

/** Listens until it is told to stop; where the connection breaks it comes back. */
async function follow(filters: Filters, add: (entry: LogEntry) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isWanted = await listen(filters, add, signal).catch(() => true);
    if (!isWanted) return;
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_AFTER));
  }
}

/** Listens until the connection ends. Answers whether it is worth coming back. */
async function listen(filters: Filters, add: (entry: LogEntry) => void, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`/admin/v1/logs/stream${queryOf({ ...filters, range: undefined })}`, { headers: adminHeaders(), signal });
  if (!response.ok || response.body === null) return response.status >= 500;
  for await (const { event, data } of eventsOf(response.body)) if (event === 'call') add(JSON.parse(data) as LogEntry);
  return true;
}

/** One call with all that is known of it. A call that has just ended may not be in the log yet: it is asked for a few times. */
export function useCall(id: string) {
  return useQuery({
    queryKey: ['logs', 'call', id],
    queryFn: ({ signal }) => admin<LoggedCall>(`/logs/${encodeURIComponent(id)}`, { signal }),
    retry: 4,
    retryDelay: 600,
    staleTime: 30_000,
  });
}
