import type { StreamCodec } from '../dialect.ts';
import { streamDecoder } from './stream-decoder.ts';
import { ResponseEncoder } from './stream-encoder.ts';

/** Streamed responses, in both directions. */
export const stream: StreamCodec = { decoder: streamDecoder, encoder: (context) => new ResponseEncoder(context) };
