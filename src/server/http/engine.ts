import type { Socket } from 'node:net';
import type { HttpRequest, HttpResponse } from '../http-port.ts';
import { PlainConnection, type Host } from './connection.ts';
import type { PlainRequest } from './request.ts';
import type { PlainResponse } from './response.ts';

/** Milliseconds between looks for connections whose time is over. */
const SWEEP = 1_000;

/** What the engine leaves to others. */
export interface EngineOptions {
  answer(request: HttpRequest, response: HttpResponse): void;
  /** Whether requests for a target (path and query) are always the other engine's. */
  isForOther(target: string): boolean;
  /** Takes over a socket whose unread bytes have been put back. */
  adopt(socket: Socket): void;
  /** Tells a client that it was too slow, and closes the connection. */
  late(socket: Socket): void;
  /** Milliseconds of a clock that does not jump; the system's by default. */
  readonly now?: () => number;
}

/**
 * Serves requests of the plain kind at a fraction of what node:http costs. A connection on which anything else comes is given to another
 * engine as if nobody had read from it.
 */
export class PlainEngine implements Host {
  readonly #options: EngineOptions;
  readonly #connections = new Set<PlainConnection>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #now: () => number;
  #isLeaving = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#now = options.now ?? ((): number => performance.now());
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP);
    this.#sweeper.unref();
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Takes a new connection. */
  accept(socket: Socket): void {
    this.#connections.add(new PlainConnection(this, socket));
  }

  /** From now on each response is the last one on its connection. */
  leave(): void {
    this.#isLeaving = true;
  }

  closeIdle(): void {
    for (const connection of this.#connections) if (connection.isIdle) connection.socket.destroy();
  }

  closeAll(): void {
    for (const connection of this.#connections) connection.socket.destroy();
  }

  /** Stops looking after time limits; there are no connections any more. */
  stop(): void {
    clearInterval(this.#sweeper);
  }

  now(): number {
    return this.#now();
  }

  isForOther(target: string): boolean {
    return this.#options.isForOther(target);
  }

  answer(request: PlainRequest, response: PlainResponse): void {
    this.#options.answer(request, response);
  }

  handOver(connection: PlainConnection, unread: Buffer): void {
    const { socket } = connection;
    this.#connections.delete(connection);
    connection.release();
    socket.pause();
    socket.unshift(unread);
    this.#options.adopt(socket);
    socket.resume();
  }

  closed(connection: PlainConnection): void {
    this.#connections.delete(connection);
  }

  late(socket: Socket): void {
    this.#options.late(socket);
  }

  #sweep(): void {
    const now = this.now();
    for (const connection of this.#connections) connection.check(now);
  }
}
