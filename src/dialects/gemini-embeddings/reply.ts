import type { EmbeddingReply } from '../../ir/embeddings.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { numberOf, objectOf, objectsOf } from '../lenient.ts';

/** The vectors of a batch, or the one of a single request. */
export function decodeReply(wire: JsonObject): EmbeddingReply {
  const embeddings = wire['embeddings'] === undefined ? [objectOf(wire['embedding'])] : objectsOf(wire['embeddings']);
  const vectors = embeddings.map(({ values }) => values).filter((values): values is readonly number[] => Array.isArray(values));
  return { vectors, promptTokens: numberOf(objectOf(wire['usageMetadata'])['promptTokenCount']) };
}

/** The vectors for a client. A single one stands in both places: the request does not tell which method was called. */
export function encodeReply({ vectors, promptTokens }: EmbeddingReply): JsonObject {
  const embeddings = vectors.map((vector): Json => ({ values: typeof vector === 'string' ? floatsOf(vector) : vector }));
  return {
    embedding: embeddings.length === 1 ? embeddings[0] : undefined,
    embeddings,
    usageMetadata: promptTokens === undefined ? undefined : { promptTokenCount: promptTokens },
  };
}

const FLOAT_BYTES = 4;

function floatsOf(base64: string): readonly number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: Math.floor(bytes.length / FLOAT_BYTES) }, (_, index) => bytes.readFloatLE(index * FLOAT_BYTES));
}
