import type { EmbeddingDialect } from '../embedding-dialect.ts';
import { mistralChat } from '../mistral-chat/index.ts';
import { openaiEmbeddings } from '../openai-embeddings/index.ts';

const { request, reply } = openaiEmbeddings;

/** Mistral's embeddings: OpenAI's format with another name for the dimensions, and an id, without which Mistral's clients refuse an answer. */
export const mistralEmbeddings = {
  id: 'mistral-embeddings',
  name: 'Mistral Embeddings',
  docs: 'https://docs.mistral.ai/api/endpoint/embeddings',
  request: {
    decode: ({ output_dimension: dimensions, ...wire }, route) => request.decode({ dimensions, ...wire }, route),
    encode(canonical) {
      const { wire, dropped } = request.encode(canonical);
      const { dimensions, ...rest } = wire;
      return { wire: { ...rest, output_dimension: dimensions }, dropped };
    },
  },
  reply: {
    decode: reply.decode,
    encode: (canonical, asked) => ({ id: '', ...reply.encode(canonical, asked) }),
  },
  error: mistralChat.error,
  usage: openaiEmbeddings.usage,
} as const satisfies EmbeddingDialect;
