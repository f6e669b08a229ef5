import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { vectorAsBase64, vectorAsNumbers } from './vector.ts';

it('a vector comes back from base64 as it was, in 32-bit floats', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true })), (vector) => {
      assert.deepEqual(vectorAsNumbers(vectorAsBase64(vector)), vector);
    }),
  );
});

it('a vector is read as little-endian whatever the machine', () => {
  assert.deepEqual(vectorAsNumbers('AACAPwAAAMA='), [1, -2]);
  assert.equal(vectorAsBase64([1, -2]), 'AACAPwAAAMA=');
});

it('base64 that is cut off gives the numbers that are whole', () => {
  assert.deepEqual(vectorAsNumbers('AACAPwAA'), [1]);
});
