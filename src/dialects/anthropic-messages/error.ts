import type { ErrorInfo } from '../../errors.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { ErrorCodec } from '../dialect.ts';
import { isObject, parseJson } from '../read.ts';
import { errorMessage } from '../error-message.ts';
import { objectOf, textOf } from '../lenient.ts';
import { ERROR_STATUSES, ERROR_TYPES, OWN_CODES } from './vocabulary.ts';

/** Errors as `{type: 'error', error: {type, message}}`; the type follows from the status. */
export const error: ErrorCodec = { decode: decodeError, encode: encodeError };

/** The content of an `error` event inside a stream, where the type has to tell the status. */
export function decodeErrorEvent(event: JsonObject): ErrorInfo {
  const type = isObject(event.error) ? event.error.type : undefined;
  return decodeError(ERROR_STATUSES.get(textOf(type) ?? '') ?? 500, event);
}

function encodeError(info: ErrorInfo): JsonObject {
  const details = OWN_CODES.test(info.code ?? '') ? { error_code: info.code } : undefined;
  return { type: 'error', error: { type: errorType(info), message: info.message, ...(details && { details }) } };
}

function errorType({ status, type }: ErrorInfo): string {
  const byStatus = ERROR_TYPES.get(status);
  if (byStatus !== undefined) return byStatus;
  if (type !== undefined && ERROR_STATUSES.has(type)) return type;
  return status < 500 ? 'invalid_request_error' : 'api_error';
}

function decodeError(status: number, body: unknown): ErrorInfo {
  const parsed = typeof body === 'string' ? (parseJson(jsonOf(body)) ?? body) : body;
  const detail = detailOf(parsed);
  return {
    status,
    message: errorMessage(status, parsed),
    type: textOf(detail.type),
    code: codeOf(detail.code) ?? textOf(objectOf(detail.details).error_code),
    param: textOf(detail.param),
  };
}

/** The JSON of a body that came as an event stream; any other body as it is. */
function jsonOf(body: string): string {
  return /^\s*(?:event:[^\n]*\n)?data:([^\n]*)/.exec(body)?.[1] ?? body;
}

/** The object that tells about the error: under `error` in Anthropic's shape, elsewhere or nowhere in others'. */
function detailOf(body: unknown): JsonObject {
  if (Array.isArray(body)) return detailOf(body[0]);
  if (!isObject(body)) return {};
  const { error: nested, detail, errors, ...flat } = body;
  const inner = [nested, detail, errors].find((value) => typeof value === 'object' && value !== null);
  return inner === undefined ? flat : detailOf(inner);
}

function codeOf(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value);
}
