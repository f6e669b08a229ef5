import type { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { EventBatch } from '../pipeline/step.ts';
import type { Writer } from './pump.ts';
import type { StreamEncoder } from './stream-encoder.ts';

/** How far the encoder may be behind: characters, of which an event counts some beside its text. */
const MOST_BEHIND = 64 * 1024;
const EVENT_FRAME = 100;

/**
 * Writes the batches of a streamed answer: the provider's own bytes as long as there are any, and from the first batch without them
 * (another target has taken the answer up, or an error ends it) what the encoder makes of the events, as if it had written all before.
 */
export class EventWriter implements Writer<EventBatch> {
  readonly #encoder: StreamEncoder;
  /** What was written as bytes and the encoder does not know yet; undefined once it writes. Mostly it never has to. */
  #behind: ChatEvent[] | undefined = [];
  #size = 0;
  #hasWrittenBytes = false;

  constructor(encoder: StreamEncoder) {
    this.#encoder = encoder;
  }

  write({ events, raw }: EventBatch): Uint8Array | string {
    if (raw === undefined || this.#behind === undefined) return this.#engaged().push(events);
    this.#hasWrittenBytes = true;
    for (const event of events) {
      this.#behind.push(event);
      this.#size += EVENT_FRAME + ('text' in event ? event.text.length : 0);
    }
    if (this.#size > MOST_BEHIND) this.#catchUp(this.#behind);
    return raw;
  }

  end(): Uint8Array | string {
    return this.#behind === undefined || !this.#hasWrittenBytes ? this.#encoder.end() : '';
  }

  fail(error: GatewayError): Uint8Array | string {
    return this.#engaged().fail(error);
  }

  #engaged(): StreamEncoder {
    if (this.#behind !== undefined) this.#catchUp(this.#behind);
    this.#behind = undefined;
    return this.#encoder;
  }

  /** What the encoder makes of events whose bytes the client has is not needed. */
  #catchUp(events: readonly ChatEvent[]): void {
    if (events.length > 0) this.#encoder.push(events);
    this.#behind = [];
    this.#size = 0;
  }
}
