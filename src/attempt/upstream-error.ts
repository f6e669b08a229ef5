import type { ErrorCodec } from '../dialects/dialect.ts';
import { isObject } from '../dialects/read.ts';
import { GatewayError, type ErrorInfo, type NativeError } from '../errors.ts';
import type { UpstreamHead } from '../transport/port.ts';
import { jsonOrText } from './body.ts';

/** A provider's error response as the error that the caller gets: same status, same message, the provider's own headers. */
export function errorOfResponse(codec: ErrorCodec, head: UpstreamHead, body: Buffer): GatewayError {
  const parsed = jsonOrText(body);
  const native = body.length > LARGEST_NATIVE ? undefined : nativeOf(codec, parsed);
  return errorOfInfo(codec.decode(head.status, parsed, head.headers), head.headers, native);
}

/** The longest body, in bytes, of which more is kept than the message. */
const LARGEST_NATIVE = 64 * 1024;

/** Some hosts tell their error in a list. */
function nativeOf(codec: ErrorCodec, parsed: unknown): NativeError | undefined {
  const body: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  return isObject(body) ? { codec, body } : undefined;
}

/** An error that a provider reported inside a successful response. */
export function errorOfInfo(info: ErrorInfo, headers: readonly string[] = [], native?: NativeError): GatewayError {
  // A redirect is no error to pass on: the client would take its request, with all its headers, to whatever place it names.
  const status = info.status >= 400 && info.status <= 599 ? info.status : 502;
  return new GatewayError('upstream_error', info.message, { status, type: info.type, publicCode: info.code, param: info.param, headers, native });
}

/** The provider answered with something that is no answer; the text itself is not shown. */
export function notAnAnswer(head: UpstreamHead): GatewayError {
  const what = head.contentType === '' ? 'a body of no stated type' : head.contentType.split(';', 1)[0];
  return new GatewayError('upstream_invalid', `The provider answered with ${what} that is not an answer.`);
}
