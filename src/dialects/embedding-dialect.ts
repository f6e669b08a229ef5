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

/** Requests of several forms, each for a route of its own, where hosts are asked in one of them. */
export interface RequestForms {
  /** A client's request in the form in which hosts are asked. */
  toHost(wire: JsonObject, model: string): JsonObject;
  /** The host's answer in the form that belongs to what the client asked. */
  toClient(reply: JsonObject, asked: JsonObject): JsonObject;
}

/** A wire format for embeddings that clients speak too, with the same duties as a chat dialect. */
export interface EmbeddingDialect extends EmbeddingHost {
  /** Undefined: requests have one form, and are passed on as they are. */
  readonly forms?: RequestForms;
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
