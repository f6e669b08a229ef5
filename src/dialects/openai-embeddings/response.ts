import type { EmbeddingReply, EmbeddingRequest } from '../../ir/embeddings.ts';
import type { JsonObject } from '../../ir/json.ts';
import { numberOf, objectOf, objectsOf, textOf } from '../lenient.ts';
import { vectorAsBase64, vectorAsNumbers } from '../vector.ts';

type Vector = EmbeddingReply['vectors'][number];

/** Reads a list of embeddings in the order of their index. */
export function decodeReply(wire: JsonObject): EmbeddingReply {
  const usage = objectOf(wire.usage);
  const entries = objectsOf(wire.data).map((entry, position) => ({
    index: numberOf(entry.index) ?? position,
    vector: decodeVector(entry.embedding),
  }));
  return {
    model: textOf(wire.model),
    vectors: entries.sort((a, b) => a.index - b.index).map((entry) => entry.vector),
    promptTokens: numberOf(usage.prompt_tokens) ?? numberOf(usage.total_tokens),
  };
}

function decodeVector(value: unknown): Vector {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];
}

/** Writes a list of embeddings in the encoding that the client asked for. Clients rely on a usage, so an unknown one is zero. */
export function encodeReply(reply: EmbeddingReply, request: EmbeddingRequest): JsonObject {
  const convert = converterFor(request);
  const tokens = reply.promptTokens ?? 0;
  return {
    object: 'list',
    data: reply.vectors.map((vector, index) => ({ object: 'embedding', index, embedding: convert(vector) })),
    model: reply.model ?? request.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Vectors of a type that OpenAI does not know (`int8`, `ubinary`) are passed on as the host gave them. */
function converterFor({ encoding, extra }: EmbeddingRequest): (vector: Vector) => Vector {
  if (extra.encoding_format !== undefined) return (vector) => vector;
  return encoding === 'float' ? vectorAsNumbers : vectorAsBase64;
}
