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

/**
 * One dispatched request: undici calls the `on…` methods, the receiver hears of it. undici reports each HTTP chunk by itself, and providers
 * send an event a chunk; what one read brought is handed over together, because a hand-over costs more than an event.
 */
class HttpExchange implements Dispatcher.DispatchHandler, Exchange {
  readonly #receiver: Receiver;
  readonly #flush = (): void => this.#handOver();
  #pending: Buffer[] = [];
  #isFlowing = true;
  #abort: ((reason?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  #isOver = false;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (this.#isOver) return abort();
    this.#abort = abort;
    this.#receiver.connected?.();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200 || this.#isOver) return true;
    this.#resume = resume;
    this.#receiver.head(readHead(status, raw));
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#isOver) return true;
    if (this.#pending.push(chunk) === 1) process.nextTick(this.#flush);
    return this.#isFlowing;
  }

  onComplete(): void {
    this.#handOver();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.end();
  }

  onError(error: Error): void {
    this.#handOver();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.fail(connectionError(error));
  }

  resume(): void {
    this.#isFlowing = true;
    this.#resume?.();
  }

  abort(): void {
    this.#isOver = true;
    this.#pending = [];
    this.#abort?.();
  }

  #handOver(): void {
    const pending = this.#pending;
    if (pending.length === 0 || this.#isOver) return;
    this.#pending = [];
    this.#isFlowing = this.#receiver.data(pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending));
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
