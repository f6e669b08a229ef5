import { isIP } from 'node:net';
import type { Environment } from '../environment.ts';
import type { Provider } from '../providers/provider.ts';
import { isMetadataAddress, isPrivateAddress } from './private-address.ts';

export { isPrivateAddress } from './private-address.ts';

const MAX_LENGTH = 2048;
/** No credentials, no escapes or backslashes in the authority (parsers disagree about them), no query, nothing invisible. */
const SHAPE = /^https?:\/\/[^/\\@%?#\s\p{C}]+(?:\/[^\\?#\s\p{C}]*)?$/iu;
/** A name in such a domain can only mean a machine on the gateway's own network. */
const INTERNAL_DOMAINS = new Set([
  'local',
  'localdomain',
  'localhost',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'svc',
  'test',
  'invalid',
  'onion',
]);
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'metadata.azure.com', 'instance-data']);
const TRUSTED_OUTSIDE_PRODUCTION = 'localhost,*.localhost,127.0.0.1,::1,host.docker.internal';
/** What a caller is told who names another host. */
export const EXPECTED_HOST =
  'Expected the http(s) URL of a public host without credentials or query; TRUSTED_CUSTOM_HOSTS names private ones that are allowed';
/** The same with Portkey's words for it. */
export const INVALID_HOST = `Invalid custom host. ${EXPECTED_HOST}`;

const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Hosts that may be private: the comma list in `TRUSTED_CUSTOM_HOSTS`, where `*.name` stands for all names below it.
 * Without the variable it is this machine, and in production nothing. An entry that names no host is an error.
 */
export function readTrustedHosts(environment: Environment): ReadonlySet<string> {
  const production = [environment['NODE_ENV'], environment['ENVIRONMENT']].includes('production');
  const list = environment['TRUSTED_CUSTOM_HOSTS'] ?? (production ? '' : TRUSTED_OUTSIDE_PRODUCTION);
  return new Set(
    list
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean)
      .map(trustedName),
  );
}

/** What nobody could mean is refused: whoever writes a range of addresses there must not believe that it holds. */
function trustedName(entry: string): string {
  const name = /[/@?#\s]/.test(entry) ? undefined : canonicalName(entry);
  if (name !== undefined) return name;
  throw new Error(`TRUSTED_CUSTOM_HOSTS: expected names or addresses of hosts, or *.name, with commas between them, got ${JSON.stringify(entry)}`);
}

/** A host name as URLs spell it, without brackets; the wildcard is kept. */
function canonicalName(entry: string): string | undefined {
  if (entry.startsWith('*.')) return entry.toLowerCase();
  const url = `http://${isIP(entry) === 6 ? `[${entry}]` : entry}`;
  return URL.canParse(url) ? bare(new URL(url).hostname) : undefined;
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

let ownTrustedHosts: ReadonlySet<string> | undefined;

function trustedHosts(): ReadonlySet<string> {
  return (ownTrustedHosts ??= readTrustedHosts(process.env));
}

/** True for a host name or address that may be private. Metadata services are never trusted. */
export function isTrustedHost(hostname: string, trusted = trustedHosts()): boolean {
  const name = bare(hostname).toLowerCase();
  if (METADATA_NAMES.has(name) || isMetadataAddress(name)) return false;
  return trusted.has(name) || parents(name).some((parent) => trusted.has(`*.${parent}`));
}

function parents(name: string): string[] {
  return name.split('.').map((_, index, labels) => labels.slice(index + 1).join('.'));
}

/**
 * A custom host as base URL, normalised and without a slash at its end; undefined where it is malformed, or private and not trusted.
 * Names are judged by their spelling only: what they resolve to is judged when connecting.
 */
export function parseCustomHost(text: string, trusted = trustedHosts()): string | undefined {
  if (text.length > MAX_LENGTH || !SHAPE.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.port === '0' || !(isTrustedHost(url.hostname, trusted) || isPublicName(bare(url.hostname)))) return undefined;
  return url.href.replace(/\/+$/, '');
}

/** Where something may be posted to: a custom host that may have a query. Undefined: not there. */
export function parseWebhook(text: string, trusted = trustedHosts()): URL | undefined {
  const [address = ''] = text.split('?', 1);
  if (text.length > MAX_LENGTH || /[\s#\\\p{C}]/u.test(text) || parseCustomHost(address, trusted) === undefined) return undefined;
  return new URL(text);
}

function isPublicName(hostname: string): boolean {
  if (isIP(hostname) !== 0) return !isPrivateAddress(hostname);
  const labels = hostname.split('.');
  return !labels.includes('') && !METADATA_NAMES.has(hostname) && !INTERNAL_DOMAINS.has(labels.at(-1) as string);
}

/** False where an option's value would change the host that one of the provider's URLs leads to, or climb out of its path. */
export function checkUrlOption(provider: Provider, name: string, value: string): boolean {
  return isInHost(provider, name) ? HOST_LABEL.test(value) : value !== '.' && value !== '..';
}

/** Whether an option is a part of the host that one of the provider's URLs leads to. */
export function isInHost({ baseURL, baseURLs = [], endpoints }: Provider, name: string): boolean {
  const urls = [baseURL, ...baseURLs.map(({ url }) => url), ...(endpoints.chat ?? []).map((endpoint) => endpoint.baseURL)];
  return urls.some((url) => url !== undefined && authority(url).includes(`{${name}}`));
}

function authority(url: string): string {
  return /^[a-z]+:\/\/[^/]*/i.exec(url)?.[0] ?? url;
}
