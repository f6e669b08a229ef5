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

/** Replaces the version in the URLs of any provider that does not give the option a meaning of its own. */
const API_VERSION: ProviderOption = Object.freeze({
  name: 'api_version',
  description: 'Version to put in place of the one in the URL (`/v1`, `/v1beta`).',
});

/** The options that a target of this provider may carry: its own, and those that all have. */
export function optionsOf(provider: Provider): readonly ProviderOption[] {
  const own = provider.options ?? [];
  return own.some((option) => option.name === API_VERSION.name) ? own : [...own, API_VERSION];
}
