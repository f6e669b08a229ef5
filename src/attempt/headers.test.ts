import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCall } from '../../test/support/calls.ts';
import { callerKey } from './headers.ts';

describe('the key of the caller', () => {
  const keyIn = (headers: Readonly<Record<string, string>>, url = '/'): string | undefined => callerKey(aCall({ headers, url }));

  it('is the authorization, else the header or the query of an SDK', () => {
    assert.equal(keyIn({ authorization: 'Bearer a', 'x-api-key': 'b' }), 'a');
    assert.equal(keyIn({ authorization: 'a' }), 'a');
    assert.equal(keyIn({ 'x-api-key': 'b', 'x-goog-api-key': 'c' }), 'b');
    assert.equal(keyIn({ 'x-goog-api-key': 'c' }), 'c');
    assert.equal(keyIn({}, '/v1beta/models/m:generateContent?key=d&alt=sse'), 'd');
    assert.equal(keyIn({}), undefined);
  });

  it('is no signature of AWS, which would be sent to a stranger', () => {
    const signature = 'AWS4-HMAC-SHA256 Credential=AKIA0/20260101/eu-central-1/bedrock/aws4_request, SignedHeaders=host, Signature=0';
    assert.equal(keyIn({ authorization: signature }), undefined);
    assert.equal(keyIn({ authorization: signature, 'x-api-key': 'b' }), 'b');
  });
});
