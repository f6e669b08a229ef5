import type { Socket } from 'node:net';
import { GatewayError } from '../../errors.ts';
import { mayBePlain, readRequestHead, type RequestHead } from './request-head.ts';
import { PlainRequest } from './request.ts';
import { PlainResponse, type Responding } from './response.ts';

/** Largest head that this engine takes in, in bytes. */
const MOST_HEAD = 16 * 1024;
/** Bytes behind a request that are taken in while it is being answered. */
const MOST_AHEAD = 64 * 1024;

/** Milliseconds that clients get. */
const HEAD_TIMEOUT = 60_000;
const REQUEST_TIMEOUT = 300_000;
const IDLE_TIMEOUT = 65_000;
/** For the rest of a body that nobody waits for any more, behind the last response. */
const LINGER_TIMEOUT = 5_000;

/** Pieces of a body that are kept apart at most: many small ones would take more memory than what is in them. */
const MOST_PIECES = 256;

const END_OF_HEAD = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);

/** What a connection needs of its engine. */
export interface Host {
  /** Milliseconds of a clock that does not jump. */
  now(): number;
  /** Connections are to be closed as they fall idle. */
  readonly isLeaving: boolean;
  /** Whether requests for a path are always another engine's. */
  isForOther(target: string): boolean;
  answer(request: PlainRequest, response: PlainResponse): void;
  /** Gives the socket to the other engine, with bytes of it that nobody has taken in. */
  handOver(connection: PlainConnection, unread: Buffer): void;
  closed(connection: PlainConnection): void;
  /** The client has not kept to a time limit. */
  late(socket: Socket): void;
}

/** A client's connection, as long as it sends requests of the plain kind: one is answered at a time, in their order. */
export class PlainConnection implements Responding {
  readonly socket: Socket;
  readonly #host: Host;
  /** What has arrived and is not taken in: the beginning of a head, or what comes behind the request that is being answered. */
  #ahead: Buffer = NOTHING;
  #request: PlainRequest | undefined;
  #response: PlainResponse | undefined;
  #body: Buffer[] = [];
  /** Bytes that the request's body still lacks. */
  #missing = 0;
  #isLast = false;
  /** A part of a head has arrived. */
  #isInHead = false;
  #isAdvancing = false;
  #deadline: number;

  constructor(host: Host, socket: Socket) {
    this.#host = host;
    this.socket = socket;
    this.#deadline = host.now() + HEAD_TIMEOUT;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose).on('drain', this.#onDrain).on('error', ignore);
  }

  /** Nothing has been asked that is not answered. */
  get isIdle(): boolean {
    return this.#response === undefined && this.#missing === 0 && this.#ahead.length === 0;
  }

  get keepAlive(): number | undefined {
    return this.#isLast || this.#host.isLeaving ? undefined : IDLE_TIMEOUT / 1000;
  }

  /** Closes the connection if its client has had enough time. */
  check(now: number): void {
    if (now < this.#deadline) return;
    this.#deadline = Infinity;
    const isWaitedFor = this.#response === undefined ? this.#isInHead : !this.#response.headersSent;
    if (isWaitedFor) this.#host.late(this.socket);
    else this.socket.destroy();
  }

  finished(): void {
    this.#response = undefined;
    this.#isLast ||= this.#host.isLeaving;
    if (this.#missing === 0) this.#goOn();
    else if (this.#isLast) this.#linger();
  }

  /** Gives the socket up, for another engine to take. */
  release(): void {
    const { socket } = this;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose).off('drain', this.#onDrain).off('error', ignore);
  }

  readonly #onData = (bytes: Buffer): void => {
    const rest = this.#missing > 0 ? this.#takeBody(bytes) : bytes;
    if (rest.length === 0) return;
    this.#ahead = this.#ahead.length === 0 ? rest : Buffer.concat([this.#ahead, rest]);
    this.#advance();
    // Nobody may send without end what is not looked at.
    if (this.#ahead.length > MOST_AHEAD) this.socket.pause();
  };

  /** The client says nothing more; what it asked for it wants no longer, unless that is on its way. */
  readonly #onEnd = (): void => {
    if (this.#response === undefined || this.#response.writableEnded) this.socket.end();
    else this.socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#host.closed(this);
    if (this.#missing > 0) this.#request?.broke(new GatewayError('client_closed', 'The client broke off in the middle of its request.'));
    this.#response?.closed();
  };

  readonly #onDrain = (): void => this.#response?.drained();

  #isBusy(): boolean {
    return this.#response !== undefined || this.#missing > 0;
  }

  /** Turns to the requests that are there, one after the other, as long as they are answered on the spot. */
  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    // A socket that is not written to any more has had its last request.
    while (this.#ahead.length > 0 && !this.#isBusy() && this.socket.writable && this.#readHead());
    this.#isAdvancing = false;
  }

  /** Begins with the next request; false: it is not there as a whole, or another engine's. */
  #readHead(): boolean {
    const bytes = this.#ahead;
    const end = bytes.indexOf(END_OF_HEAD);
    if (end < 0 && isBeginning(bytes)) return this.#expectMore();
    const head = end < 0 || end > MOST_HEAD ? undefined : readRequestHead(bytes.toString('latin1', 0, end + 2));
    if (head === undefined || this.#host.isForOther(head.target)) return this.#handOver(bytes);
    this.#begin(head, bytes, end + END_OF_HEAD.length);
    return true;
  }

  /** The time for a head runs from its first byte on. */
  #expectMore(): false {
    if (!this.#isInHead) this.#expectWithin(HEAD_TIMEOUT);
    this.#isInHead = true;
    return false;
  }

  #handOver(bytes: Buffer): false {
    this.#ahead = NOTHING;
    this.#host.handOver(this, bytes);
    return false;
  }

  #begin(head: RequestHead, bytes: Buffer, start: number): void {
    const end = start + head.length;
    this.#missing = Math.max(0, end - bytes.length);
    this.#ahead = end < bytes.length ? bytes.subarray(end) : NOTHING;
    this.#isLast = head.isLast;
    this.#isInHead = false;
    this.#deadline = this.#missing === 0 ? Infinity : this.#host.now() + REQUEST_TIMEOUT;
    if (this.#missing > 0) this.#body = [bytes.subarray(start)];
    this.#request = new PlainRequest(head, this.socket, this.#missing === 0 ? bytes.subarray(start, end) : undefined);
    this.#response = new PlainResponse(this.socket, this);
    this.#host.answer(this.#request, this.#response);
  }

  /** Takes in a piece of the body; gives what comes behind it. */
  #takeBody(bytes: Buffer): Buffer {
    const taken = Math.min(this.#missing, bytes.length);
    this.#missing -= taken;
    this.#body.push(bytes.subarray(0, taken));
    if (this.#body.length >= MOST_PIECES) this.#body = [Buffer.concat(this.#body)];
    if (this.#missing > 0) return NOTHING;
    this.#deadline = Infinity;
    const body = Buffer.concat(this.#body);
    this.#body = [];
    this.#request?.arrived(body);
    if (this.#response === undefined) this.#goOn();
    return bytes.subarray(taken);
  }

  #goOn(): void {
    if (this.#isLast) this.socket.destroySoon();
    else this.#rest();
  }

  /** To close while the client sends would reset the connection, and the response could be lost with it. */
  #linger(): void {
    this.socket.end();
    this.#expectWithin(LINGER_TIMEOUT);
  }

  /** Waits for the next request, or turns to it if it is there. */
  #rest(): void {
    this.#request = undefined;
    this.#expectWithin(IDLE_TIMEOUT);
    if (this.#ahead.length === 0) return;
    this.socket.resume();
    this.#advance();
  }

  #expectWithin(milliseconds: number): void {
    this.#deadline = this.#host.now() + milliseconds;
  }
}

/** Whether bytes without an end of a head can become a plain one. */
function isBeginning(bytes: Buffer): boolean {
  return bytes.length <= MOST_HEAD && mayBePlain(bytes.toString('latin1'));
}

/** What is wrong with a socket shows in its being closed. */
function ignore(): void {}
