import type { SavedApiKey, SavedPolicy, SavedProvider } from '../../directory/entities.ts';
import { boundsOf, budgetBound, rateBound, type Bound } from '../../limits/bound.ts';

/** The limits of a key. */
export function boundsOfKey({ id, caller }: SavedApiKey): readonly Bound[] {
  return boundsOf(caller, { kind: 'api_key', id, group: undefined });
}

/** The limits of a saved provider. */
export function boundsOfProvider({ id, account }: SavedProvider): readonly Bound[] {
  return boundsOf(account, { kind: 'provider', id, group: undefined });
}

/** The limit of a policy, without its groups. */
export function boundOfPolicy({ id, limit }: SavedPolicy): Bound {
  const subject = { kind: 'policy', id, group: undefined } as const;
  return limit.kind === 'usage' ? budgetBound(limit, subject) : rateBound(limit, subject);
}
