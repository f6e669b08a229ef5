import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorMessage } from './error-message.ts';

describe('the message of an error body', () => {
  for (const body of [
    { message: 'No.' },
    { Message: 'No.' },
    { error: { message: 'No.', type: 'x' } },
    { error: 'No.' },
    { detail: [{ msg: 'No.', loc: ['body'] }] },
    { errors: [{ message: 'No.' }] },
    [{ error: { message: 'No.' } }],
    { message: '', error: { message: 'No.' } },
    ' No.\n',
    '<!doctype html><html><head><title>No.</title></head><body><p>x</p></body></html>',
  ]) {
    it(`is found in ${JSON.stringify(body)}`, () => assert.equal(errorMessage(400, body), 'No.'));
  }

  it('names the status where the body says nothing', () => {
    for (const body of [undefined, null, '', {}, [], { error: null }, { message: 7 }, '<html><body>x</body></html>']) {
      assert.match(errorMessage(502, body), /502/);
    }
  });

  it('is cut where it is long', () => assert.equal(errorMessage(400, 'x'.repeat(5000)).length, 1000));
});
