import { GatewayError } from '../errors.ts';
import type { Exchange, Receiver, Transport, UpstreamHead, UpstreamRequest } from '../transport/port.ts';

export interface PerformOptions {
  readonly transport: Transport;
  readonly request: UpstreamRequest;
  /** The client's: aborts the request when the client leaves. */
  readonly signal: AbortSignal;
  /** Milliseconds until the response head; undefined: no limit. */
  readonly timeout: number | undefined;
}

/** What a receiver tells of the attempt that it serves. */
export interface Settle<Result> {
  readonly exchange: Exchange;
  resolve(result: Result): void;
  /** Rejects and cancels what is still under way. */
  reject(error: GatewayError): void;
  /** The response is over: nothing is left to cancel. */
  done(): void;
}

/**
 * Sends a request and gives what its receiver makes of the response. Until the receiver settles, the client's leaving and the timeout
 * reject; after that the client's leaving still cancels the request, until `done`.
 */
export function perform<Result>(options: PerformOptions, receive: (settle: Settle<Result>) => Receiver): Promise<Result> {
  const { signal, timeout } = options;
  if (signal.aborted) return Promise.reject(clientClosed());
  return new Promise<Result>((resolve, reject) => {
    let exchange: Exchange | undefined;
    let timer: NodeJS.Timeout | undefined;
    const release = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const cancel = (error: GatewayError): void => {
      release();
      exchange?.abort();
      reject(error);
    };
    const onAbort = (): void => cancel(clientClosed());
    signal.addEventListener('abort', onAbort);
    const handle: Exchange = { resume: () => exchange?.resume(), abort: () => (release(), exchange?.abort()) };
    const receiver = receive({ exchange: handle, resolve, reject: cancel, done: release });
    if (timeout !== undefined) {
      timer = setTimeout(() => cancel(timedOut(timeout)), timeout);
      exchange = options.transport(
        options.request,
        untilHead(receiver, () => clearTimeout(timer)),
      );
    } else exchange = options.transport(options.request, receiver);
  });
}

function untilHead(receiver: Receiver, onHead: () => void): Receiver {
  return {
    head: (head: UpstreamHead) => {
      onHead();
      receiver.head(head);
    },
    data: (chunk) => receiver.data(chunk),
    end: () => receiver.end(),
    fail: (error) => receiver.fail(error),
  };
}

function clientClosed(): GatewayError {
  return new GatewayError('client_closed', 'The client closed the connection before the answer.');
}

function timedOut(timeout: number): GatewayError {
  return new GatewayError('request_timeout', `Request exceeded the timeout sent in the request: ${timeout}ms`);
}
