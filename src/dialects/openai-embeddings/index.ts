import type { EmbeddingDialect } from '../embedding-dialect.ts';
import { openaiError } from '../openai-chat/error.ts';
import { decodeUsage } from '../openai-chat/usage.ts';
import { decodeRequest, encodeRequest } from './request.ts';
import { decodeReply, encodeReply } from './response.ts';

/** OpenAI's embeddings, the format of most hosts that make them. */
export const openaiEmbeddings = {
  id: 'openai-embeddings',
  name: 'OpenAI Embeddings',
  docs: 'https://platform.openai.com/docs/api-reference/embeddings',
  request: { decode: decodeRequest, encode: encodeRequest },
  reply: { decode: decodeReply, encode: encodeReply },
  error: openaiError,
  usage: { member: 'usage', model: 'model', decode: decodeUsage },
} as const satisfies EmbeddingDialect;
