import type { Dialect } from '../dialect.ts';
import { openaiError } from './error.ts';
import { openaiRequest } from './request.ts';
import { openaiReply } from './response.ts';
import { StreamDecoder } from './stream-decoder.ts';
import { StreamEncoder } from './stream-encoder.ts';
import { usageOnRequest } from './usage-on-request.ts';
import { decodeUsage } from './usage.ts';

/** OpenAI's chat completions, and what is in use around them: the wire format of most hosts and most clients. */
export const openaiChat = {
  id: 'openai-chat',
  name: 'OpenAI Chat Completions',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  framing: 'sse',
  namedEvents: false,
  answerMarks: ['"choices"'],
  failureMarks: ['"finish_reason":"error"', '"finish_reason": "error"'],
  // Some hosts send no `[DONE]`; their last chunks carry a finish reason. No text of a model's can look like these: line breaks and quotes are escaped in it.
  terminators: ['\ndata: [DONE]', '\ndata:[DONE]', '"finish_reason":"', '"finish_reason": "'],
  closing: '[DONE]',
  request: openaiRequest,
  reply: openaiReply,
  stream: {
    hasPlainTexts: true,
    decoder: () => new StreamDecoder(),
    encoder: (context) => new StreamEncoder(context),
  },
  error: openaiError,
  usage: { member: 'usage', model: 'model', decode: decodeUsage },
  usageOnRequest,
} as const satisfies Dialect;
