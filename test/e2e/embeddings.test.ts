import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fakeUpstream, json, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

describe('embeddings', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      openai: json(200, {
        object: 'list',
        model: 'm',
        data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }],
        usage: { prompt_tokens: 2, total_tokens: 2 },
      }),
      google: json(200, { embeddings: [{ values: [0.5, 0.25], shape: [2] }], usageMetadata: { promptTokenCount: 3 } }),
    });
  });
  after(() => upstream.close());
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;
  const config = (provider: string): Record<string, string> => ({
    'x-portkey-config': JSON.stringify({ provider, api_key: 'k', custom_host: `${upstream.url}/${provider}` }),
  });

  it('reach Gemini from an OpenAI client, in floats or in base64', async () => {
    const response = await gateway.post('/v1/embeddings', { model: 'e', input: ['a'], dimensions: 2 }, config('google'));
    assert.equal(last().url, '/google/v1beta/models/e:batchEmbedContents');
    assert.deepEqual(last().body, { requests: [{ model: 'models/e', content: { parts: [{ text: 'a' }] }, outputDimensionality: 2 }] });
    assert.deepEqual(((await response.json()) as { data: { embedding: number[] }[] }).data[0]?.embedding, [0.5, 0.25]);
    const packed = await gateway.post('/v1/embeddings', { model: 'e', input: 'a', encoding_format: 'base64' }, config('google'));
    const text = ((await packed.json()) as { data: { embedding: string }[] }).data[0]?.embedding as string;
    assert.deepEqual([...new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)], [0.5, 0.25]);
  });

  it('reach Gemini and OpenAI from a Gemini client by either of its methods', async () => {
    const content = { parts: [{ text: 'a' }] };
    for (const provider of ['google', 'openai']) {
      const one = await gateway.post('/v1beta/models/e:embedContent', { content }, config(provider));
      assert.deepEqual(((await one.json()) as { embedding: { values: number[] } }).embedding.values, [0.5, 0.25]);
      const many = await gateway.post('/v1beta/models/e:batchEmbedContents', { requests: [{ model: 'models/e', content }] }, config(provider));
      assert.deepEqual(((await many.json()) as { embeddings: { values: number[] }[] }).embeddings[0]?.values, [0.5, 0.25]);
    }
  });

  it('of a Gemini client reach Gemini with all that they say', async () => {
    const entry = {
      content: { parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
      taskType: 'RETRIEVAL_DOCUMENT',
      title: 'T',
    };
    const one = await gateway.post('/v1beta/models/e:embedContent', entry, config('google'));
    assert.deepEqual(last().body, { requests: [{ ...entry, model: 'models/e' }] });
    assert.deepEqual(await one.json(), {
      embedding: { values: [0.5, 0.25], shape: [2] },
      embeddings: [{ values: [0.5, 0.25], shape: [2] }],
      usageMetadata: { promptTokenCount: 3 },
    });
    const requests = [
      { model: 'models/e', ...entry },
      { model: 'models/e', content: { parts: [{ text: 'b' }] }, taskType: 'CLUSTERING' },
    ];
    await gateway.post('/v1beta/models/e:batchEmbedContents', { requests }, config('google'));
    assert.deepEqual(last().body, { requests });
  });

  it('pass through untouched between an OpenAI client and an OpenAI-style host', async () => {
    const text = '{"input": "a",  "model": "e", "extra": 1}';
    await gateway.post('/v1/embeddings', text, config('openai'));
    assert.equal(last().text, text);
  });
});
