import type { StreamCodec } from '../dialect.ts';
import { streamDecoder } from './stream-decoder.ts';
import { streamEncoder } from './stream-encoder.ts';

/** Streamed replies, event by event. */
export const stream: StreamCodec = { hasPlainTexts: true, decoder: streamDecoder, encoder: streamEncoder };
