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

  it('tells all that a list complains of', () => {
    assert.equal(
      errorMessage(422, { detail: [{ msg: 'No model.', loc: ['body', 'model'] }, { msg: 'No messages.' }, { loc: [] }] }),
      'No model.; No messages.',
    );
    assert.equal(errorMessage(400, { errors: ['One.', { message: 'Two.' }], message: '' }), 'One.; Two.');
  });

  it('joins the name of an error to what is said of it', () => {
    assert.equal(errorMessage(404, { status: 404, error: 'Not Found', message: 'No such model.' }), 'Not Found: No such model.');
    assert.equal(errorMessage(401, { error: 'invalid_grant', error_description: 'Expired.' }), 'invalid_grant: Expired.');
    assert.equal(errorMessage(400, { error: 'No such model.', message: 'No such model.' }), 'No such model.');
    assert.equal(errorMessage(400, { error: { message: 'No.' }, message: 'Failed.' }), 'Failed.');
  });

  it('is the text of an XML document that has one', () => {
    assert.equal(errorMessage(403, '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>No.</Message></Error>'), 'No.');
    assert.equal(errorMessage(404, '<UnknownOperationException/>'), 'UnknownOperationException');
  });

  it('names the status where the body says nothing', () => {
    for (const body of [undefined, null, '', {}, [], { error: null }, { message: 7 }, '<html><body>x</body></html>', '<!doctype html>']) {
      assert.match(errorMessage(502, body), /502/);
    }
  });

  it('is cut where it is long, a text that is no JSON earlier', () => {
    assert.equal(errorMessage(400, 'x'.repeat(50_000)).length, 1000);
    assert.equal(errorMessage(400, { message: 'x'.repeat(50_000) }).length, 16_000);
  });
});
