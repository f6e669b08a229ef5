import { crc32 } from 'node:zlib';

/** A message of the `application/vnd.amazon.eventstream` framing (https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html). */
export interface EventStreamMessage {
  readonly headers: ReadonlyMap<string, HeaderValue>;
  readonly payload: Buffer;
}

export type HeaderValue = boolean | number | bigint | string | Buffer | Date;

/** Length of the message, length of the headers, checksum of both. */
const PRELUDE = 12;
const CHECKSUM = 4;
/** The framing's own limit: 24 MiB of payload and 128 KiB of headers. */
const LARGEST_MESSAGE = 24 * 1024 * 1024 + 128 * 1024 + PRELUDE + CHECKSUM;

/** Cuts bytes, however chunked, into messages. Stops for good where a length or checksum is wrong: nothing behind it can be trusted. */
export class MessageDecoder {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes that must be there before there is anything to do. */
  #needed = PRELUDE;
  #error: string | undefined;

  constructor(limit: number = LARGEST_MESSAGE) {
    this.#limit = limit;
  }

  push(chunk: Buffer): EventStreamMessage[] {
    if (this.#error !== undefined) return [];
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    return this.#size < this.#needed ? [] : this.#take();
  }

  /** Bytes of a message that is not whole yet. */
  get pending(): number {
    return this.#size;
  }

  /** Why the decoder stopped. */
  get error(): string | undefined {
    return this.#error;
  }

  #take(): EventStreamMessage[] {
    let buffer = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#size);
    const messages: EventStreamMessage[] = [];
    try {
      this.#needed = this.#lengthOf(buffer);
      while (buffer.length >= this.#needed) {
        messages.push(readMessage(buffer.subarray(0, this.#needed)));
        buffer = buffer.subarray(this.#needed);
        this.#needed = this.#lengthOf(buffer);
      }
    } catch (error) {
      if (!(error instanceof BrokenFraming)) throw error;
      this.#error = error.message;
    }
    this.#chunks = buffer.length > 0 ? [buffer] : [];
    this.#size = buffer.length;
    return messages;
  }

  #lengthOf(buffer: Buffer): number {
    if (buffer.length < PRELUDE) return PRELUDE;
    if (crc32(buffer.subarray(0, 8)) !== buffer.readUInt32BE(8)) throw broken('the checksum of a prelude is wrong');
    const length = buffer.readUInt32BE(0);
    if (length > this.#limit) throw broken(`a message of ${length} bytes is larger than ${this.#limit}`);
    if (length < PRELUDE + buffer.readUInt32BE(4) + CHECKSUM) throw broken('the headers of a message are longer than the message');
    return length;
  }
}

/** A message with text headers as bytes. */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: string | Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(encodeHeader));
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const message = Buffer.alloc(PRELUDE + head.length + body.length + CHECKSUM);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(head, PRELUDE);
  message.set(body, PRELUDE + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, -CHECKSUM)), message.length - CHECKSUM);
  return message;
}

function encodeHeader([name, value]: [string, string]): Buffer {
  const key = Buffer.from(name);
  const text = Buffer.from(value);
  if (key.length > 0xff || text.length > 0x7fff) throw new RangeError(`event stream header ${name} is too long`);
  return Buffer.concat([Buffer.of(key.length), key, Buffer.of(STRING_TYPE, text.length >> 8, text.length & 0xff), text]);
}

function readMessage(bytes: Buffer): EventStreamMessage {
  const end = bytes.length - CHECKSUM;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) throw broken('the checksum of a message is wrong');
  const start = PRELUDE + bytes.readUInt32BE(4);
  return { headers: readHeaders(new Cursor(bytes.subarray(PRELUDE, start))), payload: bytes.subarray(start, end) };
}

function readHeaders(cursor: Cursor): ReadonlyMap<string, HeaderValue> {
  const headers = new Map<string, HeaderValue>();
  while (!cursor.done) {
    const name = cursor.take(cursor.take(1).readUInt8()).toString('utf8');
    const read = HEADER_TYPES[cursor.take(1).readUInt8()];
    if (read === undefined) throw broken(`the header ${name} has an unknown type`);
    headers.set(name, read(cursor));
  }
  return headers;
}

class Cursor {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw broken('a header is longer than the headers of its message');
    const bytes = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }
}

const STRING_TYPE = 7;

/** How a header value is read, by the number of its type. */
const HEADER_TYPES: readonly ((cursor: Cursor) => HeaderValue)[] = [
  () => true,
  () => false,
  (cursor) => cursor.take(1).readInt8(),
  (cursor) => cursor.take(2).readInt16BE(),
  (cursor) => cursor.take(4).readInt32BE(),
  (cursor) => cursor.take(8).readBigInt64BE(),
  (cursor) => cursor.take(cursor.take(2).readUInt16BE()),
  (cursor) => cursor.take(cursor.take(2).readUInt16BE()).toString('utf8'),
  (cursor) => new Date(Number(cursor.take(8).readBigInt64BE())),
  (cursor) => cursor.take(16).toString('hex'),
];

class BrokenFraming extends Error {}

function broken(what: string): BrokenFraming {
  return new BrokenFraming(`The event stream cannot be read: ${what}.`);
}
