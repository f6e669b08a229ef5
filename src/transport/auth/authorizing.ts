import { toGatewayError } from '../../errors.ts';
import type { Exchange, Transport, UpstreamRequest } from '../port.ts';

/** Gives the headers (flat name-value pairs) that prove who sends a request: a signature over it, or a token fetched for it. */
export type Authorize = (request: UpstreamRequest) => Promise<readonly string[]>;

/** A transport that adds what `authorize` gives before it sends. */
export function authorizing(transport: Transport, authorize: Authorize): Transport {
  return (request, receiver) => {
    let sent: Exchange | undefined;
    let isAborted = false;
    const send = (headers: readonly string[]): void => {
      if (!isAborted) sent = transport({ ...request, headers: [...request.headers, ...headers] }, receiver);
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
