import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { signatureHeaders, type AwsCredentials, type SignableRequest } from './sigv4.ts';

/** The credentials, date and scope of AWS's own Signature Version 4 test suite. */
const SUITE = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  service: 'service',
  date: new Date('2015-08-30T12:36:00Z'),
};

function request(change: Partial<SignableRequest>): SignableRequest {
  return { method: 'GET', host: 'example.amazonaws.com', path: '/', headers: [], body: '', ...change };
}

function header(headers: readonly string[], name: string): string | undefined {
  const at = headers.findIndex((value, index) => index % 2 === 0 && value === name);
  return at < 0 ? undefined : headers[at + 1];
}

const VECTORS: readonly [name: string, request: Partial<SignableRequest>, signature: string][] = [
  ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ['get-vanilla-query-order-key-case', { path: '/?Param2=value2&Param1=value1' }, 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
];

describe('AWS Signature Version 4', () => {
  for (const [name, change, signature] of VECTORS) {
    it(`signs the AWS test vector ${name}`, () => {
      assert.match(header(signatureHeaders(request(change), SUITE), 'authorization') ?? '', new RegExp(`Signature=${signature}$`));
    });
  }

  it('says who signed what', () => {
    const headers = signatureHeaders(request({ headers: ['Content-Type', 'application/json'] }), SUITE);
    assert.equal(header(headers, 'x-amz-date'), '20150830T123600Z');
    assert.match(
      header(headers, 'authorization') ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=/,
    );
    assert.equal(header(headers, 'x-amz-security-token'), undefined);
  });

  it('sends the token of a session and signs it', () => {
    const credentials: AwsCredentials = { ...SUITE.credentials, sessionToken: 'token' };
    const headers = signatureHeaders(request({}), { ...SUITE, credentials });
    assert.equal(header(headers, 'x-amz-security-token'), 'token');
    assert.match(header(headers, 'authorization') ?? '', /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
  });

  it('signs with the key of the day, the region and the secret at hand', () => {
    const other = [
      { ...SUITE, date: new Date('2015-08-31T12:36:00Z') },
      { ...SUITE, region: 'eu-west-1' },
      { ...SUITE, credentials: { ...SUITE.credentials, secretAccessKey: 'other' } },
      SUITE,
      SUITE,
    ].map((signing) => header(signatureHeaders(request({}), signing), 'authorization'));
    assert.equal(new Set(other).size, 4);
  });

  it('agrees with the AWS SDK on model paths, queries, headers and bodies', async () => {
    const model = fc.constantFrom(
      'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
      'arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0',
      "odd (name) with spaces!*'ü",
    );
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(model, fc.dictionary(word, word, { maxKeys: 3 }), fc.string({ unit: 'grapheme' }), async (id, query, body) => {
        const path = `/model/${encodeURIComponent(id)}/converse-stream`;
        const search = Object.entries(query).map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
        const signable = request({
          method: 'POST',
          host: 'bedrock-runtime.us-east-1.amazonaws.com',
          path: search.length === 0 ? path : `${path}?${search.join('&')}`,
          headers: ['content-type', 'application/json', 'X-Amzn-Something', ` a  ${encodeURIComponent(body)}  b `],
          body,
        });
        const signing = { ...SUITE, service: 'bedrock' };
        assert.equal(header(signatureHeaders(signable, signing), 'authorization'), await signedBySdk(signable, { path, query, ...signing }));
      }),
      { numRuns: 60 },
    );
  });
});

interface SdkOptions {
  readonly path: string;
  readonly query: Record<string, string>;
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
}

async function signedBySdk(signable: SignableRequest, options: SdkOptions): Promise<string | undefined> {
  const { accessKeyId, secretAccessKey } = options.credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region: options.region,
    service: options.service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: signable.method,
      protocol: 'https:',
      hostname: signable.host,
      path: options.path,
      query: options.query,
      headers: {
        host: signable.host,
        'content-type': 'application/json',
        'X-Amzn-Something': signable.headers[3] ?? '',
      },
      body: signable.body,
    },
    { signingDate: options.date },
  );
  return signed.headers['authorization'];
}
