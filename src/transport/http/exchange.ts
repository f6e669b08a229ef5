import type { Exchange, Receiver } from '../port.ts';
import { readHead } from '../response-headers.ts';
import { connectionError } from './connection-error.ts';
import type { ResponseHead } from './response-head.ts';
import type { ResponseSink } from './response-parser.ts';

/** What an exchange can ask of the connection that serves it. */
export interface Line {
  resume(): void;
  destroy(): void;
}

/** One request under way: its connection tells what arrives, and its receiver hears of it until it is over or aborted. */
export class HttpExchange implements Exchange, ResponseSink {
  /** What goes over the wire: the head in Latin-1, then the body. */
  readonly method: string;
  readonly requestHead: string;
  readonly requestBody: Uint8Array | string | null;
  readonly #receiver: Receiver;
  #line: Line | undefined;
  #isFlowing = true;
  #isOver = false;

  constructor(receiver: Receiver, request: { readonly method: string; readonly head: string; readonly body: Uint8Array | string | null }) {
    this.#receiver = receiver;
    this.method = request.method;
    this.requestHead = request.head;
    this.requestBody = request.body;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The receiver takes more at once. */
  get isFlowing(): boolean {
    return this.#isFlowing;
  }

  /** A connection, not there yet perhaps, is going to serve it. */
  servedBy(line: Line): void {
    this.#line = line;
  }

  connected(): void {
    if (!this.#isOver) this.#receiver.connected?.();
  }

  head({ status, headers }: ResponseHead): void {
    if (!this.#isOver) this.#receiver.head(readHead(status, headers));
  }

  data(bytes: Buffer): void {
    if (!this.#isOver) this.#isFlowing = this.#receiver.data(bytes);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.end();
  }

  /** `cause`: why there is no answer, or no more of it; undefined: the server has closed the connection. */
  fail(cause: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.fail(connectionError(cause));
  }

  resume(): void {
    this.#isFlowing = true;
    if (!this.#isOver) this.#line?.resume();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#line?.destroy();
  }
}
