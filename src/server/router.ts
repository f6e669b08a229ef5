import { anthropicCount } from '../dialects/anthropic-count/index.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { bedrockConverse } from '../dialects/bedrock-converse/index.ts';
import { cohereChat } from '../dialects/cohere-chat/index.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { geminiCount } from '../dialects/gemini-count/index.ts';
import { geminiEmbeddings } from '../dialects/gemini-embeddings/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { ModelListShape } from '../dialects/model-list.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';

/** Routes of one fixed path. */
const FIXED: Readonly<Record<string, Endpoint>> = {
  'POST /v1/chat/completions': { kind: 'chat', dialect: openaiChat },
  'POST /v1/completions': { kind: 'chat', dialect: openaiCompletions },
  'POST /v1/responses': { kind: 'chat', dialect: openaiResponses },
  'POST /v2/chat': { kind: 'chat', dialect: cohereChat },
  'POST /v1/messages': { kind: 'chat', dialect: anthropicMessages },
  'POST /v1/messages/count_tokens': { kind: 'count', counting: anthropicCount },
  'POST /v1/embeddings': { kind: 'embed', dialect: openaiEmbeddings },
};

/** Gemini puts the model and what is asked of it into the path. */
const GEMINI = /^\/v1(?:beta|alpha|beta1)?\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$/;

const GEMINI_ACTIONS: Readonly<Record<string, (model: string, query: URLSearchParams) => Endpoint>> = {
  generateContent: (model) => ({ kind: 'chat', dialect: gemini, model, stream: false }),
  streamGenerateContent: (model, query) => ({ kind: 'chat', dialect: gemini, model, stream: true, jsonArray: query.get('alt') !== 'sse' }),
  countTokens: (model) => ({ kind: 'count', counting: geminiCount, model }),
  embedContent: (model) => ({ kind: 'embed', dialect: geminiEmbeddings, model }),
  batchEmbedContents: (model) => ({ kind: 'embed', dialect: geminiEmbeddings, model }),
};

/** The endpoint that a method and path ask for; undefined where there is none. */
export function route(method: string, pathname: string, { query, headers }: RouteHints): Endpoint | undefined {
  if (method === 'GET' && LISTS.has(pathname)) return { kind: 'models', shape: shapeFor(pathname, headers), path: '/models' };
  return FIXED[`${method} ${pathname}`] ?? geminiRoute(method, pathname, query) ?? converseRoute(method, pathname) ?? passthrough(pathname);
}

/** What else of a request says which client it comes from. */
export interface RouteHints {
  readonly query: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const LISTS = new Set(['/v1/models', '/v1beta/models']);

/** Anthropic's and Google's SDKs give themselves away by their headers. */
function shapeFor(pathname: string, headers: RouteHints['headers']): ModelListShape {
  if (headers['anthropic-version'] !== undefined) return 'anthropic-messages';
  return pathname === '/v1beta/models' || headers['x-goog-api-key'] !== undefined ? 'gemini' : 'openai-chat';
}

function geminiRoute(method: string, pathname: string, query: string): Endpoint | undefined {
  const match = method === 'POST' ? GEMINI.exec(pathname) : null;
  if (match === null) return undefined;
  return GEMINI_ACTIONS[match[2] as string]?.(decodeURIComponent(match[1] as string), new URLSearchParams(query));
}

/** Bedrock puts the model, encoded, and whether to stream into the path. */
const CONVERSE = /^\/model\/([^/]+)\/converse(-stream)?$/;

function converseRoute(method: string, pathname: string): Endpoint | undefined {
  const match = method === 'POST' ? CONVERSE.exec(pathname) : null;
  if (match === null) return undefined;
  return { kind: 'chat', dialect: bedrockConverse, model: decodeURIComponent(match[1] as string), stream: match[2] !== undefined };
}

/** `/v1/proxy/…` and every other `/v1/…` go to the same path below the provider's base URL. */
function passthrough(pathname: string): Endpoint | undefined {
  const path = /^\/v1(?:\/proxy)?(\/.+)$/.exec(pathname)?.[1];
  return path === undefined ? undefined : { kind: 'passthrough', path };
}
