import type { EmbeddingReply, EmbeddingRequest } from '../ir/embeddings.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Encoded, ErrorCodec, RouteParameters } from './dialect.ts';

/** A wire format for embeddings, with the same duties as a chat dialect. */
export interface EmbeddingDialect {
  readonly id: EmbeddingDialectId;
  readonly name: string;
  readonly docs: string;
  /** The format has requests of several forms, each for a route of its own, so that none can be passed on as it is. */
  readonly hasForms?: boolean;
  readonly request: {
    decode(wire: JsonObject, route: RouteParameters): EmbeddingRequest;
    encode(request: EmbeddingRequest): Encoded;
  };
  readonly reply: {
    decode(wire: JsonObject): EmbeddingReply;
    encode(reply: EmbeddingReply, request: EmbeddingRequest): JsonObject;
  };
  readonly error: ErrorCodec;
}

export type EmbeddingDialectId = 'openai-embeddings' | 'gemini-embeddings' | 'cohere-embeddings' | 'vertex-embeddings' | 'bedrock-embeddings';
