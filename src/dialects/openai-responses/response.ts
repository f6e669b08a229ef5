import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ReplyCodec, ReplyContext } from '../dialect.ts';
import { decodeResponse } from './stream-decoder.ts';
import { ResponseEncoder } from './stream-encoder.ts';

/** Whole responses: what the last event of a stream holds. */
export const reply: ReplyCodec = { decode: decodeResponse, encode: encodeResponse };

function encodeResponse(events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  const encoder = new ResponseEncoder(context);
  for (const event of events) encoder.push(event);
  encoder.end();
  return encoder.response;
}
