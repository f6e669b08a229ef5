import { toGatewayError } from '../../errors.ts';
import type { Exchange, Transport, UpstreamRequest } from '../port.ts';

/** Gives the request with the proof of who sends it: a signature over it, or a token fetched for it. */
export type Authorize = (request: UpstreamRequest) => Promise<UpstreamRequest>;

/** A transport that sends what `authorize` makes of a request. */
export function authorizing(transport: Transport, authorize: Authorize): Transport {
  return (request, receiver) => {
    let sent: Exchange | undefined;
    let isAborted = false;
    const send = (proven: UpstreamRequest): void => {
      if (!isAborted) sent = transport(proven, receiver);
    };
    const fail = (thrown: unknown): void => {
      if (!isAborted) receiver.fail(toGatewayError(thrown));
    };
    authorize(request).then(send, fail);
    const abort = (): void => {
      isAborted = true;
      sent?.abort();
    };
    return { resume: () => sent?.resume(), abort };
  };
}

/** The request with further headers, which take the place of those of the same names. */
export function withHeaders(request: UpstreamRequest, added: readonly string[]): UpstreamRequest {
  const names = new Set(added.filter((_, index) => index % 2 === 0));
  const kept = request.headers.filter((_, index) => !names.has(request.headers[index - (index % 2)] as string));
  return { ...request, headers: [...kept, ...added] };
}
