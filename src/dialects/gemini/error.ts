import type { ErrorInfo } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ErrorCodec } from '../dialect.ts';
import { errorMessage } from '../error-message.ts';
import { objectOf, objectsOf, textOf } from '../lenient.ts';
import { parseJson } from '../read.ts';
import { RPC_STATUS } from './vocabulary.ts';

/** Errors as `{error: {code, message, status, details}}`: https://cloud.google.com/apis/design/errors */
export const error: ErrorCodec = { decode: decodeError, encode: encodeError };

/** Reads an error body: an object, a list that holds one, or either as the text of an event stream. */
export function decodeError(status: number, body: unknown): ErrorInfo {
  const parsed = typeof body === 'string' ? (parseJson(jsonIn(body)) ?? body) : body;
  const detail = objectOf(objectOf(Array.isArray(parsed) ? parsed[0] : parsed)['error']);
  const word = textOf(detail['status']);
  return {
    status,
    message: errorMessage(status, parsed),
    type: word ?? textOf(detail['type']),
    code: word ?? textOf(detail['code']),
    param: fieldIn(detail),
  };
}

function jsonIn(body: string): string {
  return /^\s*(?:event:[^\n]*\n)?data:([^\n]*)/.exec(body)?.[1] ?? body;
}

const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';

/** The first field that a `google.rpc.BadRequest` complains of. */
function fieldIn(detail: JsonObject): string | undefined {
  const violations = objectsOf(detail['details']).flatMap((entry) => objectsOf(entry['fieldViolations']));
  return violations.map((violation) => textOf(violation['field'])).find((field) => field !== undefined && field !== '');
}

const WORDS = new Set([...Object.values(RPC_STATUS), 'FAILED_PRECONDITION', 'ALREADY_EXISTS', 'OUT_OF_RANGE', 'DATA_LOSS', 'UNKNOWN']);

function encodeError({ status, message, code, param }: ErrorInfo): JsonObject {
  const word = code !== undefined && WORDS.has(code) ? code : (RPC_STATUS[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'));
  const details = param === undefined ? undefined : [{ '@type': BAD_REQUEST, fieldViolations: [{ field: param, description: message }] }];
  return { error: { code: status, message, status: word, details } };
}
