import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Native } from '../../ir/request.ts';
import type { WireEvent } from '../dialect.ts';
import { numberOf, objectOf, textOf } from '../lenient.ts';
import { extensionOfMime } from '../media.ts';
import { ownMembers } from './vocabulary.ts';
import type { ItemStatus } from './wire.ts';

/** Where the events of a response go, numbered. */
export class EventLog {
  #sequence: number;
  #events: WireEvent[] = [];

  /** `after`: an event of another log, which this one goes on from. */
  constructor(after?: WireEvent) {
    this.#sequence = (numberOf(objectOf(after)['sequence_number']) ?? -1) + 1;
  }

  /** The number of the next event. */
  next(): number {
    return this.#sequence++;
  }

  write(event: JsonObject): void {
    this.#events.push(event);
  }

  take(): WireEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** An item that is being written. */
export interface ItemWriter {
  write(event: ChatEvent): void;
  close(status: ItemStatus): void;
}

/** What the writers share: the log, the list of finished items, and the names of items to come. */
export class Output {
  readonly log: EventLog;
  readonly items: JsonObject[] = [];
  readonly #responseId: string;
  #begun = 0;

  constructor(log: EventLog, responseId: string) {
    this.log = log;
    this.#responseId = responseId;
  }

  /** The index of the next item. */
  begin(): number {
    return this.#begun++;
  }

  /** An id for the item at `index`: the upstream's own if it begins as such ids must, else a new one. */
  idOf(prefix: string, index: number, native?: Native): string {
    const own = textOf(ownMembers(native)?.id);
    return own?.startsWith(prefix) === true ? own : `${prefix}${this.#responseId}_${index}`;
  }

  added(index: number, item: JsonObject): void {
    this.log.write({ type: 'response.output_item.added', sequence_number: this.log.next(), output_index: index, item });
  }

  done(index: number, item: JsonObject): void {
    this.log.write({ type: 'response.output_item.done', sequence_number: this.log.next(), output_index: index, item });
    this.items.push(item);
  }

  /** Writes an item that is known as a whole. */
  whole(item: JsonObject, index = this.begin()): void {
    this.added(index, item);
    this.done(index, item);
  }
}

/** Writes the item of a picture that the model made; one that is not at hand as data is named by its address. */
export function writePicture(output: Output, { source, native }: Extract<ChatEvent, { type: 'media' }>): void {
  const own = ownMembers(native);
  if (own !== undefined) {
    output.whole(own);
    return;
  }
  const index = output.begin();
  const members = { id: output.idOf('ig_', index), type: 'image_generation_call', status: 'completed' };
  if (source.kind === 'base64') output.whole({ ...members, output_format: extensionOfMime(source.mime), result: source.data }, index);
  else output.whole({ ...members, result: null, url: source.kind === 'url' ? source.url : undefined }, index);
}
