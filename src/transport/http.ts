import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, errors, type Dispatcher } from 'undici';
import { GatewayError } from '../errors.ts';
import { isPrivateAddress } from '../config/custom-host.ts';
import type { Exchange, Receiver, Transport } from './port.ts';
import { readHead } from './response-headers.ts';

/** Milliseconds. Timeouts of answers are the business of whoever waits for them, so undici's own are off. */
const AGENT_OPTIONS: Agent.Options = {
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 60_000,
  keepAliveMaxTimeout: 600_000,
  maxHeaderSize: 65_536,
};
const CONNECT_TIMEOUT = 5_000;

/**
 * HTTP/1.1 to providers through undici's dispatcher, below its promise and stream layers (they cost more than the rest of a
 * passed-through call). Redirects are not followed. Keep-alive pools, one an origin.
 */
export function createHttpTransport(): Transport & { close(): Promise<void> } {
  const open = new Agent({ ...AGENT_OPTIONS, connect: { timeout: CONNECT_TIMEOUT } });
  // Its own pools: a connection that was made without the address guard must not serve a guarded request.
  const guarded = new Agent({ ...AGENT_OPTIONS, connect: { timeout: CONNECT_TIMEOUT, lookup: publicLookup } });
  const transport: Transport = (request, receiver) => {
    const exchange = new HttpExchange(receiver);
    const { origin, path, method, headers, body } = request;
    (request.guarded ? guarded : open).dispatch({ origin, path, method, headers: headers as string[], body }, exchange);
    return exchange;
  };
  return Object.assign(transport, { close: async () => void (await Promise.all([open.destroy(), guarded.destroy()])) });
}

/** Resolves a name and refuses private addresses, at the moment of connecting, so that no second resolution can differ. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const bad = error === null && addresses.find(({ address }) => isPrivateAddress(address));
    if (error !== null) callback(error, '');
    else if (bad) callback(Object.assign(new Error(`${hostname} resolves to a private address`), { code: 'ESLUICEPRIVATE' }), '');
    else if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
};

/** One dispatched request: undici calls the `on…` methods, the receiver hears of it. */
class HttpExchange implements Dispatcher.DispatchHandler, Exchange {
  readonly #receiver: Receiver;
  #abort: ((reason?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  #over = false;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (this.#over) return abort();
    this.#abort = abort;
    this.#receiver.connected?.();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200 || this.#over) return true;
    this.#resume = resume;
    this.#receiver.head(readHead(status, raw));
    return true;
  }

  onData(chunk: Buffer): boolean {
    return this.#over || this.#receiver.data(chunk);
  }

  onComplete(): void {
    if (this.#over) return;
    this.#over = true;
    this.#receiver.end();
  }

  onError(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#receiver.fail(connectionError(error));
  }

  resume(): void {
    this.#resume?.();
  }

  abort(): void {
    this.#over = true;
    this.#abort?.();
  }
}

/** What the client is told; the text of the system's error (addresses, certificates) stays in the log. */
function connectionError(error: Error & { code?: string }): GatewayError {
  const message =
    error.code === 'ESLUICEPRIVATE'
      ? 'The custom host resolves to a private address.'
      : error instanceof errors.ConnectTimeoutError
        ? 'The provider could not be reached: connecting took too long.'
        : 'The connection to the provider failed or broke.';
  return new GatewayError(error.code === 'ESLUICEPRIVATE' ? 'invalid_custom_host' : 'upstream_unreachable', message, { cause: error });
}
