import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../contract/meaning.ts';
import { mistralEmbeddings } from './index.ts';

test('the dimensions have a name of their own', () => {
  const wire = { model: 'm', input: ['a', 'b'], output_dimension: 8, output_dtype: 'float' };
  const request = mistralEmbeddings.request.decode(wire, {});
  assert.equal(request.dimensions, 8);
  assert.deepEqual(plain(mistralEmbeddings.request.encode(request).wire), wire);
});

test('an answer has an id, as clients demand, also where its provider gave none', () => {
  const request = mistralEmbeddings.request.decode({ model: 'm', input: 'a' }, {});
  const reply = mistralEmbeddings.reply.encode({ vectors: [[1, 2]] }, request);
  assert.equal(reply['id'], '');
  assert.deepEqual(mistralEmbeddings.reply.decode(reply).vectors, [[1, 2]]);
});
