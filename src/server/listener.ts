import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRequest, HttpResponse } from './http-port.ts';
import { PlainEngine } from './http/engine.ts';
import { splitTarget } from './request-parts.ts';
import { inOriginForm } from './request-target.ts';
import { asksForWebSocket, UpgradedResponse } from './upgrade.ts';

/** What answers requests. Its methods never reject. */
export interface App {
  answer(request: HttpRequest, response: HttpResponse): Promise<void>;
  /** Whether a request that asks for a WebSocket may have one; otherwise it is answered like any other. */
  canUpgrade(request: IncomingMessage): boolean;
  /** Hears of requests that were not valid HTTP, and why. */
  refused(code: string): void;
  /** Whether a path is answered by `answerNode`, which needs the objects of node:http. */
  isForNode(pathname: string): boolean;
  answerNode(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** A listening server. */
export interface Listener {
  /** `http://host:port`, with the port that the system chose if 0 was asked for. */
  readonly url: string;
  /** Stops serving, gracefully. */
  drain(options: DrainOptions): Promise<void>;
}

export interface DrainOptions {
  /** Milliseconds for which connections are still accepted, so that a load balancer can move away first. */
  readonly delay: number;
  /** Milliseconds after that which calls under way get to finish. */
  readonly timeout: number;
  /** Gives up the calls that did not finish. */
  readonly giveUp: () => void;
}

/** Milliseconds in which final errors still reach clients that read. */
const LAST_WORDS = 1_000;

/** A config of 48 KB travels in a header; with the rest of a request's head that fits into this many bytes. */
export const MAX_HEADER_SIZE = 128 * 1024;

/**
 * Starts the HTTP server: node:http, with the gateway's own engine in front, which answers plain requests itself and hands a connection on
 * which anything else arrives over to node:http.
 */
export function listen(app: App, { host, port }: { readonly host: string; readonly port: number }): Promise<Listener> {
  const node = createServer({
    maxHeaderSize: MAX_HEADER_SIZE,
    keepAliveTimeout: 65_000,
    headersTimeout: 60_000,
    requestTimeout: 300_000,
    noDelay: true,
    shouldUpgradeCallback: (request) => asksForWebSocket(request) && app.canUpgrade(request),
  });
  const plain = inFrontOf(node, app);
  const answering = new WeakMap<Socket, ServerResponse>();
  node.on('request', (request, response) => {
    answering.set(request.socket, response);
    // The client shall send its next request elsewhere.
    if (plain.isLeaving) response.shouldKeepAlive = false;
    if (!inOriginForm(request)) return refuseRequest(response, app);
    const { pathname } = splitTarget(request.url ?? '/');
    void (app.isForNode(pathname) ? app.answerNode(request, response) : app.answer(request, response));
  });
  node.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.unshift(head);
    void app.answer(Object.assign(request, { tunnel: socket }), new UpgradedResponse(socket));
  });
  node.on('clientError', (error: Error & { code?: string }, socket: Socket) => {
    // What is written in the middle of an answer would become a part of it.
    if (isUnderWay(answering.get(socket))) socket.destroy();
    else refuse(error, socket, app);
  });
  return new Promise((resolve, reject) => {
    node.once('error', reject);
    node.listen({ host, port, backlog: 4096 }, () => {
      node.off('error', reject);
      resolve({ url: urlOf(host, node), drain: (options) => drain(node, plain, options) });
    });
  });
}

/** Puts an engine in place of a server's own connection listeners, which get what the engine hands over. */
function inFrontOf(node: Server, app: App): PlainEngine {
  const adopters = node.listeners('connection') as ((socket: Socket) => void)[];
  const plain = new PlainEngine({
    answer: (request, response) => void app.answer(request, response),
    isForOther: (target) => app.isForNode(splitTarget(target).pathname),
    adopt: (socket) => adopters.forEach((adopt) => adopt.call(node, socket)),
    late: (socket) => refuse(Object.assign(new Error('the request did not arrive in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket, app),
  });
  node.removeAllListeners('connection');
  node.on('connection', (socket: Socket) => plain.accept(socket));
  return plain;
}

function urlOf(host: string, server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Statuses by the parser's error; anything else is a 400. */
const INVALID = ['400 Bad Request', 'The request is not valid HTTP.', 'http_invalid'] as const;
const REFUSALS: Readonly<Record<string, readonly [status: string, message: string, code: string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The request head is larger than 128 KiB, or has too many headers.',
    'http_head_too_large',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.', 'http_timeout'],
};

/** In OpenAI's error shape. */
function refusalOf(message: string): string {
  return JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
}

function isUnderWay(response: ServerResponse | undefined): boolean {
  return response?.headersSent === true && !response.writableFinished;
}

/** Answers a request that could be parsed and is none all the same. */
function refuseRequest(response: ServerResponse, app: Pick<App, 'refused'>): void {
  const [, message, code] = INVALID;
  app.refused(code);
  response.shouldKeepAlive = false;
  response.writeHead(400, { 'content-type': 'application/json' }).end(refusalOf(message));
}

/** Answers what could not be parsed as a request. */
function refuse(error: Error & { code?: string }, socket: Socket, app: Pick<App, 'refused'>): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, message, code] = REFUSALS[error.code ?? ''] ?? INVALID;
  app.refused(code);
  const body = refusalOf(message);
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  // A client that does not close its side is not waited for.
  setTimeout(() => socket.destroy(), LAST_WORDS).unref();
}

async function drain(node: Server, plain: PlainEngine, { delay, timeout, giveUp }: DrainOptions): Promise<void> {
  plain.leave();
  if (delay > 0) await sleep(delay);
  const closed = new Promise<void>((resolve) => node.close(() => resolve()));
  const closeIdle = (): void => {
    node.closeIdleConnections();
    plain.closeIdle();
  };
  closeIdle();
  let timer = setTimeout(() => {
    giveUp();
    timer = setTimeout(() => {
      node.closeAllConnections();
      plain.closeAll();
    }, LAST_WORDS);
  }, timeout);
  // Connections become idle one by one, as their calls finish.
  const sweep = setInterval(closeIdle, 50);
  await closed;
  clearTimeout(timer);
  clearInterval(sweep);
  plain.stop();
}
