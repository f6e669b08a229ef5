import type { ErrorInfo } from '../../errors.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { ErrorCodec } from '../dialect.ts';
import { errorMessage } from '../error-message.ts';
import { textOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { EXCEPTION_STATUSES, EXCEPTIONS } from './vocabulary.ts';

/**
 * Errors as `{message}`. AWS names the exception in a header; `__type` in the body, which its clients read as well, is where it can be told
 * without one.
 */
export const error: ErrorCodec = { decode: decodeError, encode: encodeError };

function decodeError(status: number, body: unknown, headers: readonly string[] = []): ErrorInfo {
  const name = typeIn(headers) ?? (isObject(body) ? typeOf(body) : undefined);
  // The name may have a namespace in front and a URL behind it.
  return { status, message: errorMessage(status, body), type: name?.split('#').at(-1)?.split(':')[0] };
}

function typeIn(headers: readonly string[]): string | undefined {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === 'x-amzn-errortype');
  return at < 0 ? undefined : headers[at + 1];
}

function typeOf(body: JsonObject): string | undefined {
  return textOf(body['__type']) ?? textOf(body.code);
}

function encodeError(info: ErrorInfo): JsonObject {
  return { message: info.message, __type: exceptionOf(info) };
}

function exceptionOf({ status, type }: ErrorInfo): string {
  if (type !== undefined && EXCEPTION_STATUSES.get(type) === status) return type;
  return EXCEPTIONS.get(status) ?? (status < 500 ? 'ValidationException' : 'InternalServerException');
}

/** An exception inside a stream → what it says, with the status that it would have had on its own. */
export function decodeException(name: string, body: Json | undefined): ErrorInfo {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const status = EXCEPTION_STATUSES.get(type) ?? 502;
  return { status, message: errorMessage(status, body), type };
}

/** The exceptions that a stream may hold; any other error goes as one of the model's. */
const STREAMED: ReadonlySet<string> = new Set([
  'InternalServerException',
  'ModelStreamErrorException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
]);

/** An error in the middle of a stream. */
export function encodeException(info: ErrorInfo): JsonObject {
  const type = exceptionOf(info);
  const name = STREAMED.has(type) ? type : 'ModelStreamErrorException';
  return { [name.charAt(0).toLowerCase() + name.slice(1)]: { message: info.message } };
}
