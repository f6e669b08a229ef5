import type { JsonObject } from '../../ir/json.ts';
import type { JsonText } from '../../ir/json-text.ts';
import { encodeEventStreamEvent, eventStreamDecoder } from './aws-events.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import { openSieve, sseSieve, type Sieve } from './sieve.ts';
import type { Borders, Held } from './splitter.ts';
import { encodeSse, sseBoundary, sseDecoder } from './sse.ts';

type Parsed = JsonObject | '[DONE]';

/** How events are laid out in bytes, both ways. */
export interface FramingCodec extends Borders {
  readonly contentType: string;
  readonly decoder: () => FrameDecoder;
  /** `named`: the event's `type` goes where the framing has a place for names. */
  readonly encode: (event: Parsed | JsonText, named: boolean) => string | Uint8Array;
  readonly sieve: () => Sieve;
  /** What makes an event whole whose end is missing at the end of a stream; undefined: nothing can. */
  readonly terminator: Buffer | undefined;
}

/** The framings that dialects name. */
export const FRAMINGS: Readonly<Record<'sse' | 'aws-eventstream', FramingCodec>> = {
  sse: {
    contentType: 'text/event-stream; charset=utf-8',
    decoder: sseDecoder,
    encode: encodeSse,
    boundary: sseBoundary,
    mayEnd: ({ tail }, chunk) => sseBoundary(tail.length === 0 ? chunk : Buffer.concat([tail, chunk])) > 0,
    sieve: sseSieve,
    terminator: Buffer.from('\n\n'),
  },
  'aws-eventstream': {
    contentType: 'application/vnd.amazon.eventstream',
    decoder: eventStreamDecoder,
    encode: encodeEventStreamEvent,
    boundary: awsBoundary,
    mayEnd: awsMayEnd,
    sieve: openSieve,
    terminator: undefined,
  },
};

function awsBoundary(bytes: Buffer): number {
  let position = 0;
  while (position + 4 <= bytes.length) {
    const next = position + bytes.readUInt32BE(position);
    if (next <= position || next > bytes.length) break;
    position = next;
  }
  return position;
}

/** A message begins with its length. */
function awsMayEnd({ size, first }: Held, chunk: Buffer): boolean {
  return first.length < 4 || size + chunk.length >= first.readUInt32BE(0);
}
