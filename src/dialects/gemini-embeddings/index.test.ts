import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GatewayError } from '../../errors.ts';
import type { EmbeddingRequest } from '../../ir/embeddings.ts';
import { geminiEmbeddings } from './index.ts';

const { request, reply, error } = geminiEmbeddings;

function ask(change: Partial<EmbeddingRequest>): EmbeddingRequest {
  return { model: 'gemini-embedding-001', input: ['a'], encoding: 'float', extra: {}, ...change };
}

function onWire(change: Partial<EmbeddingRequest>): unknown {
  return JSON.parse(JSON.stringify(request.encode(ask(change)).wire));
}

describe('requests for embeddings to Gemini', () => {
  it('ask for one vector a text, each entry with the model', () => {
    assert.deepEqual(onWire({ input: ['a', 'b'], dimensions: 256 }), {
      requests: [
        { model: 'models/gemini-embedding-001', content: { parts: [{ text: 'a' }] }, outputDimensionality: 256 },
        { model: 'models/gemini-embedding-001', content: { parts: [{ text: 'b' }] }, outputDimensionality: 256 },
      ],
    });
  });
  it("say what the vectors are for in Gemini's words", () => {
    const taskOf = (change: Partial<EmbeddingRequest>) => (onWire(change) as { requests: [{ taskType?: string }] }).requests[0].taskType;
    assert.equal(taskOf({ inputType: 'search_query' }), 'RETRIEVAL_QUERY');
    assert.equal(taskOf({ inputType: 'SEMANTIC_SIMILARITY' }), 'SEMANTIC_SIMILARITY');
    assert.equal(taskOf({ extra: { task_type: 'CLUSTERING' } }), 'CLUSTERING');
    assert.equal(taskOf({}), undefined);
  });
  it('cannot hold token lists', () => {
    assert.throws(() => request.encode(ask({ input: [[1, 2]] })), { code: 'unsupported_content' });
  });
  it('report a user as dropped', () => {
    assert.deepEqual(request.encode(ask({ user: 'u' })).dropped, ['user']);
  });
});

describe('requests for embeddings by Gemini clients', () => {
  it('are read in the single form, in either spelling', () => {
    for (const wire of [
      { content: { parts: [{ text: 'a' }] }, taskType: 'CLUSTERING', outputDimensionality: 8 },
      { content: { parts: { text: 'a' } }, task_type: 'CLUSTERING', output_dimensionality: 8 },
    ]) {
      assert.deepEqual(request.decode(wire, { model: 'm' }), ask({ model: 'm', inputType: 'CLUSTERING', dimensions: 8 }));
    }
  });
  it('are read in the batch form, with the model of the first entry where the URL names none', () => {
    const wire = { requests: ['a', 'b'].map((text) => ({ model: 'models/m', content: { parts: [{ text }] } })) };
    assert.deepEqual(request.decode(wire, {}), ask({ model: 'm', input: ['a', 'b'], dimensions: undefined, inputType: undefined }));
  });
  it('are refused with the path of what is wrong', () => {
    const refuse = (wire: Record<string, never> | object, param: string) =>
      assert.throws(
        () => request.decode(wire as never, { model: 'm' }),
        (thrown: GatewayError) => thrown.code === 'invalid_request' && thrown.info.param === param,
      );
    refuse({}, 'content');
    refuse({ content: { parts: [{ inlineData: {} }] } }, 'content.parts[0].text');
    refuse({ requests: [{ content: { parts: [{ text: 'a' }] } }, { content: 3 }] }, 'requests[1].content');
    refuse({ content: 'a', outputDimensionality: 'many' }, 'outputDimensionality');
    assert.throws(
      () => request.decode({ content: 'a' }, {}),
      (thrown: GatewayError) => thrown.info.param === 'model',
    );
  });
});

describe('embeddings from Gemini', () => {
  it('are read in both forms, with the count of tokens where there is one', () => {
    assert.deepEqual(reply.decode({ embedding: { values: [1, 2] } }), { vectors: [[1, 2]], promptTokens: undefined });
    assert.deepEqual(reply.decode({ embeddings: [{ values: [1] }, { values: [2] }], usageMetadata: { promptTokenCount: 7 } }), {
      vectors: [[1], [2]],
      promptTokens: 7,
    });
  });
  it('never make the decoder throw', () => {
    for (const wire of [{}, { embedding: null }, { embeddings: null }, { embeddings: [null, { values: 3 }] }, { embeddings: 3 }]) {
      assert.deepEqual(reply.decode(wire as never).vectors, []);
    }
  });
  it('reach a client of either method, as numbers', () => {
    const base64 = Buffer.from(new Float32Array([0.5, -2]).buffer).toString('base64');
    assert.deepEqual(JSON.parse(JSON.stringify(reply.encode({ vectors: [base64], promptTokens: 3 }, ask({})))), {
      embedding: { values: [0.5, -2] },
      embeddings: [{ values: [0.5, -2] }],
      usageMetadata: { promptTokenCount: 3 },
    });
    assert.deepEqual(JSON.parse(JSON.stringify(reply.encode({ vectors: [[1], [2]] }, ask({})))), { embeddings: [{ values: [1] }, { values: [2] }] });
  });
  it('fail with errors in the shape of Google', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(error.encode({ status: 404, message: 'No such model.' }))), {
      error: { code: 404, message: 'No such model.', status: 'NOT_FOUND' },
    });
  });
});
