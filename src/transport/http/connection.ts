import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { toGatewayError, type GatewayError } from '../../errors.ts';
import { ConnectTimeout } from './connection-error.ts';
import type { HttpExchange, Line } from './exchange.ts';
import { BadResponse } from './response-head.ts';
import { ResponseParser } from './response-parser.ts';

/** Where connections of one pool go. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Undefined: not encrypted. */
  readonly tls: SecureContext | undefined;
  /** The name that the certificate must be for and that is asked for; undefined: the host is an address. */
  readonly serverName: string | undefined;
  /** Undefined: the system's own. */
  readonly lookup: LookupFunction | undefined;
}

/** Whom a connection tells how it is. */
export interface Keeper {
  /** The last TLS session, with which the next handshake is shorter. */
  session: Buffer | undefined;
  /** It has served an exchange and can serve another, for so many milliseconds where the server said so. */
  released(connection: Connection, idleTimeout: number | undefined): void;
  /** It is of no use any more. */
  closed(connection: Connection): void;
}

/** Milliseconds until a connection must stand, TLS included. */
const CONNECT_TIMEOUT = 5_000;
const KEEP_ALIVE_DELAY = 60_000;

/** Up to so many bytes a body is written together with its head. */
const ONE_WRITE = 64 * 1024;

/** What every read of every connection is written to. Reads do not nest, and nobody keeps a part of it. */
const READ = Buffer.allocUnsafeSlow(64 * 1024);

/** A connection to a provider. It serves one exchange at a time; whatever is out of order closes it. */
export class Connection implements Line {
  readonly #keeper: Keeper;
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;
  #exchange: HttpExchange | undefined;
  #parser: ResponseParser | undefined;
  #isReady = false;
  #isClosed = false;

  /** Connects, and serves `exchange` first. */
  constructor(keeper: Keeper, address: Address, exchange: HttpExchange) {
    this.#keeper = keeper;
    this.#exchange = exchange;
    exchange.servedBy(this);
    this.#socket = open(address, keeper.session, (size) => this.#read(READ.subarray(0, size)));
    this.#timer = setTimeout(() => this.#close(new ConnectTimeout('connecting took too long')), CONNECT_TIMEOUT);
    this.#socket.once(address.tls === undefined ? 'connect' : 'secureConnect', () => this.#ready());
    this.#socket.on('session', (session: Buffer) => (keeper.session = session));
    this.#socket.on('error', (cause) => this.#close(cause));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#close(undefined));
  }

  /** As far as anyone knows, the server is still there. */
  get isUsable(): boolean {
    return !this.#isClosed && this.#socket.writable;
  }

  /** Sends an exchange's request; the connection is idle and usable. */
  serve(exchange: HttpExchange): void {
    this.#exchange = exchange;
    exchange.servedBy(this);
    this.#send(exchange);
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Closes it at once; its exchange is told nothing. */
  destroy(): void {
    this.#exchange = undefined;
    this.#close(undefined);
  }

  /** Closes it at once; its exchange fails. */
  fail(): void {
    this.#close(undefined);
  }

  #ready(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isReady = true;
    if (this.#exchange !== undefined) this.#send(this.#exchange);
  }

  #send(exchange: HttpExchange): void {
    this.#parser = new ResponseParser(exchange.method, exchange);
    exchange.connected();
    beforeTurnEnds(() => {
      if (this.#exchange === exchange) write(this.#socket, exchange);
    });
  }

  /** Takes in what arrived; false: the socket is to hold until `resume`. */
  #read(bytes: Buffer): boolean {
    const exchange = this.#exchange;
    const parser = this.#parser;
    // Nothing was asked: a server that speaks now is about to close, or out of step.
    if (exchange === undefined || parser === undefined) this.#close(undefined);
    else this.#take(bytes, exchange, parser);
    // The next exchange may have begun meanwhile.
    return this.#exchange?.isFlowing !== false;
  }

  #take(bytes: Buffer, exchange: HttpExchange, parser: ResponseParser): void {
    try {
      parser.read(bytes);
    } catch (cause) {
      return this.#close(faultOf(cause));
    }
    if (parser.isOver && this.#exchange === exchange) this.#finish(exchange, parser);
  }

  #finish(exchange: HttpExchange, parser: ResponseParser): void {
    this.#exchange = undefined;
    this.#parser = undefined;
    // A request that the server did not want to the end would stand in front of the next one.
    if (parser.keepsAlive && this.isUsable && this.#socket.writableLength === 0) this.#keeper.released(this, parser.idleTimeout);
    else this.#close(undefined);
    exchange.end();
  }

  /** The server sends nothing more. */
  #ended(): void {
    const exchange = this.#exchange;
    const parser = this.#parser;
    if (exchange === undefined || parser === undefined) return this.#close(undefined);
    try {
      parser.close();
    } catch (cause) {
      return this.#close(cause);
    }
    this.#finish(exchange, parser);
  }

  #close(cause: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const exchange = this.#exchange;
    this.#exchange = undefined;
    // A session that did not lead to a connection may be the reason.
    if (!this.#isReady) this.#keeper.session = undefined;
    this.#keeper.closed(this);
    this.#socket.destroy();
    exchange?.fail(cause);
  }
}

let waiting: (() => void)[] = [];

/**
 * Runs something behind all else that one turn of the event loop brings. A provider, or the network card, is woken once for requests that
 * leave right behind one another; a wake for each would cost more than the writing.
 */
function beforeTurnEnds(run: () => void): void {
  if (waiting.push(run) > 1) return;
  setImmediate(() => {
    const all = waiting;
    waiting = [];
    for (const each of all) each();
  });
}

function open(address: Address, session: Buffer | undefined, onRead: (size: number) => boolean): Socket {
  const { host, port, tls, serverName, lookup } = address;
  const options = {
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_DELAY,
    onread: { buffer: READ, callback: onRead },
    ...(lookup === undefined ? {} : { lookup }),
  };
  if (tls === undefined) return connectTcp(options);
  const names = serverName === undefined ? {} : { servername: serverName };
  return connectTls({ ...options, ...names, secureContext: tls, ALPNProtocols: ['http/1.1'], ...(session === undefined ? {} : { session }) });
}

/** Writes head and body, small ones as one piece. */
function write(socket: Socket, { requestHead: head, requestBody: body }: HttpExchange): void {
  const size = body === null ? 0 : Buffer.byteLength(body);
  if (size > ONE_WRITE) {
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body as Uint8Array | string);
    socket.uncork();
    return;
  }
  const bytes = Buffer.allocUnsafe(head.length + size);
  bytes.write(head, 0, 'latin1');
  if (typeof body === 'string') bytes.write(body, head.length, 'utf8');
  else if (body !== null) bytes.set(body, head.length);
  socket.write(bytes);
}

/** Anything but a malformed response is a fault of whoever takes it in; it must not take other calls with it. */
function faultOf(cause: unknown): BadResponse | GatewayError {
  return cause instanceof BadResponse ? cause : toGatewayError(cause);
}
