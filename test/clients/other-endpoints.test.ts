import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI, { AzureOpenAI } from 'openai';
import { useGateway } from '../support/gateway.ts';
import { fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { openaiChat } from './support/upstreams/openai-chat.ts';
import { SAID, startUpstream, type RunningUpstream } from './support/upstreams/upstream.ts';

const KEY = 'key-of-the-caller';

async function collect<Item>(items: AsyncIterable<Item>, read: (item: Item) => string): Promise<string[]> {
  const all: string[] = [];
  for await (const item of items) all.push(read(item));
  return all;
}

describe('the number of tokens in a request', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({ anthropic: json(200, { input_tokens: 14 }), google: json(200, { totalTokens: 15 }) });
  });
  after(() => upstream.close());
  const headersFor = (provider: string, base: string): Record<string, string> => ({
    'x-portkey-config': JSON.stringify({ provider, api_key: 'k', custom_host: upstream.url + base }),
  });

  const COUNTS: Readonly<Record<string, (headers: Record<string, string>) => Promise<unknown>>> = {
    async '@anthropic-ai/sdk'(headers) {
      const client = new Anthropic({ baseURL: gateway.url, apiKey: KEY, defaultHeaders: headers, maxRetries: 0 });
      return (await client.messages.countTokens({ model: 'm', messages: [{ role: 'user', content: 'How many?' }] })).input_tokens;
    },
    async '@google/genai'(headers) {
      const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: gateway.url, headers } });
      return (await client.models.countTokens({ model: 'm', contents: 'How many?' })).totalTokens;
    },
  };

  for (const [name, count] of Object.entries(COUNTS)) {
    it(`is asked of the provider by ${name}`, async () => {
      assert.equal(await count(headersFor('anthropic', '/anthropic/v1')), 14);
      assert.equal(await count(headersFor('google', '/google')), 15);
    });

    it(`is estimated for ${name} where the provider does not count`, async () => {
      const estimate = await count(headersFor('openai', '/openai/v1'));
      assert.ok(typeof estimate === 'number' && estimate > 1 && estimate < 20, String(estimate));
    });
  }
});

describe('the list of models', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      openai: json(200, { object: 'list', data: [{ id: 'gpt-5', object: 'model', created: 1_790_000_000, owned_by: 'openai' }] }),
      anthropic: json(200, {
        data: [{ type: 'model', id: 'claude-haiku-4-5', display_name: 'Claude Haiku 4.5', created_at: '2025-10-01T00:00:00Z' }],
        has_more: false,
        first_id: 'claude-haiku-4-5',
        last_id: 'claude-haiku-4-5',
      }),
      google: json(200, { models: [{ name: 'models/gemini-3-flash', displayName: 'Gemini 3 Flash', inputTokenLimit: 1_000_000 }] }),
    });
  });
  after(() => upstream.close());
  const HOSTS = [
    { provider: 'openai', base: '/openai/v1', listed: 'gpt-5' },
    { provider: 'anthropic', base: '/anthropic/v1', listed: 'claude-haiku-4-5' },
    { provider: 'google', base: '/google', listed: 'gemini-3-flash' },
  ];

  const LISTS: Readonly<Record<string, (headers: Record<string, string>) => Promise<string[]>>> = {
    async openai(headers) {
      const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: KEY, defaultHeaders: headers, maxRetries: 0 });
      return collect(client.models.list(), ({ id }) => id);
    },
    async '@anthropic-ai/sdk'(headers) {
      const client = new Anthropic({ baseURL: gateway.url, apiKey: KEY, defaultHeaders: headers, maxRetries: 0 });
      return collect(client.models.list(), ({ id }) => id);
    },
    async '@google/genai'(headers) {
      const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: gateway.url, headers } });
      return collect(await client.models.list(), ({ name = '' }) => name.replace('models/', ''));
    },
  };

  for (const [name, listModels] of Object.entries(LISTS)) {
    it(`has the shape that ${name} knows, whatever the provider’s is`, async () => {
      for (const { provider, base, listed } of HOSTS) {
        const config = { provider, api_key: 'k', custom_host: upstream.url + base };
        assert.deepEqual(await listModels({ 'x-portkey-config': JSON.stringify(config) }), [listed], provider);
      }
    });
  }
});

describe('the client for Azure of openai', () => {
  const gateway = useGateway();
  let upstream: RunningUpstream;
  before(async () => void (upstream = await startUpstream(openaiChat)));
  after(() => upstream.close());

  it('reaches any provider; its deployment is the model', async () => {
    const options = { endpoint: gateway.url, apiVersion: '2025-04-01-preview', deployment: 'gpt-5', apiKey: KEY, maxRetries: 0 };
    const client = new AzureOpenAI({ ...options, defaultHeaders: upstream.headers });
    const { choices } = await client.chat.completions.create({ model: '', messages: [{ role: 'user', content: 'Say hello.' }] });
    assert.equal(choices[0]?.message.content, SAID.hello.join(''));
    assert.equal(upstream.seen.at(-1)?.body?.['model'], 'gpt-5');
  });

  it('is known by its own key where there is no config', async () => {
    const options = { endpoint: gateway.url, apiVersion: '2025-04-01-preview', apiKey: KEY, maxRetries: 0 };
    const client = new AzureOpenAI({ ...options, defaultHeaders: upstream.keylessHeaders });
    await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content: 'Say hello.' }] });
    assert.equal(upstream.key(), KEY);
  });
});
