import type { RouteTaken } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';

/** Where an entry belongs: whoever administers a workspace may delete what is in it. */
export interface Place {
  readonly workspace: string;
  /** Empty: the caller named none. */
  readonly namespace: string;
}

/** An answer as it was made: a whole body or a stream in the client's dialect, or the events of the canonical vocabulary. */
export type EntryBody =
  | { readonly kind: 'bytes' | 'stream'; readonly bytes: Buffer }
  | { readonly kind: 'events'; readonly events: readonly ChatEvent[] };

/** An answer in the cache. */
export interface CacheEntry extends Place {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly route: RouteTaken;
  readonly strict: boolean;
  /** Of bodies of no shared meaning. */
  readonly contentType: string | undefined;
  /** What the request said of its stream beside wanting one: only who says the same gets the same bytes. */
  readonly variant: string;
  readonly body: EntryBody;
  /** Bytes that it takes, roughly. */
  readonly size: number;
}

/** What an event takes beside its text. */
const EVENT_FRAME = 160;
const ENTRY_FRAME = 600;

/** Bytes that a body takes in memory, roughly. */
export function sizeOfBody(body: EntryBody): number {
  if (body.kind !== 'events') return ENTRY_FRAME + body.bytes.length;
  return body.events.reduce((sum, event) => sum + EVENT_FRAME + ('text' in event ? event.text.length : 0), ENTRY_FRAME);
}

/** An entry as bytes: a line of JSON, and behind it the body where that is bytes already. */
export function packEntry({ body, ...rest }: CacheEntry): Buffer {
  const head = body.kind === 'events' ? { ...rest, body } : { ...rest, body: { kind: body.kind } };
  const line = Buffer.from(`${JSON.stringify(head)}\n`);
  return body.kind === 'events' ? line : Buffer.concat([line, body.bytes]);
}

/** The entry of some bytes; throws where they are none. */
export function unpackEntry(bytes: Uint8Array): CacheEntry {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.indexOf('\n');
  const head = JSON.parse(view.toString('utf8', 0, end)) as Omit<CacheEntry, 'body'> & { readonly body: EntryBody };
  return head.body.kind === 'events' ? head : { ...head, body: { kind: head.body.kind, bytes: view.subarray(end + 1) } };
}
