import type { Dialect } from '../dialect.ts';
import { TAGGED } from '../signature.ts';
import { error } from './error.ts';
import { reply } from './reply.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { streamDecoder } from './stream-decoder.ts';
import { streamEncoder } from './stream-encoder.ts';
import { decodeUsage } from './usage.ts';
import { OWN } from './vocabulary.ts';

/** Cohere's chat API, version 2. */
export const cohereChat: Dialect = {
  id: OWN,
  name: 'Cohere Chat',
  docs: 'https://docs.cohere.com/reference/chat',
  framing: 'sse',
  namedEvents: true,
  answerMarks: ['"message"'],
  terminators: ['"message-end"'],
  // Both are members that only the gateway writes.
  foreignMarks: [...TAGGED, '"redacted":"', '"redacted": "'],
  request: { decode: decodeRequest, encode: encodeRequest },
  reply,
  stream: { hasPlainTexts: true, decoder: streamDecoder, encoder: streamEncoder },
  error,
  usage: { member: 'usage', model: undefined, decode: decodeUsage },
};
