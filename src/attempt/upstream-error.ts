import type { ErrorCodec } from '../dialects/dialect.ts';
import { GatewayError, type ErrorInfo } from '../errors.ts';
import type { UpstreamHead } from '../transport/port.ts';
import { jsonOrText } from './body.ts';

/** A provider's error response as the error that the caller gets: same status, same message, the provider's own headers. */
export function errorOfResponse(codec: ErrorCodec, head: UpstreamHead, body: Buffer): GatewayError {
  return errorOfInfo(codec.decode(head.status, jsonOrText(body)), head.headers);
}

/** An error that a provider reported inside a successful response. */
export function errorOfInfo(info: ErrorInfo, headers: readonly string[] = []): GatewayError {
  // A redirect is no error to pass on: the client would take its request, with all its headers, to whatever place it names.
  const status = info.status >= 400 && info.status <= 599 ? info.status : 502;
  return new GatewayError('upstream_error', info.message, { status, type: info.type, publicCode: info.code, param: info.param, headers });
}

/** The provider answered with something that is no answer; the text itself is not shown. */
export function notAnAnswer(head: UpstreamHead): GatewayError {
  const what = head.contentType === '' ? 'a body of no stated type' : head.contentType.split(';', 1)[0];
  return new GatewayError('upstream_invalid', `The provider answered with ${what} that is not an answer.`);
}
