import { BadResponse } from './response-head.ts';

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const SEMICOLON = 59;

/** Largest number of hex digits of a chunk's size: 2^48 is beyond any body, and exact as a number. */
const MOST_DIGITS = 12;
/** Bytes of a chunk's extension, and of all trailers; both are passed over. */
const MOST_EXTENSION = 4096;
const MOST_TRAILERS = 65_536;

// What the next byte of a chunked body is, in the order of the table of steps below.
const SIZE = 0;
const EXTENSION = 1;
const SIZE_END = 2;
const DATA_RETURN = 3;
const DATA_END = 4;
const TRAILER = 5;
const TRAILER_LINE = 6;
const TRAILER_END = 7;
const LAST = 8;
const DATA = 9;
const OVER = 10;

/** How much of the input was read (all, unless the body is over or malformed), and how much payload it held; in bytes. */
export interface Decoded {
  readonly read: number;
  readonly written: number;
  /** What is wrong behind that payload. */
  readonly fault: unknown;
}

/** Takes the chunked framing off a body, however its bytes are split; trailers and extensions are dropped. */
export class ChunkedDecoder {
  #state = SIZE;
  #size = 0;
  #digits = 0;
  /** Bytes of the extension or the trailers so far. */
  #skipped = 0;

  get isOver(): boolean {
    return this.#state === OVER;
  }

  /** Reads bytes from `start` on and writes their payload to the beginning of `target`, which has room for it. */
  decode(bytes: Buffer, start: number, target: Buffer): Decoded {
    let from = start;
    let written = 0;
    let fault: unknown;
    while (from < bytes.length && this.#state !== OVER && fault === undefined) {
      if (this.#state === DATA) {
        const taken = Math.min(this.#size, bytes.length - from);
        bytes.copy(target, written, from, from + taken);
        written += taken;
        from += taken;
        this.#size -= taken;
        if (this.#size === 0) this.#state = DATA_RETURN;
      } else fault = this.#step(bytes[from++] as number);
    }
    return { read: from - start, written, fault };
  }

  /** Goes on by a byte of the framing; gives what is wrong with it. */
  #step(byte: number): unknown {
    try {
      this.#state = (STEPS[this.#state] as Step)(this, byte);
      return undefined;
    } catch (fault) {
      return fault;
    }
  }

  /** Takes a digit of the size, or what closes it; gives the state behind it. */
  digit(byte: number): number {
    const digit = HEX[byte] as number;
    if (digit >= 0) {
      if (++this.#digits > MOST_DIGITS) throw new BadResponse('a chunk is too large');
      this.#size = this.#size * 16 + digit;
      return SIZE;
    }
    if (this.#digits === 0) throw malformed();
    return byte === SEMICOLON ? EXTENSION : expect(byte, CARRIAGE_RETURN, SIZE_END);
  }

  /** The size is complete; gives the state behind it. */
  sized(): number {
    this.#digits = 0;
    this.#skipped = 0;
    return this.#size === 0 ? TRAILER : DATA;
  }

  /** Passes over a byte of an extension or a trailer, of which there may be so many; gives `state`. */
  skip(byte: number, state: number, most: number): number {
    if (byte === LINE_FEED || ++this.#skipped > most) throw malformed();
    return state;
  }
}

/** The state behind a byte of the framing. */
type Step = (decoder: ChunkedDecoder, byte: number) => number;

const STEPS: readonly Step[] = [
  (decoder, byte) => decoder.digit(byte),
  (decoder, byte) => (byte === CARRIAGE_RETURN ? SIZE_END : decoder.skip(byte, EXTENSION, MOST_EXTENSION)),
  (decoder, byte) => expect(byte, LINE_FEED, decoder.sized()),
  (_, byte) => expect(byte, CARRIAGE_RETURN, DATA_END),
  (_, byte) => expect(byte, LINE_FEED, SIZE),
  (decoder, byte) => (byte === CARRIAGE_RETURN ? LAST : decoder.skip(byte, TRAILER_LINE, MOST_TRAILERS)),
  (decoder, byte) => (byte === CARRIAGE_RETURN ? TRAILER_END : decoder.skip(byte, TRAILER_LINE, MOST_TRAILERS)),
  (_, byte) => expect(byte, LINE_FEED, TRAILER),
  (_, byte) => expect(byte, LINE_FEED, OVER),
];

function expect(byte: number, expected: number, next: number): number {
  if (byte !== expected) throw malformed();
  return next;
}

function malformed(): BadResponse {
  return new BadResponse('the framing of a chunk is malformed');
}

/** Values of hex digits by byte; -1 where it is none. */
const HEX = Int8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  return /^[0-9A-Fa-f]$/.test(letter) ? Number.parseInt(letter, 16) : -1;
});
