import { error } from '../cohere-chat/error.ts';
import type { EmbeddingDialect } from '../embedding-dialect.ts';
import { numberOf } from '../lenient.ts';
import { decodeReply, encodeReply } from './reply.ts';
import { decodeRequest, encodeRequest } from './request.ts';

/** Cohere's `/v2/embed`. */
export const cohereEmbeddings: EmbeddingDialect = {
  id: 'cohere-embeddings',
  name: 'Cohere Embeddings',
  docs: 'https://docs.cohere.com/reference/embed',
  mostInputs: () => 96,
  request: { decode: decodeRequest, encode: encodeRequest },
  reply: { decode: decodeReply, encode: encodeReply },
  error,
  usage: { member: 'billed_units', model: undefined, decode: ({ input_tokens: tokens }) => ({ input: numberOf(tokens) }) },
};
