import { credentialsInUrl, masked, maskedUrl, namesCredential } from '../attempt/mask.ts';
import { headersOf, OPTIONS } from '../config/provider-options.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import { depthExceeds, isObject, parseJson } from '../dialects/read.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';
import { recordBytes } from './record-bytes.ts';
import type { LogRecord } from './record.ts';

/** One way in which a secret may stand in a text, and what stands there instead. */
export interface Spelling {
  readonly text: string;
  readonly bytes: Buffer;
  readonly mask: string;
}

/** Shorter ones are masked where they are expected only: text that happens to hold the same letters would be garbled. */
const TELLING = 6;
/** Entries that each of the caches below may have before it begins anew; what callers send must not fill the memory. */
const MOST = 500;

const SECRET_OPTIONS = [...OPTIONS.values()].filter(({ secret }) => secret === true);
const SECRET_MEMBERS: ReadonlySet<string> = new Set(SECRET_OPTIONS.map(({ name }) => name));
const SECRET_HEADERS: ReadonlySet<string> = new Set(SECRET_OPTIONS.flatMap(headersOf));
/** More levels than a config can have, which is refused where it has more. */
const DEEPEST = 100;
const CONFIG_HEADERS: ReadonlySet<string> = new Set(['x-portkey-config', 'x-sluice-config']);

/** The secrets in a request's headers, which are told by the headers' names, and in the configs there. `more`: names of headers, lower case, that hold others. */
export function secretsOfHeaders(headers: Call['headers'], more: ReadonlySet<string>): Spelling[] {
  const secrets: Spelling[] = [];
  for (const name in headers) {
    const kind = kindOf(name, more);
    if (kind === 'plain') continue;
    const value = headers[name] ?? '';
    secrets.push(...(kind === 'config' ? remembered(byConfigText, value, siftConfig).secrets : spellingsOf(withoutScheme(value))));
  }
  return secrets;
}

/** A request's headers with masks for the secrets in them. */
export function maskedHeaders(headers: Call['headers'], more: ReadonlySet<string>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) clean[name] = MASKING[kindOf(name, more)](value);
  }
  return clean;
}

/** What a header holds: a credential, a config that may hold some, or neither. */
type HeaderKind = 'secret' | 'config' | 'plain';

const MASKING: Readonly<Record<HeaderKind, (value: string) => string>> = {
  secret: (value) => {
    const credential = withoutScheme(value);
    return value.slice(0, value.length - credential.length) + masked(credential);
  },
  config: (value) => remembered(byConfigText, value, siftConfig).text,
  plain: (value) => (value.includes('://') ? maskedUrl(value) : value),
};

/** The credentials that a config gives to its targets. */
export function secretsOfConfig(config: ResolvedConfig | undefined): readonly Spelling[] {
  if (config === undefined) return [];
  let found = byConfig.get(config);
  if (found === undefined) byConfig.set(config, (found = configSecrets(config).flatMap(spellingsOf)));
  return found;
}

/** The credentials that the query of a URL holds. */
export function secretsOfUrl(url: string): readonly Spelling[] {
  return credentialsInUrl(url).flatMap(spellingsOf);
}

/** A text without the secrets. */
function scrubText(text: string, secrets: readonly Spelling[]): string {
  let clean = text;
  for (const secret of secrets) if (clean.includes(secret.text)) clean = clean.replaceAll(secret.text, secret.mask);
  return clean;
}

/** The bytes of a record without the secrets. */
export function scrubbedRecord(record: LogRecord, secrets: readonly Spelling[]): Buffer {
  const bytes = recordBytes(record);
  if (!holdsAny(bytes, secrets)) return bytes;
  const members = Object.entries(record).map(([name, member]) => [
    name,
    OWN_WORDS.has(name) ? member : scrubValue(member as Json, secrets, FOREIGN_NAMES.has(name)),
  ]);
  return recordBytes(Object.fromEntries(members) as LogRecord);
}

/** Members of a record in which the gateway alone speaks: a key that happens to be one of its words must not change them. */
const OWN_WORDS: ReadonlySet<string> = new Set<keyof LogRecord>([
  'id',
  'ending',
  'errorClass',
  'cacheStatus',
  'usage',
  'costParts',
  'request',
  'response',
]);
/** Members of a record whose own members have names that others gave. */
const FOREIGN_NAMES: ReadonlySet<string> = new Set<keyof LogRecord>(['metadata', 'requestHeaders', 'responseHeaders']);

function scrubValue(value: Json, secrets: readonly Spelling[], andNames: boolean): Json {
  if (typeof value === 'string') return scrubText(value, secrets);
  if (Array.isArray(value)) return value.map((item: Json) => scrubValue(item, secrets, andNames));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [
    andNames ? scrubText(name, secrets) : name,
    scrubValue(member as Json, secrets, andNames),
  ]);
  return Object.fromEntries(members) as JsonObject;
}

/** Bytes of UTF-8 without the secrets; the same bytes where none is in them. */
export function scrubBytes(bytes: Buffer, secrets: readonly Spelling[]): Buffer {
  if (!holdsAny(bytes, secrets)) return bytes;
  return Buffer.from(scrubText(bytes.toString('latin1'), secrets.map(asLatin1)), 'latin1');
}

function holdsAny(bytes: Buffer, secrets: readonly Spelling[]): boolean {
  return secrets.some((secret) => bytes.includes(secret.bytes));
}

/** The length in bytes of the longest of them. */
export function longestOf(secrets: readonly Spelling[]): number {
  let longest = 0;
  for (const { bytes } of secrets) longest = Math.max(longest, bytes.length);
  return longest;
}

/** A secret and its mask with a character for each byte, so that bytes that are no text come through unharmed. */
function asLatin1({ bytes, mask }: Spelling): Spelling {
  return { text: bytes.toString('latin1'), bytes, mask: Buffer.from(mask).toString('latin1') };
}

const byName = new Map<string, HeaderKind>();

function kindOf(name: string, more: ReadonlySet<string>): HeaderKind {
  return more.size > 0 && more.has(name) ? 'secret' : remembered(byName, name, kindByName);
}

function kindByName(name: string): HeaderKind {
  if (namesCredential(name) || SECRET_HEADERS.has(name)) return 'secret';
  return CONFIG_HEADERS.has(name) ? 'config' : 'plain';
}

const bySecret = new Map<string, readonly Spelling[]>();

function spellingsOf(secret: string): readonly Spelling[] {
  return secret.length < TELLING ? [] : remembered(bySecret, secret, spell);
}

function spell(secret: string): readonly Spelling[] {
  const spelt = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())]);
  return [...spelt].map((text) => ({ text, bytes: Buffer.from(text), mask: masked(secret) }));
}

const byConfig = new WeakMap<ResolvedConfig, readonly Spelling[]>();

function configSecrets(config: ResolvedConfig): readonly string[] {
  if (config.kind !== 'target') return config.targets.flatMap(configSecrets);
  const options = SECRET_OPTIONS.map(({ name }) => config.options[name]);
  return [config.apiKey, ...options].filter((secret) => secret !== undefined && secret !== '') as string[];
}

interface SiftedConfig {
  readonly text: string;
  readonly secrets: readonly Spelling[];
}

const byConfigText = new Map<string, SiftedConfig>();

function siftConfig(text: string): SiftedConfig {
  const value = parseJson(text);
  // An id of a saved config; or something that is no config, of which nobody knows what is in it.
  if (!isObject(value) || depthExceeds(value, DEEPEST)) return { text: /^[\w@.-]{1,100}$/.test(text) ? text : masked(text), secrets: [] };
  const found: string[] = [];
  return { text: JSON.stringify(withoutCredentials(value, found, false)), secrets: found.flatMap(spellingsOf) };
}

/** A value of JSON with masks for the texts that their members' names say to be credentials, which are added to `found`. */
function withoutCredentials(value: Json, found: string[], isSecret: boolean): Json {
  if (typeof value === 'string') {
    if (!isSecret) return value.includes('://') ? maskedUrl(value) : value;
    found.push(value);
    return masked(value);
  }
  if (Array.isArray(value)) return value.map((item: Json) => withoutCredentials(item, found, isSecret));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    withoutCredentials(member as Json, found, isSecret || namesCredential(name) || SECRET_MEMBERS.has(name)),
  ]);
  return Object.fromEntries(members) as JsonObject;
}

function withoutScheme(value: string): string {
  return /^(?:[A-Za-z]+ +)?(.*)$/s.exec(value)?.[1] ?? value;
}

function remembered<Value>(cache: Map<string, Value>, key: string, make: (key: string) => Value): Value {
  let value = cache.get(key);
  if (value !== undefined) return value;
  value = make(key);
  if (cache.size >= MOST) cache.clear();
  cache.set(key, value);
  return value;
}
