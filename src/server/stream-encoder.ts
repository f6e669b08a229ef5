import type { Dialect, ReplyContext, Transducer, WireEvent } from '../dialects/dialect.ts';
import type { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import { encodeSse } from '../transport/framing/sse.ts';

/** Lays out the events of a stream in bytes. */
interface Layout {
  readonly contentType: string;
  readonly write: (wire: WireEvent) => string;
  /** What closes the stream. */
  readonly close: () => string;
}

/** Writes a streamed answer in a client's dialect. */
export class StreamEncoder {
  readonly contentType: string;
  readonly #encoder: Transducer<ChatEvent, WireEvent>;
  readonly #layout: Layout;

  constructor(dialect: Dialect, context: ReplyContext, jsonArray: boolean) {
    this.#encoder = dialect.stream.encoder(context);
    this.#layout = jsonArray ? jsonArrayLayout() : sseLayout(dialect.namedEvents);
    this.contentType = this.#layout.contentType;
  }

  /** The text of some events; empty where they say nothing in this dialect yet. */
  push(events: readonly ChatEvent[]): string {
    let text = '';
    for (const event of events) for (const wire of this.#encoder.push(event)) text += this.#layout.write(wire);
    return text;
  }

  end(): string {
    return this.#encoder.end().map(this.#layout.write).join('') + this.#layout.close();
  }

  /** The dialect's error event, with which a stream ends that broke. */
  fail(error: GatewayError): string {
    return this.push([{ type: 'error', error: error.info }]) + this.#layout.close();
  }
}

function sseLayout(named: boolean): Layout {
  return { contentType: 'text/event-stream; charset=utf-8', write: (wire) => encodeSse(wire, named), close: () => '' };
}

/** Gemini's streams are one JSON list unless `alt=sse` is asked for. */
function jsonArrayLayout(): Layout {
  let isFirst = true;
  const write = (wire: WireEvent): string => {
    const text = (isFirst ? '[' : ',\r\n') + JSON.stringify(wire);
    isFirst = false;
    return text;
  };
  return { contentType: 'application/json; charset=utf-8', write, close: () => (isFirst ? '[]' : ']') };
}
