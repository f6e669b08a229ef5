import type { EmbeddingReply, EmbeddingRequest } from '../../ir/embeddings.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { numberOf, objectOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { vectorAsBase64, vectorAsNumbers } from '../vector.ts';

/** The vectors of a reply, and how many tokens were billed for them. */
export function decodeReply(wire: JsonObject): EmbeddingReply {
  const meta = objectOf(wire['meta']);
  const tokens = numberOf(objectOf(meta['billed_units'])['input_tokens']) ?? numberOf(objectOf(meta['tokens'])['input_tokens']);
  return { vectors: decodeVectors(wire['embeddings']), promptTokens: tokens };
}

/** Vectors by type, of which one was asked for, or a bare list of them. */
export function decodeVectors(embeddings: Json | undefined): EmbeddingReply['vectors'] {
  const list = isObject(embeddings) ? Object.values(embeddings).find((vectors) => Array.isArray(vectors)) : embeddings;
  return Array.isArray(list) ? (list.filter((vector) => typeof vector === 'string' || Array.isArray(vector)) as EmbeddingReply['vectors']) : [];
}

/** The vectors for a client, in the type that it asked for. */
export function encodeReply({ vectors, promptTokens }: EmbeddingReply, { encoding, input }: EmbeddingRequest): JsonObject {
  const convert = encoding === 'float' ? vectorAsNumbers : vectorAsBase64;
  return {
    id: '',
    response_type: 'embeddings_by_type',
    embeddings: { [encoding]: vectors.map((vector) => convert(vector)) },
    texts: input.filter((text) => typeof text === 'string'),
    meta: { api_version: { version: '2' }, billed_units: promptTokens === undefined ? undefined : { input_tokens: promptTokens } },
  };
}
