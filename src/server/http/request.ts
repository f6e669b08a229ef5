import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpRequest } from '../http-port.ts';
import type { RequestHead } from './request-head.ts';

type Listener = ((chunk: Buffer) => void) & (() => void) & ((error: Error) => void);

/** A request of the plain kind. */
export class PlainRequest implements HttpRequest {
  readonly method: string;
  readonly httpVersion = '1.1';
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  #whole: Buffer | undefined;
  readonly #listeners: { data?: Listener; end?: Listener; error?: Listener } = {};

  /** `whole`: the body where it is there already. */
  constructor({ method, target, headers }: RequestHead, socket: Socket, whole: Buffer | undefined) {
    this.method = method;
    this.url = target;
    this.headers = headers;
    this.socket = socket;
    this.#whole = whole;
  }

  get whole(): Buffer | undefined {
    return this.#whole;
  }

  on(event: 'data' | 'end' | 'error', listener: Listener): void {
    this.#listeners[event] = listener;
  }

  /** A body that nobody wants is passed over anyway. */
  resume(): void {}

  /** The body is there. */
  arrived(body: Buffer): void {
    this.#whole = body;
    if (body.length > 0) this.#listeners.data?.(body);
    this.#listeners.end?.();
  }

  /** The client has left in the middle of the body. */
  broke(error: Error): void {
    this.#listeners.error?.(error);
  }
}
