import type { JsonObject } from '../../ir/json.ts';

/** Cuts the bytes of a streamed answer into events, whatever the chunking, and reads them; mostly they are parsed and no more. */
export interface FrameDecoder<Item = JsonObject | '[DONE]'> {
  push(chunk: Buffer): Item[];
  /** What an unterminated last event holds. */
  end(): Item[];
  /** Events so far that were no JSON object and were skipped. */
  malformed(): number;
}
