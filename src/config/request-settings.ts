import { GatewayError, type ErrorCode } from '../errors.ts';
import { optionsOf, PROVIDER_IDS, providerById } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import { EXPECTED_HOST, parseCustomHost } from './custom-host.ts';
import { elsewhere } from './expand.ts';
import {
  firstHeader,
  headersOf,
  isUrlOption,
  OPTION_HEADERS,
  optionsInHeaders,
  spellings,
  urlOptionProblem,
  type RequestHeaders,
} from './provider-options.ts';
import type { RequestSettings } from './resolve.ts';
import { FORWARDS_ITSELF, forwardsItself, NO_CHECKS } from './rules.ts';
import { slugIn, type SavedThings } from './saved.ts';
import { nearest } from './suggest.ts';

const PROVIDER = spellings('provider');
const VIRTUAL_KEY = spellings('virtual-key');
const CUSTOM_HOST = spellings('custom-host');
const REQUEST_TIMEOUT = spellings('request-timeout');
const FORWARD_HEADERS = spellings('forward-headers');
const STRICT = spellings('strict-open-ai-compliance');
const RETRY_COUNT = spellings('retry-count');
const CHECKS = ['default-input-guardrails', 'default-output-guardrails'].map(spellings);

/** Every header that is read here. */
export const SETTING_HEADERS: readonly string[] = [
  ...PROVIDER,
  ...VIRTUAL_KEY,
  ...CUSTOM_HOST,
  ...REQUEST_TIMEOUT,
  ...FORWARD_HEADERS,
  ...STRICT,
  ...RETRY_COUNT,
  ...CHECKS.flat(),
  ...OPTION_HEADERS,
];

/** What the headers of a request say beside its config; throws a GatewayError for one that cannot be read. */
export function readSettings(headers: RequestHeaders, saved?: SavedThings): RequestSettings {
  refuseChecks(headers);
  const slug = readSlug(headers);
  const provider = slug === undefined ? readProvider(headers) : undefined;
  return {
    provider,
    slug,
    options: slug === undefined ? (provider === undefined ? {} : readOptions(headers, provider)) : readSavedOptions(headers, slug, saved),
    customHost: readCustomHost(headers),
    requestTimeout: readNumber(headers, REQUEST_TIMEOUT, 2 ** 31 - 1),
    forwardHeaders: readForwardHeaders(headers),
    strict: readStrict(headers),
    attempts: readNumber(headers, RETRY_COUNT, Number.MAX_SAFE_INTEGER),
  };
}

/** Checks that a header asks for are no more left out than those of a config. */
function refuseChecks(headers: RequestHeaders): void {
  const asked = CHECKS.find((names) => !/^(?:|null|\[\s*\])$/.test(firstHeader(headers, names)?.trim() ?? ''));
  if (asked !== undefined) throw unreadable(asked, NO_CHECKS);
}

/** The saved provider that the headers name: `x-portkey-provider: @slug` goes before `x-portkey-virtual-key`. */
function readSlug(headers: RequestHeaders): string | undefined {
  return slugIn(firstHeader(headers, PROVIDER)) ?? firstHeader(headers, VIRTUAL_KEY);
}

/** Options beside a saved provider. Where there is none of that name whoever reads the config will say so. */
function readSavedOptions(headers: RequestHeaders, slug: string, saved: SavedThings | undefined): Readonly<Record<string, string>> {
  const answer = saved?.account(slug);
  const provider = answer !== undefined && 'found' in answer ? providerById(answer.found.provider) : undefined;
  if (provider === undefined) return {};
  const options = readOptions(headers, provider);
  const option = optionsOf(provider).find(({ name }) => options[name] !== undefined && isUrlOption(provider, name));
  if (option === undefined) return options;
  throw unreadable(headersOf(option), elsewhere(slug, option.name));
}

function readProvider(headers: RequestHeaders): Provider | undefined {
  const id = firstHeader(headers, PROVIDER);
  const provider = id === undefined ? undefined : providerById(id);
  if (id === undefined || provider !== undefined) return provider;
  const meant = nearest(id, PROVIDER_IDS);
  throw headerError('unknown_provider', PROVIDER, { message: 'Invalid provider passed', hint: meant && `Did you mean '${meant}'?` });
}

function readOptions(headers: RequestHeaders, provider: Provider): Readonly<Record<string, string>> {
  const options = optionsInHeaders(provider, headers);
  for (const option of optionsOf(provider)) {
    const problem = urlOptionProblem(provider, option.name, options[option.name] ?? '');
    if (problem !== undefined && options[option.name] !== undefined) {
      throw unreadable(headersOf(option), problem);
    }
  }
  return options;
}

function readCustomHost(headers: RequestHeaders): string | undefined {
  const text = firstHeader(headers, CUSTOM_HOST);
  const host = text === undefined ? undefined : parseCustomHost(text);
  if (text === undefined || host !== undefined) return host;
  throw headerError('invalid_custom_host', CUSTOM_HOST, { message: 'Invalid custom host', hint: EXPECTED_HOST });
}

function readNumber(headers: RequestHeaders, names: readonly string[], most: number): number | undefined {
  const text = firstHeader(headers, names);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw unreadable(names, `Expected a whole number from 0 to ${most}`);
}

/** A comma list, or the same in the brackets and quotes of a JSON list. */
function readForwardHeaders(headers: RequestHeaders): readonly string[] | undefined {
  const text = firstHeader(headers, FORWARD_HEADERS);
  const names = text
    ?.replace(/[[\]"'\s]/g, '')
    .toLowerCase()
    .split(',')
    .filter((name) => name !== '');
  if (names === undefined || !forwardsItself(names)) return names;
  throw headerError('invalid_forward_headers', FORWARD_HEADERS, { message: FORWARDS_ITSELF });
}

function readStrict(headers: RequestHeaders): boolean | undefined {
  const text = firstHeader(headers, STRICT);
  return text === undefined ? undefined : text.toLowerCase() !== 'false';
}

interface HeaderProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** An error about a header, which is called by the name that clients of Portkey know. */
function headerError(code: ErrorCode, names: readonly string[], { message, hint }: HeaderProblem): GatewayError {
  return new GatewayError(code, message, { param: names[1], ...(hint === undefined ? {} : { details: [hint], fullMessage: `${message}. ${hint}` }) });
}

function unreadable(names: readonly string[], problem: string): GatewayError {
  return headerError('invalid_header', names, { message: `${names[1]}: ${problem}` });
}
