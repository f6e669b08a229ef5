import { ChunkedDecoder } from './chunked.ts';
import { BadResponse, readResponseHead, type ResponseHead } from './response-head.ts';

/** Bytes of all heads of a response together, interim ones included. */
const MOST_HEAD = 65_536;

/** Takes what a parser finds. */
export interface ResponseSink {
  head(head: ResponseHead): void;
  /** A piece of the body, for the sink to keep; all of it that one read brought. */
  data(bytes: Buffer): void;
}

/** Reads one response from the bytes of a connection, however they are split. Each method throws `BadResponse` where nothing good can follow. */
export class ResponseParser {
  readonly #method: string;
  readonly #sink: ResponseSink;
  /** The beginning of a head whose end has not arrived. */
  #partial: Buffer | undefined;
  #headBytes = 0;
  #head: ResponseHead | undefined;
  /** Bytes that a body of known length still lacks. */
  #missing = 0;
  #chunked: ChunkedDecoder | undefined;
  #isOver = false;
  #hasMore = false;

  /** `method`: of the request. */
  constructor(method: string, sink: ResponseSink) {
    this.#method = method;
    this.#sink = sink;
  }

  /** The response is complete. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The connection can serve another request, as far as this response tells. */
  get keepsAlive(): boolean {
    return this.#isOver && !this.#hasMore && this.#head?.keepsAlive === true;
  }

  /** Milliseconds for which the server keeps an idle connection, where it said so. */
  get idleTimeout(): number | undefined {
    return this.#head?.idleTimeout;
  }

  /** Takes in what one read brought; the bytes are the caller's again afterwards. */
  read(bytes: Buffer): void {
    if (this.#head !== undefined) return this.#readBody(bytes, 0);
    const whole = this.#partial === undefined ? bytes : Buffer.concat([this.#partial, bytes]);
    this.#partial = undefined;
    const from = this.#readHeads(whole);
    if (from < 0) this.#partial = Buffer.from(whole.subarray(-1 - from));
    else if (!this.#isOver) this.#readBody(whole, from);
    else this.#hasMore = from < whole.length;
  }

  /** The server has closed the connection: bodies of unknown length are over then, anything else has been cut off. */
  close(): void {
    if (this.#head?.framing !== 'close') throw new BadResponse('the connection was closed in the middle of the response');
    this.#isOver = true;
  }

  /** Reads interim heads and the final one; the position behind it, or -1 minus that of a head which is not whole yet. */
  #readHeads(bytes: Buffer): number {
    let from = 0;
    for (;;) {
      const end = bytes.indexOf('\r\n\r\n', from, 'latin1');
      const size = (end < 0 ? bytes.length : end + 4) - from;
      if (this.#headBytes + size > MOST_HEAD) throw new BadResponse('the head of the response is too large');
      if (end < 0) {
        checkBeginning(bytes, from);
        return -1 - from;
      }
      this.#headBytes += size;
      const head = readResponseHead(bytes.toString('latin1', from, end + 2), this.#method);
      from = end + 4;
      if (head.status >= 200) {
        this.#begin(head);
        return from;
      }
      if (head.status === 101) throw new BadResponse('the server changes the protocol');
    }
  }

  #begin(head: ResponseHead): void {
    this.#head = head;
    this.#missing = head.length;
    if (head.framing === 'chunked') this.#chunked = new ChunkedDecoder();
    this.#isOver = head.framing === 'none' || (head.framing === 'length' && head.length === 0);
    this.#sink.head(head);
  }

  #readBody(bytes: Buffer, from: number): void {
    if (from === bytes.length) return;
    if (this.#isOver) this.#hasMore = true;
    else if (this.#chunked !== undefined) this.#readChunks(this.#chunked, bytes, from);
    else if (this.#head?.framing === 'length') this.#readKnown(bytes, from);
    else this.#sink.data(Buffer.from(bytes.subarray(from)));
  }

  #readKnown(bytes: Buffer, from: number): void {
    const end = Math.min(bytes.length, from + this.#missing);
    this.#missing -= end - from;
    this.#isOver = this.#missing === 0;
    this.#hasMore = end < bytes.length;
    this.#sink.data(Buffer.from(bytes.subarray(from, end)));
  }

  #readChunks(chunked: ChunkedDecoder, bytes: Buffer, from: number): void {
    const target = Buffer.allocUnsafe(bytes.length - from);
    const { read, written, fault } = chunked.decode(bytes, from, target);
    this.#isOver = chunked.isOver;
    this.#hasMore = from + read < bytes.length;
    if (written > 0) this.#sink.data(target.subarray(0, written));
    // What came before it was good: it may be all that a client needs to be served on from elsewhere.
    if (fault !== undefined) throw fault;
  }
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BEGINNING = Buffer.from('HTTP/1.');

/** Whether a head can become of some bytes: what speaks another protocol may never send the end that a head has. */
function checkBeginning(bytes: Buffer, from: number): void {
  const size = Math.min(BEGINNING.length, bytes.length - from);
  let isGood = BEGINNING.compare(bytes, from, from + size, 0, size) === 0;
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0 && isGood; at = bytes.indexOf(LINE_FEED, at + 1)) isGood = bytes[at - 1] === CARRIAGE_RETURN;
  if (!isGood) throw new BadResponse('the response is no HTTP/1.1');
}
