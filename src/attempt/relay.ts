import type { Dialect, Framing, Transducer, WireEvent } from '../dialects/dialect.ts';
import type { ErrorInfo } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { EventBatch } from '../pipeline/step.ts';
import type { FrameDecoder } from '../transport/framing/frame-decoder.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';

/** Turns the bytes of a streamed answer into what is passed on, and watches how the answer stands. */
export interface Relay<Item> {
  push(chunk: Buffer): readonly Item[];
  end(): readonly Item[];
  readonly watch: Watch;
}

/** How an answer stands, read off its events. */
export interface Watch {
  /** Any event has arrived. */
  opened: boolean;
  /** Content has arrived: what a client would miss. */
  content: boolean;
  finished: boolean;
  error: ErrorInfo | undefined;
}

/** Events that carry nothing a client would miss; an answer that broke off behind them can be asked for again. */
const OPENING = new Set<ChatEvent['type']>(['start', 'usage', 'error']);

function observe(watch: Watch, events: readonly ChatEvent[]): void {
  for (const event of events) {
    watch.opened = true;
    if (event.type === 'finish') watch.finished = true;
    else if (event.type === 'error') watch.error ??= event.error;
    if (!OPENING.has(event.type) && !isEmptyText(event)) watch.content = true;
  }
}

function isEmptyText(event: ChatEvent): boolean {
  return event.type === 'text' && event.text === '' && event.signature === undefined;
}

function newWatch(): Watch {
  return { opened: false, content: false, finished: false, error: undefined };
}

/** Changes an event of a host that does not keep to the letter of its dialect. */
export type Mend = (wire: WireEvent) => WireEvent;

export interface Unframing {
  readonly framing: Framing;
  /** Undefined: the events are taken as they are. */
  readonly mend?: Mend | undefined;
}

/** Decodes the answer: items are the events of one chunk. */
export class TranslatingRelay implements Relay<EventBatch> {
  readonly watch = newWatch();
  readonly #frames: FrameDecoder;
  readonly #decoder: Transducer<WireEvent, ChatEvent>;

  constructor(dialect: Dialect, framing: Framing) {
    this.#frames = FRAMINGS[framing].decoder();
    this.#decoder = dialect.stream.decoder();
  }

  push(chunk: Buffer): readonly EventBatch[] {
    return this.#decode(this.#frames.push(chunk));
  }

  end(): readonly EventBatch[] {
    const last = this.#decode(this.#frames.end());
    const rest = this.#decoder.end();
    observe(this.watch, rest);
    return rest.length === 0 ? last : [...last, { events: rest }];
  }

  #decode(wires: readonly WireEvent[]): readonly EventBatch[] {
    const events = decodeAll(this.#decoder, wires);
    if (wires.length > 0) this.watch.opened = true;
    observe(this.watch, events);
    return events.length === 0 ? [] : [{ events }];
  }
}

function decodeAll(decoder: Transducer<WireEvent, ChatEvent>, wires: readonly WireEvent[]): ChatEvent[] {
  const events: ChatEvent[] = [];
  for (const wire of wires) for (const event of decoder.push(wire)) events.push(event);
  return events;
}

/** Passes on another relay's bytes together with what they say, for whoever may have to take the answer up where it breaks. */
export class TranscribingRelay implements Relay<EventBatch> {
  readonly watch: Watch;
  readonly #bytes: Relay<Uint8Array | string>;
  readonly #frames: FrameDecoder;
  readonly #decoder: Transducer<WireEvent, ChatEvent>;

  constructor(dialect: Dialect, bytes: Relay<Uint8Array | string>) {
    this.#bytes = bytes;
    this.watch = bytes.watch;
    this.#frames = FRAMINGS[dialect.framing].decoder();
    this.#decoder = dialect.stream.decoder();
  }

  push(chunk: Buffer): readonly EventBatch[] {
    return this.#bytes.push(chunk).map(this.#transcribe);
  }

  end(): readonly EventBatch[] {
    const last = this.#bytes.end().map(this.#transcribe);
    const rest = [...decodeAll(this.#decoder, this.#frames.end()), ...this.#decoder.end()];
    observe(this.watch, rest);
    return rest.length === 0 ? last : [...last, { events: rest, raw: '' }];
  }

  readonly #transcribe = (raw: Uint8Array | string): EventBatch => {
    const events = decodeAll(this.#decoder, this.#frames.push(Buffer.from(raw as string)));
    observe(this.watch, events);
    return { events, raw };
  };
}

/** Passes on event by event, each mended and framed anew: for answers in the client's dialect, but not to its letter or not in its framing. */
export class MendingRelay implements Relay<string | Uint8Array> {
  readonly watch = newWatch();
  readonly #dialect: Dialect;
  readonly #frames: FrameDecoder;
  readonly #decoder: Transducer<WireEvent, ChatEvent>;
  readonly #mend: Mend;

  constructor(dialect: Dialect, { framing, mend = (wire) => wire }: Unframing) {
    this.#dialect = dialect;
    this.#frames = FRAMINGS[framing].decoder();
    this.#decoder = dialect.stream.decoder();
    this.#mend = mend;
  }

  push(chunk: Buffer): readonly (string | Uint8Array)[] {
    return this.#frames.push(chunk).map(this.#relay);
  }

  end(): readonly (string | Uint8Array)[] {
    const last = this.#frames.end().map(this.#relay);
    observe(this.watch, this.#decoder.end());
    return last;
  }

  readonly #relay = (wire: WireEvent): string | Uint8Array => {
    const mended = this.#mend(wire);
    this.watch.opened = true;
    observe(this.watch, this.#decoder.push(mended));
    return FRAMINGS[this.#dialect.framing].encode(mended, this.#dialect.namedEvents);
  };
}

/** How much of a stream's end is kept to see whether the answer was finished, in bytes. */
const TAIL = 4096;

/**
 * Passes the bytes on untouched, event by whole event, so that an error event can follow wherever the stream breaks. Events are decoded
 * only until content shows; the end is judged by the bytes of the tail.
 */
export class VerbatimRelay implements Relay<Buffer> {
  readonly watch = newWatch();
  readonly #dialect: Dialect;
  readonly #frames: FrameDecoder;
  readonly #decoder: Transducer<WireEvent, ChatEvent>;
  /** The beginning of an event whose end has not arrived. */
  #partial: Buffer | undefined;
  #tail: Buffer[] = [];
  #tailSize = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#frames = FRAMINGS[dialect.framing].decoder();
    this.#decoder = dialect.stream.decoder();
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (!this.watch.content) this.#look(this.#frames.push(chunk));
    const bytes = this.#partial === undefined ? chunk : Buffer.concat([this.#partial, chunk]);
    const boundary = FRAMINGS[this.#dialect.framing].boundary(bytes);
    this.#partial = boundary === bytes.length ? undefined : bytes.subarray(boundary);
    if (boundary === 0) return [];
    const whole = boundary === bytes.length ? bytes : bytes.subarray(0, boundary);
    this.#remember(whole);
    return [whole];
  }

  end(): readonly Buffer[] {
    if (!this.watch.content) {
      this.#look(this.#frames.end());
      observe(this.watch, this.#decoder.end());
    }
    const rest = this.#partial === undefined ? [] : [this.#partial];
    const tail = Buffer.concat([...this.#tail, ...rest]);
    if (this.#dialect.terminators.some((pattern) => tail.includes(pattern))) this.watch.finished = true;
    else this.watch.error ??= errorIn(tail, this.#dialect);
    return this.watch.finished ? rest : [];
  }

  #look(wires: readonly WireEvent[]): void {
    for (const wire of wires) {
      this.watch.opened = true;
      observe(this.watch, this.#decoder.push(wire));
    }
  }

  #remember(bytes: Buffer): void {
    this.#tail.push(bytes);
    this.#tailSize += bytes.length;
    while (this.#tailSize - (this.#tail[0] as Buffer).length >= TAIL) this.#tailSize -= (this.#tail.shift() as Buffer).length;
  }
}

/** The error event that a stream ended with, if it did; the client has seen it then. */
function errorIn(tail: Buffer, dialect: Dialect): ErrorInfo | undefined {
  const frames = FRAMINGS[dialect.framing].decoder();
  const decoder = dialect.stream.decoder();
  const wires = [...frames.push(tail), ...frames.end()];
  const last = wires.flatMap((wire) => decoder.push(wire)).find((event) => event.type === 'error');
  return last?.error;
}
