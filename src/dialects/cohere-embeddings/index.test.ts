import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GatewayError } from '../../errors.ts';
import type { EmbeddingRequest } from '../../ir/embeddings.ts';
import { cohereEmbeddings } from './index.ts';

const { request, reply } = cohereEmbeddings;

function ask(change: Partial<EmbeddingRequest>): EmbeddingRequest {
  return { model: 'embed-v4.0', input: ['a'], encoding: 'float', extra: {}, ...change };
}

function onWire(change: Partial<EmbeddingRequest>): unknown {
  return JSON.parse(JSON.stringify(request.encode(ask(change)).wire));
}

describe('requests for embeddings to Cohere', () => {
  it('say what the texts are for, because they must', () => {
    const plain = { model: 'embed-v4.0', texts: ['a', 'b'], input_type: 'search_document', embedding_types: ['float'] };
    assert.deepEqual(onWire({ input: ['a', 'b'] }), plain);
    for (const [word, own] of [
      ['RETRIEVAL_QUERY', 'search_query'],
      ['query', 'search_query'],
      ['CLUSTERING', 'clustering'],
      ['search_query', 'search_query'],
    ] as const) {
      assert.equal((onWire({ inputType: word }) as { input_type: string }).input_type, own);
    }
  });

  it('ask for a size, a type and what only Cohere knows', () => {
    assert.deepEqual(
      onWire({ dimensions: 256, encoding: 'base64', extra: { truncate: 'END', input_type: 'search_query' }, inputType: 'search_query' }),
      {
        model: 'embed-v4.0',
        texts: ['a'],
        input_type: 'search_query',
        embedding_types: ['base64'],
        output_dimension: 256,
        truncate: 'END',
      },
    );
    assert.deepEqual((onWire({ encoding: 'base64', extra: { encoding_format: 'int8' } }) as { embedding_types: unknown }).embedding_types, ['int8']);
  });

  it('cannot hold token lists, nor a user', () => {
    assert.throws(() => request.encode(ask({ input: [[1, 2]] })), { code: 'unsupported_content' });
    assert.deepEqual(request.encode(ask({ user: 'u' })).dropped, ['user']);
  });
});

describe('requests for embeddings by Cohere clients', () => {
  it('are read with texts, or with inputs whose content is text', () => {
    const read = ask({ input: ['a', 'b\nc'], inputType: 'search_query', dimensions: 8, encoding: 'base64', extra: { truncate: 'END' } });
    const members = { model: 'embed-v4.0', input_type: 'search_query', embedding_types: ['base64'], output_dimension: 8, truncate: 'END' };
    assert.deepEqual(request.decode({ ...members, texts: ['a', 'b\nc'] }, {}), read);
    const inputs = [['a'], ['b', 'c']].map((texts) => ({ content: texts.map((text) => ({ type: 'text', text })) }));
    assert.deepEqual(request.decode({ ...members, inputs }, {}), read);
  });

  it('are refused with the path of what is wrong', () => {
    const refuse = (wire: object, param: string): void =>
      assert.throws(
        () => request.decode({ model: 'm', ...wire }, {}),
        (error: GatewayError) => error.code === 'invalid_request' && error.info.param === param,
      );
    refuse({}, 'texts');
    refuse({ texts: ['a', 3] }, 'texts[1]');
    refuse({ inputs: [{ content: [{ type: 'image_url' }] }] }, 'inputs[0].content[0].text');
    refuse({ texts: ['a'], embedding_types: ['float', 'int8'] }, 'embedding_types');
    refuse({ texts: ['a'], embedding_types: ['int8'] }, 'embedding_types');
  });
});

describe('embeddings from Cohere', () => {
  it('are read by type or bare, with the tokens that were billed', () => {
    const meta = { billed_units: { input_tokens: 7 } };
    assert.deepEqual(reply.decode({ embeddings: { float: [[1], [2]] }, meta }), { vectors: [[1], [2]], promptTokens: 7 });
    assert.deepEqual(reply.decode({ embeddings: { base64: ['AACAPw=='] } }).vectors, ['AACAPw==']);
    assert.deepEqual(reply.decode({ embeddings: [[1]] }).vectors, [[1]]);
  });

  it('never make the decoder throw', () => {
    for (const wire of [{}, { embeddings: null }, { embeddings: { float: null } }, { embeddings: [null, 3] }, { embeddings: 3, meta: null }]) {
      assert.deepEqual(reply.decode(wire as never).vectors, []);
    }
  });

  it('reach a client in the type that it asked for', () => {
    const base64 = Buffer.from(new Float32Array([0.5]).buffer).toString('base64');
    const embeddings = (encoding: 'float' | 'base64', vector: string | number[]): unknown =>
      reply.encode({ vectors: [vector], promptTokens: 3 }, ask({ encoding }))['embeddings'];
    assert.deepEqual(embeddings('float', base64), { float: [[0.5]] });
    assert.deepEqual(embeddings('base64', [0.5]), { base64: [base64] });
    assert.deepEqual(reply.encode({ vectors: [[1]], promptTokens: 3 }, ask({}))['meta'], {
      api_version: { version: '2' },
      billed_units: { input_tokens: 3 },
    });
  });
});
