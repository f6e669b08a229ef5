import type { ErrorInfo } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ErrorCodec } from '../dialect.ts';
import { errorMessage } from '../error-message.ts';

/** Errors as `{message}`; everything else is told by the status. */
export const error: ErrorCodec = { decode: decodeError, encode: encodeError };

function decodeError(status: number, body: unknown): ErrorInfo {
  return { status, message: errorMessage(status, body) };
}

function encodeError({ message }: ErrorInfo): JsonObject {
  return { message };
}
