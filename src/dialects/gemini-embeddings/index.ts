import type { EmbeddingDialect } from '../embedding-dialect.ts';
import { error } from '../gemini/error.ts';
import { forms } from './forms.ts';
import { decodeReply, encodeReply } from './reply.ts';
import { decodeRequest, encodeRequest } from './request.ts';

/** The Gemini API's `embedContent` and `batchEmbedContents`. */
export const geminiEmbeddings: EmbeddingDialect = {
  id: 'gemini-embeddings',
  name: 'Gemini Embeddings',
  docs: 'https://ai.google.dev/api/embeddings',
  request: { decode: decodeRequest, encode: encodeRequest },
  reply: { decode: decodeReply, encode: encodeReply },
  forms,
  error,
};
