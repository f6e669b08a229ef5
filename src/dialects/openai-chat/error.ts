import type { ErrorInfo } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ErrorCodec } from '../dialect.ts';
import { wordsOfPage } from '../error-message.ts';
import { isObject, parseJson } from '../read.ts';
import type { WireError } from './wire.ts';

const LONGEST_TEXT = 500;

/** Errors in OpenAI's shape; reads every shape that OpenAI-compatible hosts are known to send. */
export const openaiError = { decode: decodeError, encode: encodeError } as const satisfies ErrorCodec;

/** `{error: {message, type, param, code}}` with all four members. */
export function encodeError(error: ErrorInfo): WireError {
  return { error: { message: error.message, type: error.type ?? null, param: error.param ?? null, code: error.code ?? null } };
}

/** Reads an error body: OpenAI's, a bare string, a list, FastAPI's `detail`, `errors`, a page of HTML, or nothing at all. */
export function decodeError(status: number, body: unknown): ErrorInfo {
  const parsed = typeof body === 'string' ? (parseBody(body) ?? body.slice(0, LONGEST_TEXT)) : body;
  const found = describeError(parsed);
  return { ...found, status, message: found.message ?? `The provider answered with status ${status}.` };
}

/** Reads the `error` member of a chunk or of a reply with status 200; its own code is the status where it is one. */
export function decodeErrorMember(error: unknown): ErrorInfo {
  const found = describeError(error);
  const codes = isObject(error) ? [error.status_code, error.status, error.code, error.http_status_code] : [];
  const status = codes.map(Number).find((code) => code >= 400 && code <= 599);
  return {
    ...found,
    status: status ?? STATUS_BY_TYPE.get(found.type ?? '') ?? 502,
    message: found.message ?? 'The provider reported an error in its answer.',
  };
}

/** What the types of errors that come without a status stand for. */
const STATUS_BY_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['BadRequestError', 400],
  ['authentication_error', 401],
  ['AuthenticationError', 401],
  ['NotFoundError', 404],
  ['rate_limit_error', 429],
  ['RateLimitError', 429],
  ['overloaded_error', 529],
]);

/** Whether a chunk, or a reply with status 200, is an error as a whole instead of holding one. */
export function isErrorItself(wire: JsonObject): boolean {
  if (wire.object === 'error' || hasFailedStatus(wire)) return true;
  if (Array.isArray(wire.choices) || isObject(wire.usage) || !isEmpty(wire.error)) return false;
  return ERROR_WORDS.some((name) => !isEmpty(wire[name])) || (typeof wire.message === 'string' && isFailure(wire.code));
}

/** Members that nothing but an error has. */
const ERROR_WORDS = ['error_message', 'error_msg', 'detail'] as const;

function isFailure(code: unknown): boolean {
  return !isEmpty(code) && code !== 0 && code !== 200;
}

/** Some hosts report errors by a status that stands in every chunk and is 0 where all is well. */
function hasFailedStatus({ base_resp: status }: JsonObject): boolean {
  return isObject(status) && typeof status.status_code === 'number' && status.status_code !== 0;
}

type Description = { readonly [key in 'message' | 'type' | 'code' | 'param']?: string | undefined };

/** JSON, or the first event of a stream that holds JSON. */
function parseBody(text: string): unknown {
  return parseJson(text) ?? parseJson(/^data:\s*(.+)$/m.exec(text)?.[1] ?? '');
}

function describeError(body: unknown): Description {
  if (typeof body === 'string') return { message: messageOfText(body) };
  if (Array.isArray(body)) return describeError(body[0]);
  if (!isObject(body)) return {};
  const inner = [body.error, body.errors, body.detail, body.base_resp].find((value) => !isEmpty(value));
  return { ...plainMembers(body), message: messageOf(body), ...(inner === undefined ? undefined : defined(describeInner(inner))) };
}

function describeInner(inner: unknown): Description {
  if (!Array.isArray(inner)) return describeError(inner);
  const messages = inner.map((item) => describeError(item).message).filter((message) => message !== undefined);
  return { ...describeError(inner[0]), message: messages.length > 0 ? messages.join('; ') : undefined };
}

function plainMembers(body: Readonly<Record<string, unknown>>): Description {
  return { type: word(body.type) ?? word(body.error_type), code: word(body.code) ?? word(body.error_code), param: word(body.param) };
}

function messageOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const text = [body.message, body.Message, body.msg, body.error_message, body.error_msg, body.status_msg, body.title, body['html-message']].find(
    (value) => !isEmpty(value),
  );
  const said = typeof text === 'string' ? messageOfText(text) : describeError(text).message;
  const raw = isObject(body.metadata) ? describeError(parsedText(body.metadata.raw)).message : undefined;
  return said !== undefined && raw !== undefined && !said.includes(raw) ? `${said}: ${raw}` : (said ?? raw);
}

function parsedText(value: unknown): unknown {
  return typeof value === 'string' ? (parseJson(value) ?? value) : value;
}

function messageOfText(text: string): string | undefined {
  return wordsOfPage(text.trim()) || undefined;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function word(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function defined(description: Description): Description {
  return Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined));
}
