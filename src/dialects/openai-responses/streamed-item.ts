import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';

/** What the items of one answer share while it is decoded. */
export interface Progress {
  /** Events that wait to be taken. */
  readonly out: ChatEvent[];
  nextBlock: number;
  hasCalls: boolean;
  lastText: number | undefined;
  /** A signature whose tool call is still to come. */
  carried: Signature | undefined;
}

/**
 * An output item as a stream delivers it. Each remembers what of it was passed on, so that the events which repeat a part as a whole, the
 * finished item and the final response add only what is missing: hosts leave out any of them.
 */
export interface StreamedItem {
  /** Takes the item as it is when it begins. */
  open(wire: JsonObject): void;
  /** Takes the finished item. */
  complete(wire: JsonObject): void;
}
