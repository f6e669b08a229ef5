import { useSyncExternalStore } from 'react';

const NAME = 'sluice.admin-key';
const listeners = new Set<() => void>();
let isWanted = false;

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The admin key of this tab; it ends with the tab. */
export function adminKey(): string | undefined {
  return sessionStorage.getItem(NAME) ?? undefined;
}

/** Keeps the admin key for this tab, or forgets it. */
export function keepAdminKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(NAME);
  else sessionStorage.setItem(NAME, key);
  isWanted = false;
  tell();
}

/** Says that the gateway refused the key that there is, or wants one. */
export function askForAdminKey(): void {
  isWanted = true;
  tell();
}

/** Whether the gateway wants an admin key that this tab does not have. */
export function useKeyWanted(): boolean {
  return useSyncExternalStore(subscribe, () => isWanted);
}
