import type { Dialect, EncodedEvent, ReplyContext, Transducer, WireEvent } from '../dialects/dialect.ts';
import type { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';

/** Serializes the events of a stream. */
interface Layout {
  readonly contentType: string;
  readonly write: (wire: EncodedEvent) => string | Uint8Array;
  /** What closes the stream. */
  readonly close: () => string;
}

/** Writes a streamed answer in a client's dialect. */
export class StreamEncoder {
  readonly contentType: string;
  readonly #encoder: Transducer<ChatEvent, EncodedEvent>;
  readonly #layout: Layout;

  constructor(dialect: Dialect, context: ReplyContext, jsonArray: boolean) {
    this.#encoder = dialect.stream.encoder(context);
    this.#layout = jsonArray ? jsonArrayLayout() : framedLayout(dialect);
    this.contentType = this.#layout.contentType;
  }

  /** The bytes of some events; empty where this dialect has nothing to write for them yet. */
  push(events: readonly ChatEvent[]): string | Uint8Array {
    return this.#write(
      events.flatMap((event) => this.#encoder.push(event)),
      '',
    );
  }

  end(): string | Uint8Array {
    return this.#write(this.#encoder.end(), this.#layout.close());
  }

  /** The bytes of events that are in this dialect already. */
  pass(wires: readonly WireEvent[]): string | Uint8Array {
    return this.#write(wires, '');
  }

  /** The dialect's error event, with which a stream ends that broke. */
  fail(error: GatewayError): string | Uint8Array {
    return this.#write(this.#encoder.push({ type: 'error', error: error.info }), this.#layout.close());
  }

  #write(wires: readonly EncodedEvent[], close: string): string | Uint8Array {
    let text = '';
    const binary: Uint8Array[] = [];
    for (const wire of wires) {
      const written = this.#layout.write(wire);
      if (typeof written === 'string') text += written;
      else binary.push(written);
    }
    return binary.length === 0 ? text + close : Buffer.concat(binary);
  }
}

function framedLayout({ framing, namedEvents }: Dialect): Layout {
  const { contentType, encode } = FRAMINGS[framing];
  return { contentType, write: (wire) => encode(wire, namedEvents), close: () => '' };
}

/** Gemini's streams are one JSON list unless `alt=sse` is asked for. */
function jsonArrayLayout(): Layout {
  let isFirst = true;
  const write = (wire: EncodedEvent): string => {
    const text = (isFirst ? '[' : ',\r\n') + JSON.stringify(wire);
    isFirst = false;
    return text;
  };
  return { contentType: 'application/json; charset=utf-8', write, close: () => (isFirst ? '[]' : ']') };
}
