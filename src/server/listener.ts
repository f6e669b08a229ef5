import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A listening server. */
export interface Listener {
  /** `http://host:port` with the port that the system gave where 0 was asked for. */
  readonly url: string;
  /** Stops serving, gently. */
  drain(options: DrainOptions): Promise<void>;
}

export interface DrainOptions {
  /** Milliseconds for which connections are still taken, so that whoever balances the load can look elsewhere first. */
  readonly delay: number;
  /** Milliseconds that calls under way get to finish behind that. */
  readonly timeout: number;
  /** Tells the calls that did not. */
  readonly giveUp: () => void;
}

/** Milliseconds in which the last words reach clients that read. */
const LAST_WORDS = 1_000;

/** A config of 48 KB travels in a header; with the rest of a request's head that fits into this many bytes. */
export const MAX_HEADER_SIZE = 128 * 1024;

/** Starts the HTTP server. */
export function listen(handle: RequestListener, { host, port }: { readonly host: string; readonly port: number }): Promise<Listener> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_SIZE,
    keepAliveTimeout: 65_000,
    headersTimeout: 60_000,
    requestTimeout: 300_000,
    noDelay: true,
  });
  let isLeaving = false;
  server.on('request', (request, response) => {
    // The client's next request is to go elsewhere.
    if (isLeaving) response.shouldKeepAlive = false;
    void handle(request, response);
  });
  server.on('clientError', refuse);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', reject);
      const leave = (options: DrainOptions): Promise<void> => {
        isLeaving = true;
        return drain(server, options);
      };
      resolve({ url: urlOf(host, server), drain: leave });
    });
  });
}

function urlOf(host: string, server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Statuses by the parser's error; anything else is a 400. */
const REFUSALS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request head is larger than 128 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
};

/** Answers what could not be parsed as a request, in OpenAI's error shape. */
function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, message] = REFUSALS[error.code ?? ''] ?? ['400 Bad Request', 'The request is not valid HTTP.'];
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

async function drain(server: Server, { delay, timeout, giveUp }: DrainOptions): Promise<void> {
  if (delay > 0) await sleep(delay);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  let timer = setTimeout(() => {
    giveUp();
    timer = setTimeout(() => server.closeAllConnections(), LAST_WORDS);
  }, timeout);
  // Connections fall idle one by one as their calls finish.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearTimeout(timer);
  clearInterval(sweep);
}
