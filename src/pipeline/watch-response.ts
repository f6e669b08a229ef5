import type { ChatEvent } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import { isObject, parseJson } from '../dialects/read.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import type { EventBatch, Reply, ReplyBody } from './step.ts';
import { guarded, tapped, type Watcher } from './tap.ts';

/** Who looks on. */
export interface Onlooker {
  /** Makes the response object of an answer that comes as events. */
  readonly encode: (events: readonly ChatEvent[]) => JsonObject;
  /** Takes the response object of an answer that came to its end. `isHostsOwn`: it is as the host wrote it, with the host's id. */
  readonly take: (response: JsonObject, isHostsOwn: boolean) => void;
  /** Something went wrong with looking on; the answer itself goes its way. */
  readonly failed: (cause: unknown) => void;
}

/**
 * Has a look at the answer of the Responses API that a reply carries, and leaves it as it is. A streamed answer is taken before its last
 * event is passed on, so that whoever has seen the end can refer to it. One that breaks, or that the client leaves, is never taken.
 */
export function watchResponse({ body }: Reply, isStreamed: boolean, onlooker: Onlooker): ReplyBody {
  switch (body.kind) {
    case 'bytes':
      guarded(onlooker, () => takeWhole(textOf(body.bytes), onlooker));
      return body;
    case 'answer': {
      const response = onlooker.encode(body.events);
      guarded(onlooker, () => onlooker.take(response, false));
      return isStreamed ? body : { kind: 'bytes', bytes: JSON.stringify(response) };
    }
    case 'stream':
      return { kind: 'stream', flow: tapped(body.flow, { see: (bytes) => void takeLast(bytes, onlooker), failed: onlooker.failed }) };
    case 'events':
      return { kind: 'events', flow: tapped(body.flow, new EventWatcher(onlooker)) };
  }
}

function takeWhole(text: string, { take }: Onlooker): void {
  const response = parseJson(text);
  if (isObject(response)) take(response, true);
}

const ENDS: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

/** Bytes come by whole events. Only those that may be the last are parsed: it holds the whole response. */
function takeLast(bytes: Uint8Array | string, { take }: Onlooker): boolean {
  const text = typeof bytes === 'string' ? bytes : viewOf(bytes);
  if (!text.includes('response.completed') && !text.includes('response.incomplete')) return false;
  const frames = FRAMINGS.sse.decoder();
  const last = [...frames.push(Buffer.from(text as string)), ...frames.end()].findLast((event) => isObject(event) && ENDS.has(event['type']));
  if (!isObject(last) || !isObject(last['response'])) return false;
  take(last['response'], true);
  return true;
}

/** Follows an answer that comes as events, some or all of them as the host's own bytes too. */
class EventWatcher implements Watcher<EventBatch> {
  readonly #onlooker: Onlooker;
  readonly #events: ChatEvent[] = [];
  #hasFinished = false;
  #isTaken = false;

  constructor(onlooker: Onlooker) {
    this.#onlooker = onlooker;
  }

  see({ events, raw }: EventBatch): void {
    if (this.#isTaken) return;
    if (raw !== undefined && takeLast(raw, this.#onlooker)) {
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

  failed(cause: unknown): void {
    this.#onlooker.failed(cause);
  }

  conclude(): void {
    if (this.#isTaken || !this.#hasFinished) return;
    this.#isTaken = true;
    this.#onlooker.take(this.#onlooker.encode(this.#events), false);
  }
}

function textOf(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : viewOf(bytes).toString('utf8');
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
