import type { EmbeddingDialect } from '../embedding-dialect.ts';
import { error } from '../gemini/error.ts';
import { decodeReply, encodeReply } from './reply.ts';
import { decodeRequest, encodeRequest } from './request.ts';

/** The Gemini API's `embedContent` and `batchEmbedContents`. */
export const geminiEmbeddings: EmbeddingDialect = {
  id: 'gemini-embeddings',
  hasForms: true,
  name: 'Gemini Embeddings',
  docs: 'https://ai.google.dev/api/embeddings',
  request: { decode: decodeRequest, encode: encodeRequest },
  reply: { decode: decodeReply, encode: encodeReply },
  error,
};
