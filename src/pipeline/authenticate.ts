import { hash, timingSafeEqual } from 'node:crypto';
import type { Directory } from '../directory/directory.ts';
import { DEFAULT_WORKSPACE } from '../directory/directory.ts';
import type { SavedApiKey } from '../directory/entities.ts';
import { isWellFormed, KEY_PREFIX } from '../directory/key-text.ts';
import { isOver } from '../directory/read-body.ts';
import { hasScope } from '../directory/scopes.ts';
import { GatewayError } from '../errors.ts';
import { callerFor, type Caller } from './caller.ts';
import type { Call, Step } from './step.ts';

export interface AuthenticateOptions {
  readonly directory: Directory;
  /** Whether calls without a key are refused. */
  readonly isRequired: boolean;
  /** The key for administering the gateway, with which calls can be made too. */
  readonly adminKey: string | undefined;
  readonly now: () => number;
}

/** Headers that only ever hold the gateway's own keys. */
const OWN_HEADERS = ['x-sluice-api-key', 'x-portkey-api-key', 'x-sluice-admin-key'] as const;
/** Headers that usually hold a provider's key, but may hold one of the gateway's. */
const SHARED_HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'] as const;

const ADMINISTRATOR = callerFor(DEFAULT_WORKSPACE, 'admin');

/**
 * Identifies the caller by the key that a call brings, and refuses the call if the key is not valid. A key of the gateway's own is removed
 * from the call, so that no provider ever sees it.
 */
export function authenticated(options: AuthenticateOptions): Step {
  const { directory, isRequired } = options;
  const adminDigest = options.adminKey === undefined ? undefined : hash('sha256', options.adminKey);
  const isIdle = (): boolean => !isRequired && adminDigest === undefined && !directory.hasApiKeys;
  return (next) => async (call) => {
    // Calls that the gateway makes itself name their caller.
    const isKnown = call.notes.caller !== undefined;
    if (isKnown || (isIdle() && !bringsOwnKey(call))) return next(call);
    const brought = textsOf(call);
    const known = knownAmong(brought, directory, adminDigest);
    if (known === undefined) {
      refuseUnknown(brought, options);
      return next(call);
    }
    const caller = known.digest === adminDigest ? ADMINISTRATOR : callerOf(known.digest, call, options);
    call.notes.caller = caller;
    const own = (text: string): boolean => text === known.text || text.startsWith(KEY_PREFIX) || text === options.adminKey;
    return next({ ...withoutKeys(call, own), metadata: merged(call, caller) });
  };
}

/** Keys of the gateway's own never go to a provider, not even where no key is required. */
function bringsOwnKey({ headers, url }: Call): boolean {
  const { authorization } = headers;
  if (authorization !== undefined && authorization.includes(KEY_PREFIX)) return true;
  return SHARED_HEADERS.some((name) => headers[name]?.startsWith(KEY_PREFIX) === true) || keyInQuery(url)?.startsWith(KEY_PREFIX) === true;
}

interface Credential {
  readonly text: string;
  /** SHA-256, hex. */
  readonly digest: string;
}

/** The texts that a call brings where keys are expected, in order of precedence. */
function textsOf({ headers, url }: Call): readonly string[] {
  const texts = [...OWN_HEADERS, ...SHARED_HEADERS].map((name) => plain(headers[name])).concat(keyInQuery(url));
  return texts.filter((text) => text !== undefined && text !== '') as string[];
}

/** The first text that is a known key. */
function knownAmong(texts: readonly string[], directory: Directory, adminDigest: string | undefined): Credential | undefined {
  for (const text of texts) {
    const digest = hash('sha256', text);
    if (isSame(digest, adminDigest) || directory.apiKey(digest) !== undefined) return { text, digest };
  }
  return undefined;
}

function plain(value: string | undefined): string | undefined {
  return value?.replace(/^bearer +/i, '');
}

function keyInQuery(url: string): string | undefined {
  const mark = url.indexOf('?');
  return mark < 0 ? undefined : (new URLSearchParams(url.slice(mark)).get('key') ?? undefined);
}

function isSame(digest: string, other: string | undefined): boolean {
  return other !== undefined && timingSafeEqual(Buffer.from(digest), Buffer.from(other));
}

/** A call without a known key: allowed where none is required, unless it brings a key in the gateway's own format. */
function refuseUnknown(brought: readonly string[], { directory, isRequired }: AuthenticateOptions): void {
  const own = brought.find((text) => text.startsWith(KEY_PREFIX));
  if (own === undefined && !isRequired) return;
  if (!directory.isReady) throw new GatewayError('store_unavailable', 'API keys cannot be read at the moment.', { headers: ['retry-after', '1'] });
  if (own !== undefined) {
    const reason = isWellFormed(own) ? 'It is not one of the keys of this gateway, or no longer' : 'It is not whole, or mistyped';
    throw new GatewayError('invalid_api_key', `Invalid API Key. ${reason}.`);
  }
  const hint = 'Send one of its API keys as x-portkey-api-key, or in the place of the provider key where that is saved here';
  const reason = brought.length === 0 ? 'This gateway asks for an API key' : 'The key is not one of this gateway';
  throw new GatewayError('invalid_api_key', `Invalid API Key. ${reason}. ${hint}.`);
}

function callerOf(digest: string, call: Call, { directory, now }: AuthenticateOptions): Caller {
  const key = directory.apiKey(digest) as SavedApiKey;
  const until = key.hashes.find(({ hash: known }) => known === digest)?.until;
  if (key.isBlocked) throw new GatewayError('blocked_api_key', `The API key '${key.name}' has been blocked.`);
  const end = [key.expiresAt, until].find((time) => isOver(time, now()));
  if (end !== undefined) throw new GatewayError('invalid_api_key', `The API key '${key.name}' expired at ${new Date(end).toISOString()}.`);
  const wanted = scopesFor(call);
  if (!wanted.some((scope) => hasScope(key.caller.scopes, scope)))
    throw new GatewayError('missing_scope', `The API key '${key.name}' needs the scope ${wanted.join(' or ')}.`);
  directory.noteUse(key.id);
  return key.caller;
}

/** A key needs one of these for a call. */
function scopesFor({ endpoint, method }: Call): readonly string[] {
  if (endpoint.kind === 'models') return ['models.list', 'completions.write'];
  return method === 'GET' ? ['completions.read', 'completions.write'] : ['completions.write'];
}

/** Headers of the gateway's own, which no provider gets anyway, but for its keys. */
const STAYING = /^x-(?:sluice|portkey)-(?!api-key$|admin-key$)/;

/** A gateway key goes no further, wherever the client has put it. */
function withoutKeys(call: Call, isOwn: (text: string) => boolean): Call {
  const headers: Record<string, string | undefined> = {};
  for (const name in call.headers) {
    const value = call.headers[name] as string;
    if (value.length < SHORTEST_KEY || !isOwn(plain(value) as string) || STAYING.test(name)) headers[name] = value;
  }
  return { ...call, headers, url: withoutQueryKeys(call.url, isOwn) };
}

/** Characters of the shortest key that can be saved, or be set for whoever administers the gateway. */
const SHORTEST_KEY = 16;

/** A parameter counts by what it means: its name and value may be spelt with escapes. */
function withoutQueryKeys(url: string, isOwn: (text: string) => boolean): string {
  const mark = url.indexOf('?');
  if (mark < 0) return url;
  const parts = url.slice(mark + 1).split('&');
  const kept = parts.filter((part) => ![...new URLSearchParams(part).values()].some(isOwn));
  if (kept.length === parts.length) return url;
  return kept.length === 0 ? url.slice(0, mark) : `${url.slice(0, mark)}?${kept.join('&')}`;
}

function merged(call: Call, { metadata }: Caller): Call['metadata'] {
  for (const _ in metadata) return { ...call.metadata, ...metadata };
  return call.metadata;
}
