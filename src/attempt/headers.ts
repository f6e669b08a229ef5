import { VERSION } from '../version.ts';
import type { Call } from '../pipeline/step.ts';
import type { ProviderOption, StaticScheme } from '../providers/provider.ts';
import { authOf, isDynamic } from './authorize.ts';
import type { Target } from './target.ts';

const USER_AGENT = `sluice/${VERSION}`;

/** Request headers that end here: hop-by-hop, of the client's own connection, and cookies, which belong to the gateway's origin. */
const WITHHELD = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
  'cookie',
  'x-real-ip',
  'forwarded',
]);

/** Whether a header of the request ends here; so do those that its `connection` names, and what a body was packed with that has been unpacked. */
function isWithheld(name: string, { headers, upload }: Call): boolean {
  if (WITHHELD.has(name) || name.startsWith('x-forwarded-') || name.startsWith('x-portkey-') || name.startsWith('x-sluice-')) return true;
  if (name === 'content-encoding') return upload === undefined;
  const { connection } = headers;
  return connection !== undefined && !/^(?:keep-alive|close)$/i.test(connection) && namesIn(connection).includes(name);
}

function namesIn(list: string): readonly string[] {
  return list.split(',').map((name) => name.trim().toLowerCase());
}

/** Where callers put their key, in the order of Portkey's precedence; Google's and Azure's SDKs use headers of their own. */
const KEY_HEADERS = ['x-api-key', 'x-goog-api-key', 'api-key'] as const;
const CREDENTIAL_HEADERS = new Set<string>(['authorization', ...KEY_HEADERS]);

/** The key that the caller sent, without its scheme. AWS's clients send none: what they sign is good for nobody else. */
export function callerKey(call: Call): string | undefined {
  const authorization = call.headers['authorization'];
  if (authorization !== undefined && authorization !== '' && !authorization.startsWith('AWS4-')) return authorization.replace(/^Bearer /i, '');
  for (const name of KEY_HEADERS) if (call.headers[name] !== undefined) return call.headers[name];
  return queryKey(call.url);
}

function queryKey(url: string): string | undefined {
  const query = url.indexOf('?');
  return query < 0 ? undefined : (new URLSearchParams(url.slice(query)).get('key') ?? undefined);
}

/** Request headers for an endpoint whose body the gateway writes: only what the provider needs and what the config forwards. */
export function attemptHeaders(call: Call, target: Target, accept: string): string[] {
  const headers = ['content-type', 'application/json', 'accept', accept, 'user-agent', USER_AGENT];
  headers.push(...authHeaders(target, target.node.apiKey ?? callerKey(call)), ...providerHeaders(call, target));
  return target.node.forwardHeaders.length === 0 ? headers : withForwarded(headers, call, target.node.forwardHeaders);
}

/** Request headers for a pass-through: all the client's own but those that end here; a key of the client's goes before the config's, but not before a saved one. */
export function passthroughHeaders(call: Call, target: Target): string[] {
  const headers: string[] = [];
  for (const name in call.headers) {
    const value = call.headers[name];
    if (value !== undefined && !CREDENTIAL_HEADERS.has(name) && !isWithheld(name, call)) headers.push(name, value);
  }
  const own = new Set(headers.filter((_, i) => i % 2 === 0));
  const provided = [...authHeaders(target, passthroughKey(call, target)), ...providerHeaders(call, target)];
  for (let i = 0; i < provided.length; i += 2) if (!own.has(provided[i] as string)) headers.push(provided[i] as string, provided[i + 1] as string);
  return headers;
}

function passthroughKey(call: Call, { node }: Target): string | undefined {
  return node.account === undefined ? (callerKey(call) ?? node.apiKey) : node.apiKey;
}

function withForwarded(headers: readonly string[], call: Call, forward: readonly string[]): string[] {
  const copied = forward.filter((name) => call.headers[name] !== undefined && !isWithheld(name, call));
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) if (!copied.includes(headers[i] as string)) kept.push(headers[i] as string, headers[i + 1] as string);
  return [...kept, ...copied.flatMap((name) => [name, call.headers[name] as string])];
}

function providerHeaders(call: Call, target: Target): string[] {
  const headers = Object.entries(target.provider.headers ?? {}).flat();
  for (const option of target.provider.options ?? []) {
    const value = option.sendAs === undefined ? undefined : optionValue(call, target, option);
    if (value !== undefined) headers.push(option.sendAs as string, value);
  }
  return headers;
}

/** What the target says, else what the client sent under the provider's own header name, else the default. */
export function optionValue(call: Call, target: Target, option: ProviderOption): string | undefined {
  const fromClient = option.bareHeader === undefined ? undefined : call.headers[option.bareHeader];
  return target.node.options[option.name] ?? fromClient ?? option.default;
}

/** What a static scheme sends; a dynamic one adds its headers when the request is complete. */
function authHeaders(target: Target, key: string | undefined): string[] {
  const auth = authOf(target, key);
  if (auth === undefined || auth.scheme === 'none' || isDynamic(auth)) return [];
  const credential = auth.option === undefined ? key : target.options[auth.option];
  return credential === undefined || credential === '' ? [] : authHeader(auth, credential);
}

function authHeader(auth: StaticScheme, credential: string): string[] {
  return auth.scheme === 'header' ? [auth.name, (auth.prefix ?? '') + credential] : ['authorization', `Bearer ${credential}`];
}
