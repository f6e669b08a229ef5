import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import { openaiEmbeddings } from './index.ts';

const { request, reply } = openaiEmbeddings;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('OpenAI embedding requests', () => {
  for (const wire of [
    { model: 'm', input: 'a text' },
    { model: 'm', input: ['one', 'two'], dimensions: 3, user: 'u' },
    { model: 'm', input: [[1, 2, 3]] },
    { model: 'm', input: [[1, 2], [3]], encoding_format: 'base64' },
    { model: 'm', input: 'a text', input_type: 'query', truncate: 'END' },
    { model: 'm', input: 'a text', encoding_format: 'base64_int8' },
  ] as JsonObject[]) {
    it(`are put back together: ${JSON.stringify(wire)}`, () => {
      assert.deepEqual(plain(request.encode(request.decode(wire, {})).wire), wire);
    });
  }

  it('take one list of tokens as one input', () => {
    assert.deepEqual(request.decode({ model: 'm', input: [1, 2] }, {}).input, [[1, 2]]);
  });

  it('take the text of an input object, and refuse other media with the path', () => {
    assert.deepEqual(request.decode({ input: [{ text: 'a' }] }, { model: 'm' }).input, ['a']);
    for (const [input, param] of [
      [[{ image: { url: 'x' } }], 'input[0]'],
      [undefined, 'input'],
      [[], 'input'],
      [['a', 7], 'input[1]'],
    ] as const) {
      assert.throws(
        () => request.decode({ model: 'm', input }, {}),
        (error) => error instanceof GatewayError && error.info.param === param,
      );
    }
  });

  it('tell the input type of another dialect as dropped', () => {
    const decoded = request.decode({ model: 'm', input: 'a' }, {});
    assert.deepEqual(request.encode({ ...decoded, inputType: 'RETRIEVAL_QUERY' }).dropped, ['input_type']);
  });
});

describe('OpenAI embedding replies', () => {
  const asked = (encoding: 'float' | 'base64' | 'int8') => request.decode({ model: 'asked', input: 'a', encoding_format: encoding }, {});

  it('are read in the order of their index', () => {
    const wire = {
      data: [
        { index: 1, embedding: [2] },
        { index: 0, embedding: 'AACAPw==' },
      ],
      model: 'm',
      usage: { prompt_tokens: 4, total_tokens: 4 },
    };
    assert.deepEqual(reply.decode(wire), { model: 'm', vectors: ['AACAPw==', [2]], promptTokens: 4 });
  });

  it('are written in the encoding that was asked for, whatever the upstream gave', () => {
    const answer = { model: 'm', vectors: [[1, -2], 'AACAPwAAAMA='], promptTokens: 3 };
    const written = (encoding: 'float' | 'base64' | 'int8') =>
      (reply.encode(answer, asked(encoding)) as { data: { embedding: unknown }[] }).data.map((entry) => entry.embedding);
    assert.deepEqual(written('float'), [
      [1, -2],
      [1, -2],
    ]);
    assert.deepEqual(written('base64'), ['AACAPwAAAMA=', 'AACAPwAAAMA=']);
    assert.deepEqual(written('int8'), answer.vectors);
  });

  it('always have a model and a usage', () => {
    const written = reply.encode({ vectors: [[1]] }, asked('float'));
    assert.deepEqual(written, {
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [1] }],
      model: 'asked',
      usage: { prompt_tokens: 0, total_tokens: 0 },
    });
  });

  it('never throw, whatever a host sends', () => {
    for (const wire of [{}, { data: null }, { data: [null, 7, {}] }, { data: [{ embedding: [null, 'x', 1] }], usage: 'none' }]) {
      assert.doesNotThrow(() => reply.decode(wire));
    }
  });
});
