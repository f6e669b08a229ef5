import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { toast } from '../ui/toast.tsx';
import { admin, ApiError, queryOf } from './client.ts';
import type { CatalogModel, CatalogProvider, JsonObject, List, Status } from './types.ts';

const FIVE_MINUTES = 300_000;

/** The kinds of saved things, as they are named in paths. */
export type Kind = 'configs' | 'providers' | 'api-keys' | 'policies';

/** All saved things of a kind, as far as one page goes. */
export function useSaved<Entry>(kind: Kind, search = ''): UseQueryResult<List<Entry>> {
  return useQuery({
    queryKey: [kind, 'list', search],
    queryFn: ({ signal }) => admin<List<Entry>>(`/${kind}${queryOf({ limit: 200, search })}`, { signal }),
  });
}

/** One saved thing. */
export function useOne<Entry>(kind: Kind, id: string | undefined): UseQueryResult<Entry> {
  return useQuery({
    queryKey: [kind, 'one', id],
    queryFn: ({ signal }) => admin<Entry>(`/${kind}/${encodeURIComponent(id ?? '')}`, { signal }),
    enabled: id !== undefined,
  });
}

export interface Change {
  /** Undefined: a new one. */
  readonly id?: string | undefined;
  /** The version that was read, so that nobody's change is overwritten unseen. */
  readonly version?: number | undefined;
  readonly body: unknown;
}

/** Creates or replaces a saved thing; says so, and has the lists read again. Why it did not come about, the caller says. */
export function useSave<Entry>(kind: Kind, what: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, body }: Change) =>
      admin<Entry>(id === undefined ? `/${kind}` : `/${kind}/${encodeURIComponent(id)}`, {
        method: id === undefined ? 'POST' : 'PUT',
        body,
        ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }),
      }),
    onSuccess: (_, { id }) => {
      toast(`${what} ${id === undefined ? 'created' : 'saved'}`);
      return client.invalidateQueries({ queryKey: [kind] });
    },
  });
}

/** Says in the corner why a change did not come about. */
export function sayWhy(error: unknown): void {
  toast(wordsFor(error), 'bad');
}

/** Takes a saved thing away. */
export function useRemove(kind: Kind, what: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => admin<unknown>(`/${kind}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: () => {
      toast(`${what} deleted`);
      return client.invalidateQueries({ queryKey: [kind] });
    },
    onError: sayWhy,
  });
}

/** Why a change did not come about. */
export function wordsFor(error: unknown): string {
  if (error instanceof ApiError && error.status === 412) return 'Somebody else changed it meanwhile. Reload, then change it again.';
  return error instanceof Error ? error.message : String(error);
}

/** The providers that the gateway knows, by name. */
export function useProviderCatalog(): UseQueryResult<readonly CatalogProvider[]> {
  return useQuery({
    queryKey: ['catalog', 'providers'],
    queryFn: async ({ signal }) =>
      (await admin<{ data: readonly CatalogProvider[] }>('/catalog/providers', { signal })).data.toSorted((a, b) => a.name.localeCompare(b.name)),
    staleTime: FIVE_MINUTES,
  });
}

/** The models of a provider whose prices are known. */
export function useModelCatalog(provider: string | undefined): UseQueryResult<readonly CatalogModel[]> {
  return useQuery({
    queryKey: ['catalog', 'models', provider],
    queryFn: async ({ signal }) => (await admin<{ data: readonly CatalogModel[] }>(`/catalog/models${queryOf({ provider })}`, { signal })).data,
    staleTime: FIVE_MINUTES,
    enabled: provider !== undefined && provider !== '',
  });
}

/** How the gateway is, every ten seconds. */
export function useStatus(): UseQueryResult<Status> {
  return useQuery({ queryKey: ['status'], queryFn: ({ signal }) => admin<Status>('/status', { signal }), refetchInterval: 10_000 });
}

/** The schema of configs, which the form is made of. */
export function useConfigSchema(): UseQueryResult<JsonObject> {
  return useQuery({ queryKey: ['schema', 'config'], queryFn: ({ signal }) => admin<JsonObject>('/schema/config', { signal }), staleTime: Infinity });
}
