import { Readable, type Duplex } from 'node:stream';
import { Agent, errors, ProxyAgent, type Dispatcher } from 'undici';
import type { Exchange, Receiver, Transport, UpstreamRequest } from '../port.ts';
import { readHead } from '../response-headers.ts';
import { connectionError, ConnectTimeout } from './connection-error.ts';
import type { ProxyOf } from './proxies.ts';
import { publicLookup } from './public-lookup.ts';

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

/** HTTP/1.1 to providers through undici's dispatcher: for what the gateway's own client does not do. Redirects are not followed. */
export function createUndiciTransport(proxyOf?: ProxyOf): Transport & { close(): Promise<void> } {
  const open = new Agent({ ...AGENT_OPTIONS, connect: { timeout: CONNECT_TIMEOUT } });
  // Its own pools: a connection that was made without the address guard must not serve a guarded request.
  const guarded = new Agent({ ...AGENT_OPTIONS, connect: { timeout: CONNECT_TIMEOUT, lookup: publicLookup } });
  const proxies = new Map<string, ProxyAgent>();
  const through = (uri: string): ProxyAgent => {
    const agent = proxies.get(uri) ?? new ProxyAgent({ ...AGENT_OPTIONS, uri, connect: { timeout: CONNECT_TIMEOUT } });
    proxies.set(uri, agent);
    return agent;
  };
  // A proxy looks up names by itself, out of reach of the address guard.
  const agentFor = (origin: string, isGuarded: boolean): Dispatcher => {
    if (isGuarded) return guarded;
    const proxy = proxyOf?.(origin);
    return proxy === undefined ? open : through(proxy);
  };
  const transport: Transport = (request, receiver) => {
    const { origin, path, method, body, tunnel } = request;
    const exchange = new HttpExchange(receiver, tunnel);
    const upgrade = tunnel === undefined ? null : 'websocket';
    agentFor(origin, request.guarded).dispatch({ origin, path, method, headers: headersOf(request), body, upgrade }, exchange);
    return exchange;
  };
  return Object.assign(transport, {
    close: async () => void (await Promise.all([open, guarded, ...proxies.values()].map((agent) => agent.destroy()))),
  });
}

/** Many stores of files take no upload in chunks: what the client has said of its length goes on. */
function headersOf({ headers, body, length }: UpstreamRequest): string[] {
  return body instanceof Readable && length !== undefined ? [...headers, 'content-length', String(length)] : (headers as string[]);
}

/**
 * One dispatched request: undici calls the `on…` methods, the receiver hears of it. undici reports each HTTP chunk by itself, and providers
 * send an event a chunk; what one read brought is handed over together, because a hand-over costs more than an event.
 */
class HttpExchange implements Dispatcher.DispatchHandler, Exchange {
  readonly #receiver: Receiver;
  readonly #tunnel: Readable | undefined;
  readonly #flush = (): void => this.#handOver();
  #pending: Buffer[] = [];
  #isFlowing = true;
  #abort: ((reason?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  #isOver = false;

  constructor(receiver: Receiver, tunnel: Readable | undefined) {
    this.#receiver = receiver;
    this.#tunnel = tunnel;
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (this.#isOver) return abort();
    this.#abort = abort;
    this.#receiver.connected?.();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200 || this.#isOver) return true;
    this.#resume = resume;
    this.#receiver.head(
      readHead(
        status,
        raw.map((text) => text.toString('latin1')),
      ),
    );
    return true;
  }

  /** From here on both sides send what they like: the provider over `socket`, the client through the tunnel. */
  onUpgrade(status: number, raw: Buffer[] | string[] | null, socket: Duplex): void {
    if (this.#isOver) return void socket.destroy();
    this.#abort = () => socket.destroy();
    this.#resume = () => socket.resume();
    this.#receiver.head(readHead(status, (raw ?? []).map(String)));
    socket.on('data', (chunk: Buffer) => {
      if (!this.onData(chunk)) socket.pause();
    });
    socket.on('error', (error) => this.onError(error));
    socket.on('close', () => this.onComplete());
    this.#tunnel?.pipe(socket);
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
    this.#receiver.fail(connectionError(error instanceof errors.ConnectTimeoutError ? new ConnectTimeout(error.message) : error));
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
