import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

describe('where a provider is asked', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, completion('ok')));
  });
  after(() => upstream.close());
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;
  const get = async (path: string, config: object): Promise<string> => {
    const headers = { 'x-portkey-config': JSON.stringify({ api_key: 'k', custom_host: upstream.url, ...config }) };
    await (await fetch(gateway.url + path, { headers })).arrayBuffer();
    return last().url;
  };
  const azure = { provider: 'azure-openai', resource_name: 'r', deployment_id: 'd', api_version: '2024-10-21' };

  it('puts the version before paths where the base URL of the provider has none, once', async () => {
    assert.equal(await get('/v1/files', { provider: 'together-ai' }), '/v1/files');
    assert.equal(await get('/v1/proxy/v1/files', { provider: 'together-ai' }), '/v1/files');
    assert.equal(await get('/v1/files', { provider: 'openai' }), '/files');
    assert.equal(await get('/v1/cachedContents?pageSize=2', { provider: 'google' }), '/v1beta/cachedContents?pageSize=2');
  });

  it('gives Azure its API version, and its deployment where images and sounds are made', async () => {
    assert.equal(await get('/v1/files?purpose=batch', azure), '/files?purpose=batch&api-version=2024-10-21');
    assert.equal(await get('/v1/files?api-version=mine', azure), '/files?api-version=mine');
    assert.equal(await get('/v1/audio/speech', azure), '/deployments/d/audio/speech?api-version=2024-10-21');
    assert.equal(await get('/v1/models', azure), '/models?api-version=2024-10-21');
    assert.equal(await get('/v1/files', { ...azure, api_version: 'v1' }), '/v1/files');
  });

  it('lists models where the provider does', async () => {
    assert.equal(await get('/v1/models', { provider: 'google' }), '/v1beta/models');
    assert.equal(await get('/v1/models', { provider: 'deepseek' }), '/v1/models');
    assert.equal(await get('/v1/models', { provider: 'groq' }), '/models');
  });

  it('knocks at Azure AI Foundry as its URL wants it', async () => {
    const foundry = { provider: 'azure-ai', api_key: 'k' };
    await gateway.chat({ ...foundry, azure_foundry_url: `${upstream.url}/models` });
    assert.equal(last().url, '/models/chat/completions?api-version=2024-05-01-preview');
    assert.equal(last().headers['authorization'], 'Bearer k');
    assert.equal(last().headers['extra-parameters'], 'drop');
    await gateway.chat({ ...foundry, azure_foundry_url: `${upstream.url}/anthropic` });
    assert.equal(last().url, '/anthropic/v1/messages');
    assert.equal(last().headers['x-api-key'], 'k');
    assert.equal(last().headers['authorization'], undefined);
    assert.equal(last().headers['anthropic-version'], '2023-06-01');
  });
});
