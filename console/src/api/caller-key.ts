import { adminKey } from './admin-key.ts';

const NAME = 'sluice.api-key';

/** The gateway's API key that this tab makes its model calls with, where one was given. */
export function callerKey(): string {
  return sessionStorage.getItem(NAME) ?? '';
}

/** Keeps an API key for this tab; an empty one is forgotten. */
export function keepCallerKey(key: string): void {
  if (key === '') sessionStorage.removeItem(NAME);
  else sessionStorage.setItem(NAME, key);
}

/** Headers that say whose model calls they are. A gateway that wants keys of its callers takes the admin's too. */
export function callerHeaders(): Record<string, string> {
  const key = callerKey() === '' ? adminKey() : callerKey();
  return key === undefined ? {} : { 'x-sluice-api-key': key };
}
