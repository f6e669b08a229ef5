import * as list from './list.ts';
import type { Provider, ProviderOption } from './provider.ts';

type Registered = (typeof list)[keyof typeof list];

/** Id of a registered provider. */
export type ProviderId = Registered['id'];

/** Every registered provider, sorted by id. */
export const PROVIDERS: readonly (Provider & { readonly id: ProviderId })[] = Object.freeze(
  Object.values(list).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
);

const BY_ID: ReadonlyMap<string, Provider> = new Map(PROVIDERS.map((provider) => [provider.id, provider]));

/** The provider of that id, if it is registered. */
export function providerById(id: string): Provider | undefined {
  return BY_ID.get(id);
}

/** Ids of the registered providers, sorted. */
export const PROVIDER_IDS: readonly ProviderId[] = Object.freeze(PROVIDERS.map((provider) => provider.id));

/** Name, without the `x-portkey-` prefix, of the request header that carries an option. */
export function optionHeader(option: ProviderOption): string {
  return option.header ?? option.name.replaceAll('_', '-');
}
