import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EmbeddingRequest } from '../../ir/embeddings.ts';
import { bedrockEmbeddings } from './index.ts';

const { request, reply, mostInputs } = bedrockEmbeddings;

function encode(change: Partial<EmbeddingRequest>): { wire: unknown; dropped: readonly string[] } {
  const { wire, dropped } = request.encode({ model: 'amazon.titan-embed-text-v2:0', input: ['a'], encoding: 'float', extra: {}, ...change });
  return { wire: JSON.parse(JSON.stringify(wire)), dropped };
}

describe('requests for embeddings to Bedrock', () => {
  it("are in the words of the model's family, with what it lacks reported", () => {
    const asked = { dimensions: 256, user: 'u', inputType: 'search_query' };
    const inFamily = (model: string): unknown => encode({ ...asked, model });
    assert.deepEqual(inFamily('amazon.titan-embed-text-v2:0'), { wire: { inputText: 'a', dimensions: 256 }, dropped: ['user', 'input_type'] });
    assert.deepEqual(inFamily('amazon.titan-embed-text-v1'), { wire: { inputText: 'a' }, dropped: ['user', 'input_type', 'dimensions'] });
    assert.deepEqual(inFamily('amazon.titan-embed-image-v1'), {
      wire: { inputText: 'a', embeddingConfig: { outputEmbeddingLength: 256 } },
      dropped: ['user', 'input_type'],
    });
    assert.deepEqual(inFamily('us.cohere.embed-v4:0'), {
      wire: { texts: ['a'], input_type: 'search_query', embedding_types: ['float'], output_dimension: 256 },
      dropped: ['user'],
    });
    assert.deepEqual(inFamily('amazon.nova-2-multimodal-embeddings-v1:0'), {
      wire: {
        taskType: 'SINGLE_EMBEDDING',
        singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', embeddingDimension: 256, text: { truncationMode: 'END', value: 'a' } },
      },
      dropped: ['user', 'input_type'],
    });
  });

  it('hold one text, but for Cohere', () => {
    assert.deepEqual(
      ['amazon.titan-embed-text-v2:0', 'cohere.embed-english-v3'].map((model) => mostInputs?.(model)),
      [1, 96],
    );
    assert.throws(() => encode({ input: ['a', 'b'] }), { code: 'unsupported_content' });
    assert.deepEqual((encode({ model: 'cohere.embed-english-v3', input: ['a', 'b'] }).wire as { texts: unknown }).texts, ['a', 'b']);
  });

  it('cannot hold token lists', () => {
    assert.throws(() => encode({ input: [[1, 2]] }), { code: 'unsupported_content' });
  });
});

describe('embeddings from Bedrock', () => {
  it('are read in the shape of each family', () => {
    assert.deepEqual(reply.decode({ embedding: [1, 2], inputTextTokenCount: 4 }), { vectors: [[1, 2]], promptTokens: 4 });
    assert.deepEqual(reply.decode({ embeddings: [[1], [2]], response_type: 'embeddings_floats' }).vectors, [[1], [2]]);
    assert.deepEqual(reply.decode({ embeddings: { float: [[1]] } }).vectors, [[1]]);
    assert.deepEqual(reply.decode({ embeddings: [{ embeddingType: 'TEXT', embedding: [1, 2] }] }).vectors, [[1, 2]]);
  });

  it('never make the decoder throw', () => {
    for (const wire of [{}, { embedding: null }, { embeddings: null }, { embeddings: [null, {}] }, { embeddings: 3 }]) {
      assert.deepEqual(reply.decode(wire as never).vectors, []);
    }
  });
});
