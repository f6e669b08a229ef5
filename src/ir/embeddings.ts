import type { JsonObject } from './json.ts';

/** A request for embeddings in the canonical vocabulary. */
export interface EmbeddingRequest {
  readonly model: string;
  /** One entry an embedding; token lists are passed on as they are. */
  readonly input: readonly (string | readonly number[])[];
  readonly dimensions?: number | undefined;
  readonly encoding: 'float' | 'base64';
  readonly user?: string | undefined;
  /** What the vectors are for, in the provider's own word. */
  readonly inputType?: string | undefined;
  /** Members that the canonical form does not model; only OpenAI-style hosts are sent them. */
  readonly extra: JsonObject;
}

/** Embeddings in the order of the input. A vector is a list of numbers or base64 of little-endian 32-bit floats. */
export interface EmbeddingReply {
  readonly model?: string | undefined;
  readonly vectors: readonly (readonly number[] | string)[];
  readonly promptTokens?: number | undefined;
}
