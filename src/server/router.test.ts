import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHAT_DIALECTS } from '../dialects/index.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import { route } from './router.ts';

const post = (path: string, query = ''): Endpoint | undefined => route('POST', path, { query, headers: {} });
const chat = (path: string, query = ''): Extract<Endpoint, { kind: 'chat' }> => {
  const endpoint = post(path, query);
  assert.equal(endpoint?.kind, 'chat', path);
  return endpoint;
};
const filled = (path: string): string => path.replace('{version}', 'v1beta').replace('{model}', 'some-model');

describe('routes', () => {
  it('lead to every dialect for chat, whole and streamed', () => {
    for (const { dialect, path, streamPath } of CHAT_DIALECTS.filter(({ clients }) => clients === undefined)) {
      const model = path.includes('{model}') ? 'some-model' : undefined;
      const { dialect: found, stream, model: named } = chat(filled(path));
      assert.deepEqual({ id: found.id, stream, named }, { id: dialect.id, stream: streamPath === undefined ? undefined : false, named: model });
      if (streamPath !== undefined) assert.equal(chat(filled(streamPath)).stream, true);
    }
  });

  it('lead to the same without the version, as clients of other gateways call them, and with it twice', () => {
    for (const path of ['/chat/completions', '/v1/v1/chat/completions', '/v1/v1/v1/chat/completions'])
      assert.deepEqual(chat(path), chat('/v1/chat/completions'));
    for (const path of [
      '/embeddings',
      '/responses',
      '/images/generations',
      '/audio/speech',
      '/files',
      '/files/f-1/content',
      '/realtime',
      '/responses/r/cancel',
    ])
      assert.deepEqual(post(path), post(`/v1${path}`), path);
    assert.deepEqual(post('/v1/v1/messages'), post('/v1/messages'));
    assert.equal(route('GET', '/models', { query: '', headers: {} })?.kind, 'models');
    for (const path of ['/chat', '/filesystem', '/console', '/metrics', '/imagesx', '/v1', '/files/../../x'])
      assert.equal(post(path), undefined, path);
  });

  it('lead nowhere for prompt templates, whose variables are no provider’s business', () => {
    assert.equal(post('/v1/prompts/pp-1/completions'), undefined);
    assert.equal(post('/v1/proxy/prompts/p')?.kind, 'passthrough');
  });

  it('take the model from the path, with its slashes, colons and escapes', () => {
    assert.equal(chat('/v1/models/meta-llama/Llama-3:generateContent').model, 'meta-llama/Llama-3');
    assert.equal(chat('/v1alpha/models/gemma3:4b:streamGenerateContent').model, 'gemma3:4b');
    assert.equal(chat('/model/arn%3Aaws%3Abedrock%2Fx/converse').model, 'arn:aws:bedrock/x');
  });

  it('take escapes that are broken for what they are', () => {
    assert.equal(chat('/model/%E0%A4%A/converse').model, '%E0%A4%A');
  });

  it('give Gemini’s streams as a list unless events are asked for', () => {
    assert.equal(chat('/v1beta/models/m:streamGenerateContent').jsonArray, true);
    assert.equal(chat('/v1beta/models/m:streamGenerateContent', 'alt=sse&key=k').jsonArray, false);
    assert.equal(chat('/model/m/converse-stream').jsonArray, false);
  });

  it('lead to what counts and embeds', () => {
    assert.equal(post('/v1/messages/count_tokens')?.kind, 'count');
    assert.deepEqual(
      [post('/v1beta/models/m:countTokens')].map((found) => found?.kind === 'count' && found.model),
      ['m'],
    );
    assert.equal(post('/v1/embeddings')?.kind, 'embed');
    assert.equal(post('/v1beta/models/m:batchEmbedContents')?.kind, 'embed');
  });

  it('list models in the shape of the client that asks', () => {
    const shape = (path: string, headers = {}): unknown => {
      const endpoint = route('GET', path, { query: '', headers });
      return endpoint?.kind === 'models' && endpoint.shape;
    };
    assert.equal(shape('/v1/models'), 'openai-chat');
    assert.equal(shape('/v1/models', { 'anthropic-version': '2023-06-01' }), 'anthropic-messages');
    assert.equal(shape('/v1/models', { 'x-goog-api-key': 'k' }), 'gemini');
    assert.equal(shape('/v1beta/models'), 'gemini');
  });

  it('tell Mistral’s clients, which share a path, by their names', () => {
    const dialectFor = (agent: string): unknown => {
      const endpoint = route('POST', '/v1/chat/completions', { query: '', headers: { 'user-agent': agent } });
      return endpoint?.kind === 'chat' && endpoint.dialect.id;
    };
    assert.equal(dialectFor('speakeasy-sdk/typescript 2.7.0 2.884.13 1.0.0 @mistralai/mistralai'), 'mistral-chat');
    assert.equal(dialectFor('speakeasy-sdk/python 1.9.11 2.687.13 1.0.0 mistralai'), 'mistral-chat');
    assert.equal(dialectFor('mistral-client-python/1.9.11'), 'mistral-chat');
    assert.equal(dialectFor('OpenAI/JS 7.57.0'), 'openai-chat');
    const embed = route('POST', '/v1/embeddings', { query: '', headers: { 'user-agent': 'mistral-client-python/1.9.11' } });
    assert.equal(embed?.kind === 'embed' && embed.dialect.id, 'mistral-embeddings');
  });

  it('lie behind the prefix of Groq’s and Azure’s clients too', () => {
    assert.equal(chat('/openai/v1/chat/completions').dialect.id, 'openai-chat');
    assert.equal(chat('/openai/v1/responses').dialect.id, 'openai-responses');
    assert.equal(route('GET', '/openai/v1/models', { query: '', headers: {} })?.kind, 'models');
    assert.deepEqual(post('/openai/v1/files'), { kind: 'passthrough', path: '/files' });
    assert.equal(post('/openai/other'), undefined);
  });

  it('lie behind the deployments of Azure’s older clients, which stand for models', () => {
    const { dialect, model } = chat('/openai/deployments/my%20model/chat/completions', 'api-version=2024-10-21');
    assert.deepEqual({ id: dialect.id, model }, { id: 'openai-chat', model: 'my model' });
    const embed = post('/openai/deployments/e/embeddings');
    assert.equal(embed?.kind === 'embed' && embed.model, 'e');
    assert.deepEqual(post('/openai/deployments/d/images/generations'), { kind: 'passthrough', path: '/images/generations' });
  });

  it('pass on what has no meaning of its own, and outside /v1 nothing but reranking', () => {
    assert.deepEqual(route('GET', '/v1/chat/completions', { query: '', headers: {} }), { kind: 'passthrough', path: '/chat/completions' });
    assert.deepEqual(post('/v1/proxy/v1/files'), { kind: 'passthrough', path: '/v1/files' });
    for (const path of ['/v1/proxy/../x', '/v1/files/..', '/v1/%2e%2e/x', '/v1/a/.%2E/x', '/v1/..%2fx', '/v1/a/..;/x', '/v1/./x', '/v1/a\\..\\x'])
      assert.equal(post(path), undefined, `${path} would leave the path of a provider`);
    assert.deepEqual(post('/v1/files/..a'), { kind: 'passthrough', path: '/files/..a' });
    assert.deepEqual(post('/v2/rerank'), { kind: 'passthrough', path: '/rerank' });
    assert.equal(post('/v2/other'), undefined);
    assert.equal(post('/v1'), undefined);
  });
});
