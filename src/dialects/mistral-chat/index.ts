import type { Dialect, ErrorCodec } from '../dialect.ts';
import { openaiChat } from '../openai-chat/index.ts';
import { mistralReply, StreamDecoder } from './reply.ts';
import { mistralRequest } from './request.ts';
import { StreamEncoder } from './stream-encoder.ts';
import { OWN } from './vocabulary.ts';

/** Errors: the members of OpenAI's without an object around them. */
const mistralError = {
  decode: openaiChat.error.decode,
  encode: ({ message, type, param, code }) => ({ object: 'error', message, type: type ?? null, param: param ?? null, code: code ?? null }),
} as const satisfies ErrorCodec;

/**
 * Mistral's chat completions: OpenAI's format, but that thoughts are chunks of the content, that streamed calls of tools come whole, and that
 * every stream says what it used. Mistral's own clients refuse anything else.
 */
export const mistralChat = {
  ...openaiChat,
  id: OWN,
  name: 'Mistral Chat Completions',
  docs: 'https://docs.mistral.ai/api/endpoint/chat',
  request: mistralRequest,
  reply: mistralReply,
  stream: {
    hasPlainTexts: true,
    decoder: () => new StreamDecoder(),
    encoder: (context) => new StreamEncoder(context),
  },
  error: mistralError,
} as const satisfies Dialect;
