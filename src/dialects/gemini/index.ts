import type { Dialect } from '../dialect.ts';
import { TAGGED_BASE64 } from '../signature.ts';
import { error } from './error.ts';
import { reply } from './reply.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { streamDecoder } from './stream-decoder.ts';
import { streamEncoder } from './stream-encoder.ts';
import { decodeUsage } from './usage.ts';

/** Google's `generateContent` and `streamGenerateContent`, as the Gemini API and Vertex AI speak them. */
export const gemini: Dialect = {
  id: 'gemini',
  name: 'Gemini',
  docs: 'https://ai.google.dev/api/generate-content',
  framing: 'sse',
  namedEvents: false,
  answerMarks: ['"candidates"', '"promptFeedback"', '"usageMetadata"'],
  // The last two stand behind long grounding records, which may push the finish reason out of the last bytes.
  terminators: ['"finishReason"', '"blockReason"', '"groundingSupports"', '"webSearchQueries"'],
  foreignMarks: TAGGED_BASE64,
  request: { decode: decodeRequest, encode: encodeRequest },
  reply,
  stream: { decoder: streamDecoder, encoder: streamEncoder },
  error,
  usage: { member: 'usageMetadata', model: 'modelVersion', decode: decodeUsage },
};
