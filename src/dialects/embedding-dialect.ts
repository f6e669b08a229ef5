import type { EmbeddingReply, EmbeddingRequest } from '../ir/embeddings.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Encoded, ErrorCodec, RouteParameters, UsageCodec } from './dialect.ts';

/** A wire format for embeddings as a host speaks it. */
export interface EmbeddingHost {
  readonly id: EmbeddingDialectId;
  readonly name: string;
  readonly docs: string;
  /** How many texts one request may hold, where that is few; requests with more are sent in parts. */
  readonly mostInputs?: (model: string) => number;
  readonly request: { encode(request: EmbeddingRequest): Encoded };
  readonly reply: { decode(wire: JsonObject): EmbeddingReply };
  readonly error: ErrorCodec;
}

/** A wire format for embeddings that clients speak too, with the same duties as a chat dialect. */
export interface EmbeddingDialect extends EmbeddingHost {
  /** The format has requests of several forms, each for a route of its own, so that none can be passed on as it is. */
  readonly hasForms?: boolean;
  /** Undefined: answers do not say what they used. */
  readonly usage?: UsageCodec;
  readonly request: EmbeddingHost['request'] & { decode(wire: JsonObject, route: RouteParameters): EmbeddingRequest };
  readonly reply: EmbeddingHost['reply'] & { encode(reply: EmbeddingReply, request: EmbeddingRequest): JsonObject };
}

export type EmbeddingDialectId =
  | 'openai-embeddings'
  | 'mistral-embeddings'
  | 'gemini-embeddings'
  | 'cohere-embeddings'
  | 'vertex-embeddings'
  | 'bedrock-embeddings';
