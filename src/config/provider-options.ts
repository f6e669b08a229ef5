import { optionHeader, PROVIDERS, optionsOf } from '../providers/index.ts';
import type { Provider, ProviderOption } from '../providers/provider.ts';
import { checkUrlOption, INVALID_HOST, isInHost, parseCustomHost } from './custom-host.ts';

/** Request headers by lower-case name. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** Each header of the gateway exists with both prefixes; the first wins. */
const PREFIXES = ['x-sluice-', 'x-portkey-'];

/** Both spellings of a gateway header. */
export function spellings(header: string): string[] {
  return PREFIXES.map((prefix) => prefix + header);
}

/** The value of the first of the named headers that is not empty. */
export function firstHeader(headers: RequestHeaders, names: readonly string[]): string | undefined {
  for (const name of names) if (headers[name] !== undefined && headers[name] !== '') return headers[name];
  return undefined;
}

/** The request headers that carry an option, the one that wins first. */
export function headersOf(option: ProviderOption): string[] {
  const prefixed = spellings(optionHeader(option));
  return option.bareHeader === undefined ? prefixed : [...prefixed, option.bareHeader];
}

const ALL_OPTIONS: readonly ProviderOption[] = PROVIDERS.flatMap(optionsOf);

/** Every option of any provider by its config key, each once. */
export const OPTIONS: ReadonlyMap<string, ProviderOption> = new Map(ALL_OPTIONS.map((option) => [option.name, option]));

/** Every request header that can carry a provider's option. */
export const OPTION_HEADERS: readonly string[] = [...new Set(ALL_OPTIONS.flatMap(headersOf))];

/** A provider's options that a request carries in its headers. */
export function optionsInHeaders(provider: Provider, headers: RequestHeaders): Record<string, string> {
  return collect(provider, (option) => firstHeader(headers, headersOf(option)));
}

/** A provider's options that a target of a config carries; options of other providers are left. */
export function optionsInTarget(provider: Provider, target: object): Record<string, string> {
  return collect(provider, (option) => {
    const value = (target as Readonly<Record<string, unknown>>)[option.name];
    return typeof value === 'object' ? JSON.stringify(value) : (value as string | undefined);
  });
}

function collect(provider: Provider, read: (option: ProviderOption) => string | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const option of optionsOf(provider)) {
    const value = read(option);
    if (value !== undefined) found[option.name] = value;
  }
  return found;
}

/** Whether an API key and options are enough for one of the provider's ways to authenticate. */
export function hasCredential(provider: Provider, apiKey: string | undefined, options: Readonly<Record<string, string>>): boolean {
  return provider.auth.some((auth) => {
    if (auth.scheme === 'none') return true;
    const credential = 'option' in auth && auth.option !== undefined ? options[auth.option] : apiKey;
    return credential !== undefined;
  });
}

/** What is wrong with an option that goes into the provider's URL; undefined where nothing is. */
export function urlOptionProblem(provider: Provider, name: string, value: string): string | undefined {
  const option = provider.options?.find((candidate) => candidate.name === name);
  if (option?.replacesBaseURL === true && parseCustomHost(value) === undefined) return INVALID_HOST;
  return checkUrlOption(provider, name, value) ? undefined : 'Must be letters, digits and dashes, as it becomes a part of the URL';
}

/** Ids of the dialects that a provider speaks for chat. */
export function dialectsOf(provider: Provider): string[] {
  return [...new Set((provider.endpoints.chat ?? []).map((endpoint) => endpoint.dialect.id))];
}

/** Parts of hosts that only a provider itself gives away. */
const REGION = /region$/;

/** Whether an option decides where a provider's requests go, or by whose credential. */
export function isUrlOption(provider: Provider, name: string): boolean {
  const option = optionsOf(provider).find((candidate) => candidate.name === name);
  if (option?.replacesBaseURL === true || option?.secret === true) return true;
  return isInHost(provider, name) && !REGION.test(name);
}
