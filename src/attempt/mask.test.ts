import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../ir/json.ts';
import { credentialsInUrl, masked, maskedBody, maskedHeader, maskedUrl, withoutSecrets } from './mask.ts';

describe('a secret', () => {
  it('shows its last four characters where it is long, and nothing where it is short', () => {
    assert.equal(masked('sk-0123456789abcdef'), '****cdef');
    assert.equal(masked('sk-01234567'), '****');
  });

  it('is masked in headers that hold credentials, behind its scheme', () => {
    for (const [name, value, shown] of [
      ['authorization', 'Bearer sk-0123456789abcdef', 'Bearer ****cdef'],
      ['Authorization', 'secret', '****'],
      ['x-api-key', 'sk-0123456789abcdef', '****cdef'],
      ['x-goog-api-key', 'k', '****'],
      ['x-amz-security-token', 'a'.repeat(40), '****aaaa'],
      ['x-session-cookie', 'a=b', '****'],
      ['content-type', 'application/json', 'application/json'],
      ['x-snowflake-authorization-token-type', 'KEYPAIR_JWT', 'KEYPAIR_JWT'],
    ] as const)
      assert.equal(maskedHeader(name, value), shown, name);
  });

  it('is masked in URLs, as a parameter and in front of the host', () => {
    assert.equal(maskedUrl('https://h.example/v1?alt=sse&key=AIzaSyA-0123456789'), 'https://h.example/v1?alt=sse&key=****6789');
    assert.equal(maskedUrl('https://b.example/i.png?X-Amz-Signature=abc&page=2#key=1'), 'https://b.example/i.png?X-Amz-Signature=****&page=2#key=1');
    assert.equal(maskedUrl('/v1/x?k%65y=AIzaSyA-0123456789&api_keys=a'), '/v1/x?k%65y=****6789&api_keys=****');
    assert.deepEqual(credentialsInUrl('/v1/x?k%65y=a%2Fb&alt=sse&token=c'), ['a/b', 'c']);
    assert.equal(maskedUrl('https://user:password@h.example/a@b'), 'https://****@h.example/a@b');
  });

  it('is masked in members of bodies that hold credentials, and what only sounds alike stays', () => {
    const body = {
      model: 'm',
      max_tokens: 5,
      tools: [{ type: 'mcp', server_url: 'https://u:p@h.example', authorization: 'sk-0123456789abcdef', headers: { 'X-Team': 'red' } }],
      mcp_servers: [{ authorization_token: 'short' }],
      data_sources: [{ parameters: { authentication: { type: 'api_key', key: 'secret' } } }],
      messages: [{ role: 'user', content: 'my password is: no secret', signature: 'proof' }],
      response_format: { schema: { properties: { password: { type: 'string' }, key: { type: 'string' } } } },
    };
    assert.deepEqual(maskedBody(body), {
      ...body,
      tools: [{ type: 'mcp', server_url: 'https://****@h.example', authorization: '****cdef', headers: { 'X-Team': '****' } }],
      mcp_servers: [{ authorization_token: '****' }],
      data_sources: [{ parameters: { authentication: { type: 'api_key', key: '****' } } }],
    });
  });

  it('is found wherever it stands once it is known', () => {
    const secret = fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019/+=&%?-'.split('')) });
    fc.assert(
      fc.property(secret, fc.jsonValue(), fc.string(), (key, value, around) => {
        const text = around + key + around;
        const hidden = { [text]: [{ text, value: value as Json }, encodeURIComponent(key)] };
        const shown = JSON.stringify(withoutSecrets(hidden, [key]));
        return !shown.includes(key) && !shown.includes(encodeURIComponent(key));
      }),
    );
  });

  it('that is very short garbles no text', () => {
    assert.deepEqual(withoutSecrets({ say: 'a cat' }, ['a', '']), { say: 'a cat' });
  });
});
