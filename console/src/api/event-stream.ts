/** The name under which comments come: what a gateway says beside the events. */
export const COMMENT = ':';

/** One server-sent event, or a comment between them. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Cuts a stream of text, in whatever pieces it comes, into server-sent events. */
export class EventCutter {
  #rest = '';

  push(text: string): ServerEvent[] {
    this.#rest = (this.#rest + text).replaceAll('\r\n', '\n');
    const blocks = this.#rest.split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap(eventOf);
  }

  /** What is left at the end, where its blank line did not come. */
  end(): ServerEvent[] {
    const rest = this.#rest;
    this.#rest = '';
    return eventOf(rest);
  }
}

function eventOf(block: string): ServerEvent[] {
  let event = 'message';
  const data: string[] = [];
  const comments: ServerEvent[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    const name = line.slice(0, colon);
    if (name === '') comments.push({ event: COMMENT, data: value });
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  }
  return data.length === 0 ? comments : [...comments, { event, data: data.join('\n') }];
}

/** The events of a response as they come. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const cutter = new EventCutter();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield* cutter.push(decoder.decode(value, { stream: true }));
    }
    yield* cutter.end();
  } finally {
    reader.releaseLock();
  }
}
