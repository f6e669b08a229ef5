import type { JsonObject } from '../../ir/json.ts';

/** Cuts the bytes of a streamed answer into events, whatever the chunking, and parses them. */
export interface FrameDecoder {
  push(chunk: Buffer): (JsonObject | '[DONE]')[];
  /** What an unterminated last event holds. */
  end(): (JsonObject | '[DONE]')[];
  /** Events so far that were no JSON object and were skipped. */
  malformed(): number;
}
