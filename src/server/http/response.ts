import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { headerLines } from '../../transport/http/header-lines.ts';
import type { HttpResponse } from '../http-port.ts';

/** What a response tells its connection. */
export interface Responding {
  /** Seconds for which the connection is kept behind the response; undefined: it is closed. */
  readonly keepAlive: number | undefined;
  /** All of the response is in the system's hands. */
  finished(): void;
}

/** Up to so many bytes pieces are copied together and written as one. */
const ONE_WRITE = 64 * 1024;

const LAST_CHUNK = '0\r\n\r\n';

/** Writes a response to a request of the plain kind: head and first bytes together, bodies of unknown length in chunks. */
export class PlainResponse implements HttpResponse {
  readonly #socket: Socket;
  readonly #connection: Responding;
  /** The head while it is not written. */
  #head = '';
  #framing: 'none' | 'length' | 'chunked' = 'chunked';
  #headersSent = false;
  #isEnded = false;
  #isFinished = false;
  #isClosed = false;
  readonly #closers: (() => void)[] = [];
  #onDrain: (() => void) | undefined;

  constructor(socket: Socket, connection: Responding) {
    this.#socket = socket;
    this.#connection = connection;
  }

  get headersSent(): boolean {
    return this.#headersSent;
  }

  get destroyed(): boolean {
    return this.#isClosed && !this.#isFinished;
  }

  get writableEnded(): boolean {
    return this.#isEnded;
  }

  get writableFinished(): boolean {
    return this.#isFinished;
  }

  writeHead(status: number, headers: string[]): void {
    if (this.#headersSent) throw new Error('the head of the response is written already');
    this.#framing = framingOf(status, headers);
    const framing = this.#framing === 'chunked' ? 'transfer-encoding: chunked\r\n' : '';
    const { keepAlive } = this.#connection;
    const connection = keepAlive === undefined ? 'connection: close\r\n' : `connection: keep-alive\r\nkeep-alive: timeout=${keepAlive}\r\n`;
    this.#head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${headerLines(headers)}date: ${date()}\r\n${connection}${framing}\r\n`;
    this.#headersSent = true;
  }

  write(bytes: Uint8Array | string): boolean {
    if (this.#isEnded || this.#isClosed) return true;
    return this.#send(bytes, '');
  }

  end(bytes: Uint8Array | string = ''): void {
    if (this.#isEnded || this.#isClosed) return;
    this.#isEnded = true;
    this.#send(bytes, this.#framing === 'chunked' ? LAST_CHUNK : '');
    if (this.#socket.destroyed) return;
    if (this.#socket.writableLength === 0) this.#finish();
    else this.#socket.write('', () => this.#finish());
  }

  destroy(): void {
    this.#socket.destroy();
  }

  on(event: 'close' | 'drain', listener: () => void): void {
    if (event === 'close') this.#closers.push(listener);
    else this.#onDrain = listener;
  }

  /** The client has caught up. */
  drained(): void {
    this.#onDrain?.();
  }

  /** The connection is gone, or the response is finished. */
  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const close of this.#closers) close();
  }

  #finish(): void {
    if (this.#isClosed) return;
    this.#isFinished = true;
    this.closed();
    this.#connection.finished();
  }

  /** Sends the head if it has not gone yet, some bytes of the body in their framing, and what closes it. */
  #send(bytes: Uint8Array | string, closing: string): boolean {
    const head = this.#head;
    this.#head = '';
    const size = this.#framing === 'none' ? 0 : Buffer.byteLength(bytes);
    const isChunk = this.#framing === 'chunked' && size > 0;
    const before = isChunk ? `${head}${size.toString(16)}\r\n` : head;
    const behind = isChunk ? `\r\n${closing}` : closing;
    const total = before.length + size + behind.length;
    if (total === 0) return true;
    if (total > ONE_WRITE) return this.#sendLarge([before, bytes, behind]);
    const piece = Buffer.allocUnsafe(total);
    piece.write(before, 0, 'latin1');
    if (typeof bytes === 'string') piece.write(bytes, before.length, 'utf8');
    else if (size > 0) piece.set(bytes, before.length);
    if (behind !== '') piece.write(behind, before.length + size, 'latin1');
    return this.#socket.write(piece);
  }

  #sendLarge([before, bytes, behind]: readonly [string, Uint8Array | string, string]): boolean {
    this.#socket.cork();
    if (before !== '') this.#socket.write(before, 'latin1');
    const wantsMore = this.#socket.write(bytes);
    if (behind !== '') this.#socket.write(behind, 'latin1');
    this.#socket.uncork();
    return wantsMore;
  }
}

/** How the body is framed; statuses that have no body get none. */
function framingOf(status: number, headers: readonly string[]): 'none' | 'length' | 'chunked' {
  if (status === 204 || status === 304) return 'none';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === 'content-length'.length && name.toLowerCase() === 'content-length') return 'length';
  }
  return 'chunked';
}

let second = 0;
let text = '';

/** The date as HTTP has it; worked out once a second. */
function date(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString();
  }
  return text;
}
