import { EXPLAINED } from '../attempt/explain.ts';
import { isObject, optionalString, remainder, requireObject, unexpected } from '../dialects/read.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';
import { MAX_HEADER_SIZE } from './listener.ts';
import { readMetadata, splitTarget } from './request-parts.ts';
import { route } from './router.ts';

/** Where explanations are asked for. */
export const EXPLAIN_PATH = '/v1/explain';

const DEFAULT_PATH = '/v1/chat/completions';
const MEMBERS: ReadonlySet<string> = new Set(['path', 'headers', 'body']);

/** The call that a request for an explanation asks about: as if it had been made by itself. */
export function explainedCall(question: Call): Call {
  if (question.json === undefined)
    throw new GatewayError('invalid_json', 'The request body must be a JSON object with `path`, `headers` and `body`.');
  const [unknown] = Object.keys(remainder(question.json, MEMBERS));
  if (unknown !== undefined) throw new GatewayError('invalid_request', `${unknown}: expected only path, headers and body`, { param: unknown });
  const url = optionalString(question.json['path'], 'path') ?? DEFAULT_PATH;
  const given = readHeaders(question.json['headers']) ?? question.headers;
  const headers = { ...picked(question.headers, OWN_KEYS), ...without(given, WHENCE), ...picked(question.headers, WHENCE) };
  const json = requireObject(question.json['body'], 'body');
  const { pathname, query } = splitTarget(url);
  const endpoint = route('POST', pathname, { query, headers });
  if (endpoint === undefined || !EXPLAINED.has(endpoint.kind))
    throw unexpected('path', 'the path of a route for chat, embeddings or token counts', url);
  return { ...question, url, pathname, headers, body: Buffer.from(JSON.stringify(json)), json, endpoint, metadata: readMetadata(headers) };
}

/** Whoever asks must be one who may, whatever the request in question brings. */
const OWN_KEYS: ReadonlySet<string> = new Set(['x-sluice-api-key', 'x-portkey-api-key', 'x-sluice-admin-key']);
/** Where the question itself comes from, which the request in question cannot say otherwise. */
const WHENCE: ReadonlySet<string> = new Set(['host', 'origin', 'sec-fetch-site']);

function picked(headers: Call['headers'], names: ReadonlySet<string>): Call['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.has(name)));
}

function without(headers: Call['headers'], names: ReadonlySet<string>): Call['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name)));
}

/** Headers as a JSON object; those that hold JSON, such as a config, may be given as such. Undefined where there are none. */
function readHeaders(given: unknown): Call['headers'] | undefined {
  if (given === undefined || given === null) return undefined;
  const headers = Object.entries(requireObject(given, 'headers')).map(([name, value]) => [name.toLowerCase(), headerText(name, value)] as const);
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > MAX_HEADER_SIZE) throw new GatewayError('headers_too_large', 'headers: larger than the head of a request may be.');
  return Object.fromEntries(headers);
}

function headerText(name: string, value: JsonObject[string]): string {
  if (typeof value === 'string') return value;
  if (isObject(value)) return JSON.stringify(value);
  throw unexpected(`headers.${name}`, 'a string, or an object for a header that holds JSON', value);
}
