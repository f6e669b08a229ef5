import { CHAT_DIALECTS, COUNT_DIALECTS, EMBEDDING_DIALECTS } from '../dialects/index.ts';
import type { ModelListShape } from '../dialects/model-list.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import { climbs } from './request-parts.ts';

/** The endpoint for the model and the query of a URL. */
type EndpointFor = (model: string | undefined, query: string) => Endpoint;

const isForAll = ({ clients }: { readonly clients?: RegExp }): boolean => clients === undefined;

/** Every path that clients post to, from the registry of dialects. */
const POSTED: readonly (readonly [path: string, endpoint: EndpointFor])[] = [
  ...CHAT_DIALECTS.filter(isForAll).flatMap(({ dialect, path, streamPath, eventsQuery }) => {
    const stream = streamPath === undefined ? undefined : false;
    const whole: EndpointFor = (model) => ({ kind: 'chat', dialect, model, stream });
    const streamed: EndpointFor = (model, query) => {
      const jsonArray = eventsQuery !== undefined && new URLSearchParams(query).get(eventsQuery[0]) !== eventsQuery[1];
      return { kind: 'chat', dialect, model, stream: true, jsonArray };
    };
    return [[path, whole] as const, ...(streamPath === undefined ? [] : [[streamPath, streamed] as const])];
  }),
  ...COUNT_DIALECTS.map(({ counting, path }) => [path, (model?: string) => ({ kind: 'count', counting, model }) as const] as const),
  ...EMBEDDING_DIALECTS.filter(isForAll).map(
    ({ dialect, path }) => [path, (model?: string) => ({ kind: 'embed', dialect, model }) as const] as const,
  ),
];

/** Fixed paths that certain clients share with all others. */
const SHARED: readonly { readonly path: string; readonly clients: RegExp | undefined; readonly endpoint: Endpoint }[] = [
  ...CHAT_DIALECTS.map(({ dialect, path, clients }) => ({ path, clients, endpoint: { kind: 'chat', dialect } as const })),
  ...EMBEDDING_DIALECTS.map(({ dialect, path, clients }) => ({ path, clients, endpoint: { kind: 'embed', dialect } as const })),
].filter(({ clients }) => clients !== undefined);

const FIXED: ReadonlyMap<string, Endpoint> = new Map(POSTED.filter(([path]) => !path.includes('{')).map(([path, of]) => [path, of(undefined, '')]));

/** Names of models may hold slashes and colons. */
const PLACEHOLDERS: Readonly<Record<string, string>> = { '{version}': 'v\\d+(?:alpha|beta)?\\d*', '{model}': '(.+)' };

const PATTERNS: readonly (readonly [RegExp, EndpointFor])[] = POSTED.filter(([path]) => path.includes('{')).map(([path, of]) => [
  new RegExp(`^${path.replaceAll(/\{\w+\}/g, (placeholder) => PLACEHOLDERS[placeholder] as string)}$`),
  of,
]);

/** Groq's SDK and Azure's v1 API put this in front of OpenAI's paths, whatever the base URL. */
const OPENAI_PREFIX = /^\/openai(?=\/v1\/)/;

/** Azure's older API has a deployment, which stands for the model, in place of the version. */
const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)(?=\/)/;

/** What clients call whose base URL lacks the version, as gateways allow that have one API only, or has it twice. */
const VERSIONLESS =
  /^\/(?=(?:chat\/completions|completions|embeddings|models|responses|moderations|images|audio|files|batches|fine_tuning|rerank|realtime)(?:\/|$))/;
const VERSION_TWICE = /^(?:\/v1)+(?=\/v1\/)/;

/** The endpoint that a method and path ask for; undefined where there is none. */
export function route(method: string, path: string, hints: RouteHints): Endpoint | undefined {
  if (path.startsWith('/v1/') && !path.startsWith('/v1/v1/')) return routeOf(method, path, hints);
  const deployment = DEPLOYMENT.exec(path);
  if (deployment === null) return routeOf(method, withVersion(path), hints);
  const endpoint = routeOf(method, path.replace(DEPLOYMENT, '/v1'), hints);
  return endpoint?.kind === 'chat' || endpoint?.kind === 'embed' ? { ...endpoint, model: decoded(deployment[1] as string) } : endpoint;
}

function withVersion(path: string): string {
  return path.replace(OPENAI_PREFIX, '').replace(VERSION_TWICE, '').replace(VERSIONLESS, '/v1/');
}

function routeOf(method: string, pathname: string, { query, headers }: RouteHints): Endpoint | undefined {
  if (method === 'GET' && LISTS.has(pathname)) return { kind: 'models', shape: shapeFor(pathname, headers), path: '/models' };
  return (method === 'POST' ? (sharedRoute(pathname, headers) ?? posted(pathname, query)) : undefined) ?? passthrough(pathname);
}

/** What else in a request shows which client sent it. */
export interface RouteHints {
  readonly query: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const LISTS = new Set(['/v1/models', '/v1beta/models']);

/** Anthropic's and Google's SDKs are recognized by their headers. */
function shapeFor(pathname: string, headers: RouteHints['headers']): ModelListShape {
  if (headers['anthropic-version'] !== undefined) return 'anthropic-messages';
  return pathname === '/v1beta/models' || headers['x-goog-api-key'] !== undefined ? 'gemini' : 'openai-chat';
}

function sharedRoute(pathname: string, headers: RouteHints['headers']): Endpoint | undefined {
  return SHARED.find(({ path, clients }) => path === pathname && clients?.test(String(headers['user-agent'])))?.endpoint;
}

function posted(pathname: string, query: string): Endpoint | undefined {
  const fixed = FIXED.get(pathname);
  if (fixed !== undefined) return fixed;
  for (const [pattern, endpoint] of PATTERNS) {
    const match = pattern.exec(pathname);
    if (match !== null) return endpoint(decoded(match[1] as string), query);
  }
  return undefined;
}

/** A path segment without its escapes; one whose escapes are broken stands for itself. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Paths of prompt templates: no provider has them, so that what is sent there must not go to one. */
export const PROMPTS = /^\/v1\/prompts\//;

/** `/v1/proxy/…` and every other `/v1/…` go to the same path below the provider's base URL; Cohere's clients rerank at a second version. */
function passthrough(pathname: string): Endpoint | undefined {
  const path = /^\/(?:v1(?:\/proxy)?(?=\/)|v2(?=\/rerank$))(\/.+)$/.exec(pathname)?.[1];
  return path === undefined || climbs(path) || PROMPTS.test(pathname) ? undefined : { kind: 'passthrough', path };
}
