/** How a framing shows where its events end. */
export interface Borders {
  /** The position behind the last whole event in some bytes that begin with one; 0 where none is whole. */
  readonly boundary: (bytes: Buffer) => number;
  /** Whether a chunk may bring the end of an event that has begun with `held`: a cheap look, so that a large event is put together once. */
  readonly mayEnd: (held: Held, chunk: Buffer) => boolean;
}

/** The beginning of an event. */
export interface Held {
  readonly size: number;
  readonly first: Buffer;
  /** Its last bytes, up to three. */
  readonly tail: Buffer;
}

const NOTHING: Buffer = Buffer.alloc(0);
const TAIL = 3;
/** Largest event that is put together, in bytes: a generated image fits, an endless line does not. */
const LARGEST_EVENT = 64 * 1024 * 1024;

/** Cuts the bytes of a stream behind whole events. */
export class Splitter {
  readonly #borders: Borders;
  readonly #largest: number;
  #held: Buffer[] = [];
  #size = 0;
  #tail: Buffer = NOTHING;
  #isBeyondBounds = false;

  constructor(borders: Borders, largest = LARGEST_EVENT) {
    this.#borders = borders;
    this.#largest = largest;
  }

  /** The bytes of the events that are whole by now, as they came; empty where there are none. Nothing comes behind an event that is too large. */
  push(chunk: Buffer): Buffer {
    if (this.#isBeyondBounds) return NOTHING;
    if (this.#size > 0 && !this.#mayEnd(chunk)) return this.#hold(chunk);
    const bytes = this.#size === 0 ? chunk : Buffer.concat([...this.#held, chunk]);
    const boundary = this.#borders.boundary(bytes);
    this.#forget();
    if (boundary === bytes.length) return bytes;
    this.#hold(bytes.subarray(boundary));
    return bytes.subarray(0, boundary);
  }

  /** What has come of an event that is not whole yet. */
  rest(): Buffer {
    return Buffer.concat(this.#held);
  }

  #mayEnd(chunk: Buffer): boolean {
    return this.#borders.mayEnd({ size: this.#size, first: this.#held[0] as Buffer, tail: this.#tail }, chunk);
  }

  #hold(bytes: Buffer): Buffer {
    // The header of a message must be at hand in one piece.
    if (this.#size < TAIL + 1 && this.#size > 0) this.#held = [Buffer.concat([...this.#held, bytes])];
    else this.#held.push(bytes);
    this.#size += bytes.length;
    this.#tail = bytes.length >= TAIL ? bytes.subarray(-TAIL) : Buffer.concat([this.#tail, bytes]).subarray(-TAIL);
    if (this.#size > this.#largest) {
      this.#isBeyondBounds = true;
      this.#forget();
    }
    return NOTHING;
  }

  #forget(): void {
    this.#held = [];
    this.#size = 0;
    this.#tail = NOTHING;
  }
}
