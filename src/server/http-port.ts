import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** What the gateway needs of a request, whichever engine has read it: `IncomingMessage` of node:http is one, `PlainRequest` another. */
export interface HttpRequest {
  readonly method?: string | undefined;
  /** `1.1`. */
  readonly httpVersion: string;
  /** Path and query. */
  readonly url?: string | undefined;
  /** Names are lower case; repeated headers are joined as Node joins them. */
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
  /** The body, where all of it is there already; else it comes with the events. */
  readonly whole?: Buffer | undefined;
  /** What the client says once the connection has become a WebSocket, which is all that it asks for; undefined: it asks for an answer. */
  readonly tunnel?: Readable | undefined;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Lets go of a body that nobody wants. */
  resume(): unknown;
}

/** What the gateway needs of a response: `ServerResponse` of node:http is one, `PlainResponse` another. */
export interface HttpResponse {
  readonly headersSent: boolean;
  /** The connection is gone. */
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  /** All of it is in the system's hands. */
  readonly writableFinished: boolean;
  /** `headers`: flat name-value pairs. */
  writeHead(status: number, headers: string[]): unknown;
  /** False: the client is slower; `drain` tells when it has caught up. */
  write(bytes: Uint8Array | string): boolean;
  end(bytes?: Uint8Array | string): unknown;
  /** Breaks the connection off. */
  destroy(): unknown;
  /** `close`: the response is finished, or the client has left. */
  on(event: 'close' | 'drain', listener: () => void): unknown;
}
