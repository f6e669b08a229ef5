import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redact, redactText } from './redact.ts';

const SECRETS = [
  'sk-proj-abcdefghijklmnop1234',
  'sk-ant-api03-abcdefghijklmnop',
  'AIzaSyA1234567890abcdefghijklmnopqrstuv',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'gsk_abcdefghijklmnopqrstuvwxyz',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----',
];

describe('what the log shows', () => {
  it('has none of the texts that look like credentials, wherever they stand', () => {
    for (const secret of SECRETS) {
      assert.ok(!redactText(`before ${secret} after`).includes(secret.slice(8)), secret);
      assert.match(redactText(`before ${secret} after`), /^before \*+ after$/);
    }
    assert.equal(redactText('Authorization: Bearer abcdef.ghijkl'), 'Authorization: Bearer ****');
    assert.equal(redactText('postgres://user:pa55word@db/sluice failed'), 'postgres://****@db/sluice failed');
    assert.equal(redactText('GET https://host/v1?key=abcdef&alt=sse'), 'GET https://host/v1?key=****&alt=sse');
  });

  it('has none of the values whose names say what they are', () => {
    const shown = redact({ apiKey: 'a', headers: { 'x-api-key': 'b', cookie: 'c', accept: 'd' }, list: [{ client_secret: 'e' }], password: 'f' });
    assert.deepEqual(shown, {
      apiKey: '****',
      headers: { 'x-api-key': '****', cookie: '****', accept: 'd' },
      list: [{ client_secret: '****' }],
      password: '****',
    });
  });

  it('leaves alone what only sounds like it', () => {
    const harmless = { tokens: 5, input_tokens: 7, monkey: 'see', api_key: { id: 'k1' }, message: 'risk-assessment-of-everything is fine' };
    assert.deepEqual(redact(harmless), harmless);
  });

  it('has errors with their causes, cleaned as well', () => {
    const cause = new Error('refused Bearer abcdefghijkl');
    const shown = redact({ cause: new Error('failed', { cause }) }) as {
      cause: { message: string; stack: string; cause: { message: string; stack: string } };
    };
    assert.equal(shown.cause.message, 'failed');
    assert.match(shown.cause.stack, /redact\.test\.ts/);
    assert.equal(shown.cause.cause.message, 'refused Bearer ****');
    assert.ok(!shown.cause.cause.stack.includes('abcdefghijkl'));
  });

  it('comes to an end, whatever it is given', () => {
    const loop: Record<string, unknown> = { name: 'loop' };
    loop['self'] = loop;
    assert.ok(JSON.stringify(redact(loop)).length < 1_000);
    assert.ok(redactText('x'.repeat(1_000_000)).length < 20_000);
    assert.deepEqual(redact({ big: 5n, bytes: Buffer.from('secret'), at: new Date(0), none: () => 1 }), {
      big: '5',
      bytes: '<6 bytes>',
      at: '1970-01-01T00:00:00.000Z',
      none: undefined,
    });
  });
});
