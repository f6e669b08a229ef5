import type { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import { onGivenUp } from './calls-under-way.ts';
import type { HttpResponse } from './http-port.ts';

type Bytes = Uint8Array | string;

/** How the items of a flow become bytes of the response. */
export interface Writer<Item> {
  /** The bytes of an item; empty where there is nothing to write yet. */
  write(item: Item): Bytes;
  end(): Bytes;
  /** What a broken stream ends with; undefined: the connection is cut, because nothing else would show the client that it is incomplete. */
  fail(error: GatewayError): Bytes | undefined;
}

/** A response whose head is written. */
export interface OpenResponse {
  readonly response: HttpResponse;
  /** Aborts with an error for its reason when the gateway gives the call up. */
  readonly signal: AbortSignal;
}

/** Runs a flow into a response, as fast as the client reads. */
export function pump<Item>({ response, signal }: OpenResponse, flow: Flow<Item>, writer: Writer<Item>): void {
  const sink = new ResponseSink(response, writer);
  response.on('drain', () => {
    sink.isFull = false;
    flow.resume();
  });
  response.on('close', () => {
    if (!response.writableFinished) flow.cancel();
  });
  onGivenUp(signal, (error) => {
    flow.cancel();
    sink.fail(error);
  });
  if (!signal.aborted) flow.start(sink);
}

/**
 * Writes what arrives in one turn of the event loop with one write: providers send many small events in one packet, and a write each
 * would cost more than everything else done for them.
 */
class ResponseSink<Item> implements Sink<Item> {
  /** The response's buffer is full; set back when it has drained. */
  isFull = false;
  readonly #response: HttpResponse;
  readonly #writer: Writer<Item>;
  readonly #flush = (): void => this.flush();
  #pending: Bytes[] = [];

  constructor(response: HttpResponse, writer: Writer<Item>) {
    this.#response = response;
    this.#writer = writer;
  }

  write(item: Item): boolean {
    const bytes = this.#writer.write(item);
    if (bytes.length > 0 && this.#pending.push(bytes) === 1) process.nextTick(this.#flush);
    return !this.isFull;
  }

  end(): void {
    this.#response.end(this.#takeWith(this.#writer.end()));
  }

  fail(error: GatewayError): void {
    if (this.#response.writableEnded) return;
    const bytes = this.#writer.fail(error);
    if (bytes !== undefined) return void this.#response.end(this.#takeWith(bytes));
    this.flush();
    this.#response.destroy();
  }

  flush(): void {
    if (this.#pending.length > 0 && !this.#response.write(this.#takeWith(''))) this.isFull = true;
  }

  /** What has not been written, and some bytes behind it. */
  #takeWith(bytes: Bytes): Bytes {
    const pending = this.#pending;
    if (bytes.length > 0) pending.push(bytes);
    this.#pending = [];
    return joined(pending);
  }
}

function joined(pieces: readonly Bytes[]): Bytes {
  if (pieces.length < 2) return pieces[0] ?? '';
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}
