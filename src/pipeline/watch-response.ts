import type { ChatEvent } from '../ir/events.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { JsonObject } from '../ir/json.ts';
import { isObject, parseJson } from '../dialects/read.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import type { EventBatch, Reply } from './step.ts';

/** How answers in a dialect become the object that a whole answer is. */
export type Encode = (events: readonly ChatEvent[]) => JsonObject;

/** Takes the response object of an answer that came to its end. `isHostsOwn`: it is as the host wrote it, with the host's id. */
export type Take = (response: JsonObject, isHostsOwn: boolean) => void;

/**
 * Has a look at the answer of the Responses API that a reply carries, and leaves it as it is. A streamed answer is taken before its last
 * event is passed on, so that whoever has seen the end can refer to it. One that breaks, or that the client leaves, is never taken.
 */
export function watchResponse({ body }: Reply, encode: Encode, take: Take): Reply['body'] {
  switch (body.kind) {
    case 'bytes': {
      const response = parseJson(textOf(body.bytes));
      if (isObject(response)) take(response, true);
      return body;
    }
    case 'answer':
      take(encode(body.events), false);
      return body;
    case 'stream':
      return { kind: 'stream', flow: tapped(body.flow, (bytes) => takeLast(bytes, take)) };
    case 'events': {
      const watcher = new EventWatcher(encode, take);
      return {
        kind: 'events',
        flow: tapped(
          body.flow,
          (batch) => watcher.see(batch),
          () => watcher.conclude(),
        ),
      };
    }
  }
}

/** The flow with its items shown to `see` before they are passed on; `atEnd`: it ended well. */
function tapped<Item>(flow: Flow<Item>, see: (item: Item) => void, atEnd: () => void = () => {}): Flow<Item> {
  const over = (sink: Sink<Item>): Sink<Item> => ({
    write: (item) => {
      see(item);
      return sink.write(item);
    },
    end: () => {
      atEnd();
      sink.end();
    },
    fail: (error) => sink.fail(error),
  });
  return { start: (sink) => flow.start(over(sink)), resume: () => flow.resume(), cancel: () => flow.cancel() };
}

const ENDS: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

/** Bytes come by whole events. Only those that may be the last are parsed: it holds the whole response. */
function takeLast(bytes: Uint8Array | string, take: Take): boolean {
  const buffer = Buffer.from(bytes as Uint8Array);
  if (!buffer.includes('response.completed') && !buffer.includes('response.incomplete')) return false;
  const frames = FRAMINGS.sse.decoder();
  const last = [...frames.push(buffer), ...frames.end()].findLast((event) => isObject(event) && ENDS.has(event['type']));
  if (!isObject(last) || !isObject(last['response'])) return false;
  take(last['response'], true);
  return true;
}

/** Follows an answer that comes as events, some or all of them as the host's own bytes too. */
class EventWatcher {
  readonly #encode: Encode;
  readonly #take: Take;
  readonly #events: ChatEvent[] = [];
  #hasFinished = false;
  #isTaken = false;

  constructor(encode: Encode, take: Take) {
    this.#encode = encode;
    this.#take = take;
  }

  see({ events, raw }: EventBatch): void {
    if (this.#isTaken) return;
    if (raw !== undefined && takeLast(raw, this.#take)) {
      this.#isTaken = true;
      return;
    }
    for (const event of events) {
      this.#events.push(event);
      if (event.type === 'finish') this.#hasFinished = true;
      // With the usage behind the finish the last event is written.
      else if (event.type === 'usage' && this.#hasFinished && raw === undefined) return this.conclude();
    }
  }

  conclude(): void {
    if (this.#isTaken || !this.#hasFinished) return;
    this.#isTaken = true;
    this.#take(this.#encode(this.#events), false);
  }
}

function textOf(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
