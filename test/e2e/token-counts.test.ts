import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const COUNTED = { totalTokens: 3, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 3 }] };

describe('token counts', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, COUNTED));
  });
  after(() => upstream.close());
  const count = (provider: string, body: object): Promise<Response> => {
    const config = { provider, api_key: 'k', custom_host: upstream.url };
    return gateway.post('/v1beta/models/m:countTokens', body, { 'x-portkey-config': JSON.stringify(config) });
  };

  it('pass between a client and a provider of one dialect with all that they say, also what the gateway cannot read', async () => {
    const body = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], systemInstruction: { parts: [{ newKind: { of: 'part' } }] } };
    const response = await count('google', body);
    assert.deepEqual(await response.json(), COUNTED);
    assert.deepEqual(upstream.seen.at(-1)?.body, body);
  });

  it('are estimates where the provider does not count', async () => {
    const asked = upstream.seen.length;
    const response = await count('groq', { contents: [{ parts: [{ text: 'Hello, how are you?' }] }] });
    assert.equal(response.headers.get('x-sluice-token-count'), 'estimate');
    assert.ok(((await response.json()) as { totalTokens: number }).totalTokens > 3);
    assert.equal(upstream.seen.length, asked);
  });
});
