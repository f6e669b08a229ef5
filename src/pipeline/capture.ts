import type { ChatEvent } from '../ir/events.ts';
import type { Answer } from './outcome.ts';
import type { ReplyBody } from './step.ts';

/** What an event counts for beside its text, in bytes. */
const EVENT_FRAME = 100;

/** Keeps what is passed on of an answer, up to a number of bytes. */
export interface Capture {
  readonly answer: Answer;
  addBytes(bytes: Uint8Array | string): void;
  addEvents(events: readonly ChatEvent[]): void;
}

/** What keeps an answer of this kind; undefined where nothing is to be kept. */
export function captureFor({ kind }: ReplyBody, limit: number): Capture | undefined {
  if (limit <= 0) return undefined;
  return kind === 'bytes' || kind === 'stream' ? new BytesCapture(limit) : new EventsCapture(limit);
}

class BytesCapture implements Capture {
  readonly #pieces: Buffer[] = [];
  #room: number;
  #isCut = false;

  constructor(limit: number) {
    this.#room = limit;
  }

  get answer(): Answer {
    return { kind: 'bytes', bytes: Buffer.concat(this.#pieces), isCut: this.#isCut };
  }

  addBytes(bytes: Uint8Array | string): void {
    if (this.#isCut || bytes.length === 0) return;
    const piece = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isCut = piece.length > this.#room;
    this.#pieces.push(this.#isCut ? piece.subarray(0, this.#room) : piece);
    this.#room -= piece.length;
  }

  addEvents(): void {}
}

class EventsCapture implements Capture {
  readonly #events: ChatEvent[] = [];
  #room: number;
  #isCut = false;

  constructor(limit: number) {
    this.#room = limit;
  }

  get answer(): Answer {
    return { kind: 'events', events: this.#events, isCut: this.#isCut };
  }

  addBytes(): void {}

  /** Events that end an answer are kept whatever their number. */
  addEvents(events: readonly ChatEvent[]): void {
    for (const event of events) {
      this.#room -= weightOf(event);
      if (this.#room >= 0 || event.type === 'finish' || event.type === 'usage') this.#events.push(event);
      else this.#isCut = true;
    }
  }
}

function weightOf(event: ChatEvent): number {
  if ('text' in event) return EVENT_FRAME + event.text.length;
  return event.type === 'opaque' || event.type === 'media' || event.type === 'citation' || event.type === 'logprobs'
    ? EVENT_FRAME + JSON.stringify(event).length
    : EVENT_FRAME;
}
