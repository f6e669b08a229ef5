import type { Readable } from 'node:stream';
import type { GatewayError } from '../errors.ts';

/** A request to a provider, complete: what is here is what goes over the wire. */
export interface UpstreamRequest {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: string;
  /** Flat name-value pairs; the transport adds `host` and `content-length`. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | string | Readable | null;
  /** Bytes of a body that is still arriving; undefined: nobody has said. */
  readonly length?: number | undefined;
  /** What the client says over a connection that becomes a WebSocket, once the provider has agreed to that with a 101; there is no body then. */
  readonly tunnel?: Readable | undefined;
  /** The host was named by a caller and is not trusted: it must not resolve to a private address. */
  readonly guarded: boolean;
}

/** The head of a provider's response. */
export interface UpstreamHead {
  readonly status: number;
  /** Headers that may go on to the client, flat name-value pairs, without content type, length and encoding. */
  readonly headers: readonly string[];
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
}

/** Takes a response as it arrives. After `head` come `data` and exactly one of `end` and `fail`; `fail` alone where nothing arrived. */
export interface Receiver {
  /** The request is on its way over a connection that stands. */
  connected?(): void;
  head(head: UpstreamHead): void;
  /** False asks the transport to hold until `resume`. */
  data(chunk: Buffer): boolean;
  end(): void;
  fail(error: GatewayError): void;
}

/** A request under way. */
export interface Exchange {
  resume(): void;
  /** Cancels the request; the receiver hears nothing further. */
  abort(): void;
}

/** Sends a request and delivers the response to the receiver: the only way to a provider. */
export type Transport = (request: UpstreamRequest, receiver: Receiver) => Exchange;
