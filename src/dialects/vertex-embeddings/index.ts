import type { EmbeddingReply, EmbeddingRequest } from '../../ir/embeddings.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Encoded } from '../dialect.ts';
import type { EmbeddingHost } from '../embedding-dialect.ts';
import { textsOf } from '../embedding-text.ts';
import { error } from '../gemini/error.ts';
import { taskTypeOf } from '../gemini-embeddings/request.ts';
import { numberOf, objectOf, objectsOf } from '../lenient.ts';

const MULTIMODAL = /^multimodal/;

/** Embeddings by Vertex AI's `predict`. */
export const vertexEmbeddings: EmbeddingHost = {
  id: 'vertex-embeddings',
  name: 'Vertex AI Embeddings',
  docs: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api',
  mostInputs: (model) => (/^(gemini|multimodal)/.test(model) ? 1 : 250),
  request: { encode: encodeRequest },
  reply: { decode: decodeReply },
  error,
};

function encodeRequest(request: EmbeddingRequest): Encoded {
  const { model, dimensions, user, extra } = request;
  const { title, parameters, auto_truncate: autoTruncate } = extra;
  const isMultimodal = MULTIMODAL.test(model);
  const instances = textsOf(request).map((text) => (isMultimodal ? { text } : { content: text, task_type: taskTypeOf(request), title }));
  const size = isMultimodal ? { dimension: dimensions } : { outputDimensionality: dimensions, autoTruncate };
  return { wire: { instances, parameters: { ...size, ...objectOf(parameters) } }, dropped: user === undefined ? [] : ['user'] };
}

function decodeReply(wire: JsonObject): EmbeddingReply {
  const predictions = objectsOf(wire['predictions']);
  const vectors = predictions.map((prediction) => objectOf(prediction['embeddings'])['values'] ?? prediction['textEmbedding']);
  const tokens = predictions.map((prediction) => numberOf(objectOf(objectOf(prediction['embeddings'])['statistics'])['token_count']));
  const counted = tokens.filter((count) => count !== undefined);
  return {
    vectors: vectors.filter((vector): vector is readonly number[] => Array.isArray(vector)),
    promptTokens: counted.length === 0 ? undefined : counted.reduce((sum, count) => sum + count, 0),
  };
}
