import type { Dialect, Framing, Transducer, WireEvent } from '../dialects/dialect.ts';
import type { ErrorInfo } from '../errors.ts';
import { Choices } from '../ir/choices.ts';
import type { ChatEvent, Usage } from '../ir/events.ts';
import type { EventBatch } from '../pipeline/step.ts';
import type { FrameDecoder } from '../transport/framing/frame-decoder.ts';
import { FRAMINGS, type FramingCodec } from '../transport/framing/framings.ts';
import type { Sieve } from '../transport/framing/sieve.ts';
import { Splitter } from '../transport/framing/splitter.ts';
import { eventReader, type EventReader } from './event-reader.ts';

/** Turns the bytes of a streamed answer into what is passed on, and watches how the answer stands. */
export interface Relay<Item> {
  push(chunk: Buffer): readonly Item[];
  end(): readonly Item[];
  readonly watch: Watch;
  /** Errors that the provider reports are among the items; else they are left out, and are whoever's task that reads the watch. */
  readonly showsErrors: boolean;
  /** Whether the answer would be whole if nothing more came. */
  looksFinished(): boolean;
}

/** How an answer stands, read off its events. */
export interface Watch {
  /** Any event has arrived. */
  opened: boolean;
  /** Content has arrived: what a client would miss. */
  content: boolean;
  /** Every choice that has begun has ended. */
  finished: boolean;
  error: ErrorInfo | undefined;
  /** As it was told last, among the events that were looked at. */
  usage: Usage | undefined;
  model: string | undefined;
  readonly choices: Choices;
}

/** Events that carry nothing a client would miss; an answer that broke off behind them can be asked for again. */
const OPENING = new Set<ChatEvent['type']>(['start', 'usage', 'error']);

function observe(watch: Watch, events: readonly ChatEvent[]): void {
  for (const event of events) {
    watch.opened = true;
    if (OPENING.has(event.type)) {
      noteOpening(watch, event);
      continue;
    }
    if (isEmptyText(event)) continue;
    watch.content = true;
    watch.choices.note(event);
    watch.finished = watch.choices.areOver;
  }
}

function noteOpening(watch: Watch, event: ChatEvent): void {
  if (event.type === 'error') watch.error ??= event.error;
  else if (event.type === 'usage') watch.usage = event.usage;
  else if (event.type === 'start') watch.model = event.model ?? watch.model;
}

function isEmptyText(event: ChatEvent): boolean {
  return event.type === 'text' && event.text === '' && event.signature === undefined;
}

function newWatch(): Watch {
  return { opened: false, content: false, finished: false, error: undefined, usage: undefined, model: undefined, choices: new Choices() };
}

/** The events in front of the one that reports an error. */
function beforeError(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const error = events.findIndex(({ type }) => type === 'error');
  return error < 0 ? events : events.slice(0, error);
}

/** Whether an event is the one that its dialect closes streams with. */
function isClosing(wire: WireEvent, { closing }: Dialect): boolean {
  if (wire === '[DONE]' || closing === undefined || closing === '[DONE]') return wire === closing;
  return wire['type'] === closing['type'];
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
  readonly showsErrors = false;
  readonly #reader: EventReader;

  constructor(dialect: Dialect, framing: Framing) {
    this.#reader = eventReader(dialect, framing, () => (this.watch.opened = true));
  }

  looksFinished(): boolean {
    return this.watch.finished;
  }

  push(chunk: Buffer): readonly EventBatch[] {
    return this.#batch(this.#reader.push(chunk));
  }

  end(): readonly EventBatch[] {
    return this.#batch(this.#reader.end());
  }

  #batch(events: readonly ChatEvent[]): readonly EventBatch[] {
    observe(this.watch, events);
    return events.length === 0 ? [] : [{ events: beforeError(events) }];
  }
}

/** Passes on another relay's bytes together with what they say, for whoever may have to take the answer up where it breaks. */
export class TranscribingRelay implements Relay<EventBatch> {
  readonly watch: Watch;
  readonly showsErrors = false;
  readonly #bytes: Relay<Uint8Array | string>;
  readonly #reader: EventReader;

  constructor(dialect: Dialect, bytes: Relay<Uint8Array | string>) {
    this.#bytes = bytes;
    this.watch = bytes.watch;
    this.#reader = eventReader(dialect, dialect.framing);
  }

  looksFinished(): boolean {
    return this.watch.finished;
  }

  push(chunk: Buffer): readonly EventBatch[] {
    return this.#bytes.push(chunk).map(this.#transcribe);
  }

  end(): readonly EventBatch[] {
    const last = this.#bytes.end().map(this.#transcribe);
    const rest = this.#reader.end();
    observe(this.watch, rest);
    return rest.length === 0 ? last : [...last, { events: rest, raw: '' }];
  }

  readonly #transcribe = (raw: Uint8Array | string): EventBatch => {
    const events = this.#reader.push(Buffer.from(raw as string));
    observe(this.watch, events);
    const shown = beforeError(events);
    return shown === events ? { events, raw } : { events: shown };
  };
}

/** Passes on event by event, each mended and framed anew: for answers in the client's dialect, but not to its letter or not in its framing. */
export class MendingRelay implements Relay<string | Uint8Array> {
  readonly watch = newWatch();
  readonly showsErrors = false;
  readonly #dialect: Dialect;
  readonly #frames: FrameDecoder;
  readonly #decoder: Transducer<WireEvent, ChatEvent>;
  readonly #mend: Mend;
  #isClosed = false;

  constructor(dialect: Dialect, { framing, mend = (wire) => wire }: Unframing) {
    this.#dialect = dialect;
    this.#frames = FRAMINGS[framing].decoder();
    this.#decoder = dialect.stream.decoder();
    this.#mend = mend;
  }

  looksFinished(): boolean {
    return this.watch.finished;
  }

  push(chunk: Buffer): readonly (string | Uint8Array)[] {
    return this.#frames.push(chunk).flatMap(this.#relay);
  }

  end(): readonly (string | Uint8Array)[] {
    const last = this.#frames.end().flatMap(this.#relay);
    observe(this.watch, this.#decoder.end());
    const { closing } = this.#dialect;
    return !this.watch.finished || this.#isClosed || closing === undefined ? last : [...last, this.#encoded(closing)];
  }

  readonly #relay = (wire: WireEvent): readonly (string | Uint8Array)[] => {
    const mended = this.#mend(wire);
    this.#isClosed ||= isClosing(mended, this.#dialect);
    this.watch.opened = true;
    observe(this.watch, this.#decoder.push(mended));
    return this.watch.error === undefined ? [this.#encoded(mended)] : [];
  };

  #encoded(wire: WireEvent): string | Uint8Array {
    return FRAMINGS[this.#dialect.framing].encode(wire, this.#dialect.namedEvents);
  }
}

/** How much of a stream's end is kept to see whether the answer was finished, in bytes. */
const TAIL = 4096;

/**
 * Passes the bytes on untouched, event by whole event, so that an error event can follow wherever the stream breaks; events that no client
 * could read are left out. Events are decoded only until content shows; the end is judged by the bytes of the tail.
 */
export class VerbatimRelay implements Relay<Buffer> {
  readonly watch = newWatch();
  readonly showsErrors = true;
  readonly #dialect: Dialect;
  readonly #framing: FramingCodec;
  readonly #reader: EventReader;
  readonly #sieve: Sieve;
  readonly #splitter: Splitter;
  #tail: Buffer[] = [];
  #tailSize = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#framing = FRAMINGS[dialect.framing];
    this.#reader = eventReader(dialect, dialect.framing, () => (this.watch.opened = true));
    this.#sieve = this.#framing.sieve();
    this.#splitter = new Splitter(this.#framing);
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (!this.watch.content) observe(this.watch, this.#reader.push(chunk));
    const whole = this.#sieve.sift(this.#splitter.push(chunk));
    if (whole.length === 0) return [];
    this.#remember(whole);
    return [whole];
  }

  end(): readonly Buffer[] {
    if (!this.watch.content) observe(this.watch, this.#reader.end());
    const rest = this.#rest();
    if (rest.length > 0) this.#remember(rest);
    const tail = this.#readTail();
    this.watch.finished ||= tail.isFinished;
    if (!this.watch.finished) this.watch.error ??= tail.error;
    return this.watch.finished ? [rest, tail.isClosed ? NOTHING : this.#closing()].filter(({ length }) => length > 0) : [];
  }

  looksFinished(): boolean {
    return this.#readTail().isFinished;
  }

  #remember(bytes: Buffer): void {
    this.#tail.push(bytes);
    this.#tailSize += bytes.length;
    while (this.#tailSize - (this.#tail[0] as Buffer).length >= TAIL) this.#tailSize -= (this.#tail.shift() as Buffer).length;
  }

  /** A last event that lacks its end only. */
  #rest(): Buffer {
    const { terminator } = this.#framing;
    const rest = this.#splitter.rest();
    return rest.length === 0 || terminator === undefined ? NOTHING : this.#sieve.sift(Buffer.concat([rest, terminator]));
  }

  #closing(): Buffer {
    const { closing, namedEvents } = this.#dialect;
    return closing === undefined ? NOTHING : Buffer.from(this.#framing.encode(closing, namedEvents) as string);
  }

  /** How the stream would have ended if it were over now. An error event in it has been seen by the client. */
  #readTail(): { readonly isFinished: boolean; readonly isClosed: boolean; readonly error: ErrorInfo | undefined } {
    const kept = Buffer.concat(this.#tail);
    const tail = kept.subarray(this.#framing.boundary(kept.subarray(0, -TAIL)));
    let isClosed = false;
    const reader = eventReader(this.#dialect, this.#dialect.framing, (wire) => (isClosed ||= isClosing(wire, this.#dialect)));
    const end = newWatch();
    observe(end, reader.push(tail));
    const isEnded = this.#dialect.terminators.some((pattern) => tail.includes(pattern));
    return { isFinished: isEnded && (isClosed || !end.choices.areHalfOver), isClosed, error: end.error };
  }
}

const NOTHING = Buffer.alloc(0);
