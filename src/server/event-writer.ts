import type { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { EventBatch } from '../pipeline/step.ts';
import type { Writer } from './pump.ts';
import type { StreamEncoder } from './stream-encoder.ts';

/**
 * Writes the batches of a streamed answer: the provider's own bytes as long as there are any, and from the first batch without them
 * (another target has taken the answer up, or an error ends it) what the encoder makes of the events, as if it had written all before.
 */
export class EventWriter implements Writer<EventBatch> {
  readonly #encoder: StreamEncoder;
  /** What was written as bytes, for the encoder to catch up with; undefined once it writes. */
  #written: ChatEvent[] | undefined = [];

  constructor(encoder: StreamEncoder) {
    this.#encoder = encoder;
  }

  write({ events, raw }: EventBatch): Uint8Array | string {
    if (raw === undefined || this.#written === undefined) return this.#engaged().push(events);
    for (const event of events) this.#written.push(event);
    return raw;
  }

  end(): Uint8Array | string {
    return this.#written === undefined || this.#written.length === 0 ? this.#encoder.end() : '';
  }

  fail(error: GatewayError): Uint8Array | string {
    return this.#engaged().fail(error);
  }

  #engaged(): StreamEncoder {
    if (this.#written !== undefined) this.#encoder.push(this.#written);
    this.#written = undefined;
    return this.#encoder;
  }
}
