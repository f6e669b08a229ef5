import type { EmbeddingReply, EmbeddingRequest } from '../../ir/embeddings.ts';
import type { JsonObject } from '../../ir/json.ts';
import { error } from '../bedrock-converse/error.ts';
import { decodeVectors } from '../cohere-embeddings/reply.ts';
import { inputTypeOf } from '../cohere-embeddings/request.ts';
import type { Encoded } from '../dialect.ts';
import type { EmbeddingHost } from '../embedding-dialect.ts';
import { onlyText, textsOf } from '../embedding-text.ts';
import { numberOf, objectsOf } from '../lenient.ts';

/** Embeddings by Bedrock's InvokeModel, which every family of models is asked for in its own way. */
export const bedrockEmbeddings: EmbeddingHost = {
  id: 'bedrock-embeddings',
  name: 'Bedrock Embeddings',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html',
  mostInputs: (model) => familyOf(model).mostInputs,
  request: { encode: encodeRequest },
  reply: { decode: decodeReply },
  error,
};

interface Family {
  readonly mostInputs: number;
  readonly encode: (request: EmbeddingRequest) => JsonObject;
  /** Canonical members, by OpenAI's names, that the family has no word for. */
  readonly lacks: readonly string[];
}

const TITAN: Family = {
  mostInputs: 1,
  lacks: ['user', 'input_type'],
  encode: (request) => ({ inputText: onlyText(request), dimensions: request.dimensions, normalize: request.extra['normalize'] }),
};

/** The first pattern that fits counts; Titan's text embeddings are asked for otherwise. */
const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/cohere\./, { mostInputs: 96, lacks: ['user'], encode: encodeCohere }],
  [/nova/, { mostInputs: 1, lacks: ['user', 'input_type'], encode: encodeNova }],
  [/titan-embed-image/, { ...TITAN, encode: encodeTitanImage }],
  [/titan-embed-(text-v1|g1)/, { ...TITAN, lacks: [...TITAN.lacks, 'dimensions'], encode: (request) => ({ inputText: onlyText(request) }) }],
];

function familyOf(model: string): Family {
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? TITAN;
}

function encodeRequest(request: EmbeddingRequest): Encoded {
  const { encode, lacks } = familyOf(request.model);
  const { user, inputType: input_type, dimensions } = request;
  const said: Readonly<Record<string, unknown>> = { user, input_type, dimensions };
  return { wire: encode(request), dropped: lacks.filter((name) => said[name] !== undefined) };
}

function encodeCohere(request: EmbeddingRequest): JsonObject {
  const { truncate } = request.extra;
  return {
    texts: textsOf(request),
    input_type: inputTypeOf(request),
    embedding_types: ['float'],
    output_dimension: request.dimensions,
    truncate,
  };
}

/** https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html */
function encodeNova(request: EmbeddingRequest): JsonObject {
  return {
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: 'GENERIC_INDEX',
      embeddingDimension: request.dimensions,
      text: { truncationMode: 'END', value: onlyText(request) },
    },
  };
}

function encodeTitanImage(request: EmbeddingRequest): JsonObject {
  const { dimensions } = request;
  return { inputText: onlyText(request), embeddingConfig: dimensions === undefined ? undefined : { outputEmbeddingLength: dimensions } };
}

/** One vector, vectors by type, a list of them, or a list of records that each hold one. */
function decodeReply(wire: JsonObject): EmbeddingReply {
  const { embedding, embeddings } = wire;
  const records = objectsOf(embeddings).flatMap((record) => [record['embedding'] ?? null]);
  const several = records.length > 0 ? records : embeddings;
  return { vectors: decodeVectors(Array.isArray(embedding) ? [embedding] : several), promptTokens: numberOf(wire['inputTextTokenCount']) };
}
