import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EmbeddingRequest } from '../../ir/embeddings.ts';
import { vertexEmbeddings } from './index.ts';

const { request, reply, mostInputs } = vertexEmbeddings;

function onWire(change: Partial<EmbeddingRequest>): unknown {
  const asked: EmbeddingRequest = { model: 'text-embedding-005', input: ['a'], encoding: 'float', extra: {}, ...change };
  return JSON.parse(JSON.stringify(request.encode(asked).wire));
}

describe("requests for embeddings to Vertex AI's predict", () => {
  it('have an instance for each text', () => {
    assert.deepEqual(onWire({ input: ['a', 'b'], dimensions: 256, inputType: 'search_query', extra: { title: 't', auto_truncate: false } }), {
      instances: [
        { content: 'a', task_type: 'RETRIEVAL_QUERY', title: 't' },
        { content: 'b', task_type: 'RETRIEVAL_QUERY', title: 't' },
      ],
      parameters: { outputDimensionality: 256, autoTruncate: false },
    });
  });

  it('name things otherwise for multimodal models', () => {
    assert.deepEqual(onWire({ model: 'multimodalembedding@001', dimensions: 512 }), { instances: [{ text: 'a' }], parameters: { dimension: 512 } });
  });

  it("let the caller's own parameters win", () => {
    const { parameters } = onWire({ dimensions: 256, extra: { parameters: { outputDimensionality: 128 } } }) as { parameters: unknown };
    assert.deepEqual(parameters, { outputDimensionality: 128 });
  });

  it('hold one text for models that take no more', () => {
    assert.deepEqual(
      ['gemini-embedding-001', 'multimodalembedding@001', 'text-embedding-005'].map((model) => mostInputs?.(model)),
      [1, 1, 250],
    );
  });
});

describe("embeddings from Vertex AI's predict", () => {
  it('are read with the tokens of all texts', () => {
    const prediction = (values: number[], token_count: number): object => ({ embeddings: { values, statistics: { token_count, truncated: false } } });
    assert.deepEqual(reply.decode({ predictions: [prediction([1], 2), prediction([2], 3)] } as never), { vectors: [[1], [2]], promptTokens: 5 });
    assert.deepEqual(reply.decode({ predictions: [{ textEmbedding: [1, 2] }] }), { vectors: [[1, 2]], promptTokens: undefined });
  });

  it('never make the decoder throw', () => {
    for (const wire of [{}, { predictions: null }, { predictions: [null, {}, { embeddings: { values: 3 } }] }]) {
      assert.deepEqual(reply.decode(wire as never), { vectors: [], promptTokens: undefined });
    }
  });
});
