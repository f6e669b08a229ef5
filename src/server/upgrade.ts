import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { headerLines } from '../transport/http/header-lines.ts';
import type { HttpResponse } from './http-port.ts';

/** Whether a request asks for a WebSocket, and for nothing else that a connection can become. */
export function asksForWebSocket({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

const SWITCHING = 101;

/** The response on a connection that is to become a WebSocket: behind a 101 bytes go as they are; any other answer is its last. */
export class UpgradedResponse implements HttpResponse {
  readonly #socket: Socket;
  #headersSent = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    // A client that breaks off is told by `close`.
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    socket.setTimeout(0);
  }

  get headersSent(): boolean {
    return this.#headersSent;
  }

  get destroyed(): boolean {
    return this.#socket.destroyed;
  }

  get writableEnded(): boolean {
    return this.#socket.writableEnded;
  }

  get writableFinished(): boolean {
    return this.#socket.writableFinished;
  }

  writeHead(status: number, headers: string[]): void {
    const connection = status === SWITCHING ? 'connection: Upgrade\r\nupgrade: websocket\r\n' : 'connection: close\r\n';
    this.#headersSent = true;
    this.#socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${headerLines(headers)}${connection}\r\n`, 'latin1');
  }

  write(bytes: Uint8Array | string): boolean {
    return this.#socket.write(bytes);
  }

  end(bytes: Uint8Array | string = ''): void {
    this.#socket.end(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  on(event: 'close' | 'drain', listener: () => void): void {
    this.#socket.on(event, listener);
  }
}
