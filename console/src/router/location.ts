import { useSyncExternalStore } from 'react';

/** Where the console lives on the gateway. */
export const BASE = '/console';

type Listener = () => void;
const listeners = new Set<Listener>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  globalThis.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    globalThis.removeEventListener('popstate', listener);
  };
}

const readPath = (): string => location.pathname.slice(BASE.length) || '/';
const readSearch = (): string => location.search;

/** The path below the console's own, from `/`. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, readPath);
}

/** Goes to a path of the console (`/logs?status=5xx`). `replace`: without a new entry in the history. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  const url = BASE + to;
  if (options.replace === true) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  tell();
  if (options.replace !== true) scrollTo(0, 0);
}

export type SearchPatch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The query of the address, and a way to change members of it in place; an empty value takes its member out. */
export function useSearch(): readonly [URLSearchParams, (patch: SearchPatch) => void] {
  const search = useSyncExternalStore(subscribe, readSearch);
  return [new URLSearchParams(search), patchSearch];
}

function patchSearch(patch: SearchPatch): void {
  const query = patched(location.search, patch);
  navigate(readPath() + query, { replace: true });
}

/** A query with some members replaced. */
export function patched(search: string, patch: SearchPatch): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(patch)) {
    params.delete(name);
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) if (one !== '') params.append(name, one);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
