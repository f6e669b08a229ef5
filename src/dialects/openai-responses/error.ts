import type { ErrorInfo } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ErrorCodec } from '../dialect.ts';
import { wordOf } from '../lenient.ts';
import { decodeErrorMember, openaiError } from '../openai-chat/error.ts';
import { isObject } from '../read.ts';
import { codeOfStatus, statusOfCode } from './vocabulary.ts';
import type { ResponseError } from './wire.ts';

/** Errors in OpenAI's shape, `{error: {message, type, param, code}}`. */
export const error: ErrorCodec = openaiError;

/** Reads the `error` of a response that failed, where only the code tells the status. */
export function decodeResponseError(response: JsonObject): ErrorInfo {
  const found = decodeErrorMember(response.error);
  return { ...found, status: statusOfCode(wordOf(found.code)), message: failureMessage(found, response) };
}

function failureMessage(found: ErrorInfo, response: JsonObject): string {
  if (isObject(response.error)) return found.message;
  return response.status === 'cancelled' ? 'The response was cancelled.' : 'The response failed.';
}

/** Reads an `error` event, whose members stand in the event itself or in its `error`. */
export function decodeErrorEvent(event: JsonObject): ErrorInfo {
  if (isObject(event.error) || typeof event.error === 'string') {
    const found = decodeErrorMember(event.error);
    return found.status === 502 ? { ...found, status: statusOfCode(wordOf(found.code) ?? wordOf(found.type)) } : found;
  }
  const found = decodeErrorMember({ message: event.message, code: event.code, param: event.param });
  return { ...found, status: statusOfCode(wordOf(event.code)) };
}

/** The `error` of a failed response. */
export function encodeResponseError(info: ErrorInfo): ResponseError {
  return { code: info.code ?? codeOfStatus(info.status), message: info.message };
}
