import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import { OpenAIEmbeddings } from '@langchain/openai';
import { Mistral, HTTPClient } from '@mistralai/mistralai';
import { embedMany } from 'ai';
import { CohereClientV2 } from 'cohere-ai';
import OpenAI from 'openai';
import { Portkey } from 'portkey-ai';
import { fakeUpstream, json, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';
import type { Setup } from './support/client.ts';
import { list, member } from './support/upstreams/upstream.ts';

const TEXTS = ['one', 'two'];
/** Numbers that survive being written in 32 bits. */
const VECTORS = [
  [0.5, -0.25, 1],
  [0.125, 2, -4],
];

/** Hosts that embed, by the first segment of their path: how they answer and what they understood. */
const HOSTS: readonly {
  readonly provider: string;
  readonly base: string;
  readonly model: string;
  readonly answer: Answer;
  readonly heard: (body: unknown) => unknown;
}[] = [
  {
    provider: 'openai',
    base: '/openai/v1',
    model: 'text-embedding-3-small',
    answer: (request, response, attempt) => {
      const isBase64 = request.body?.['encoding_format'] === 'base64';
      const data = VECTORS.map((vector, index) => ({ object: 'embedding', index, embedding: isBase64 ? base64(vector) : vector }));
      return json(200, { object: 'list', data, model: 'text-embedding-3-small', usage: { prompt_tokens: 4, total_tokens: 4 } })(
        request,
        response,
        attempt,
      );
    },
    heard: (body) => (body as { input: unknown }).input,
  },
  {
    provider: 'google',
    base: '/google',
    model: 'gemini-embedding-001',
    answer: json(200, { embeddings: VECTORS.map((values) => ({ values })) }),
    heard: (body) => list(body, 'requests').map((request) => list(member(request, 'content'), 'parts')[0]?.['text']),
  },
  {
    provider: 'cohere',
    base: '/cohere',
    model: 'embed-v4.0',
    answer: json(200, {
      id: 'e1',
      embeddings: { float: VECTORS },
      texts: TEXTS,
      response_type: 'embeddings_by_type',
      meta: { billed_units: { input_tokens: 4 } },
    }),
    heard: (body) => (body as { texts: unknown }).texts,
  },
];

function base64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

const KEY = 'key-of-the-caller';

/** How each client is asked for embeddings. */
const CLIENTS: Readonly<Record<string, (setup: Setup) => Promise<unknown>>> = {
  async openai({ url, headers, model }) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY, defaultHeaders: headers, maxRetries: 0 });
    const { data } = await client.embeddings.create({ model, input: TEXTS });
    return data.map(({ embedding }) => embedding);
  },
  async 'portkey-ai'({ url, headers, model }) {
    const client = new Portkey({ baseURL: `${url}/v1`, apiKey: KEY, config: headers['x-portkey-config'], maxRetries: 0 });
    const { data } = await client.embeddings.create({ model, input: TEXTS });
    return data?.map((item) => (item as { embedding: number[] }).embedding);
  },
  async '@google/genai'({ url, headers, model }) {
    const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url, headers: { ...headers } } });
    const { embeddings = [] } = await client.models.embedContent({ model, contents: TEXTS });
    return embeddings.map(({ values }) => values);
  },
  async 'cohere-ai'({ url, headers, model }) {
    const client = new CohereClientV2({ token: KEY, environment: url, headers, maxRetries: 0 });
    const { embeddings } = await client.embed({ model, texts: TEXTS, inputType: 'search_document', embeddingTypes: ['float'] });
    return embeddings.float;
  },
  async '@mistralai/mistralai'({ url, headers, model }) {
    const httpClient = new HTTPClient();
    httpClient.addHook('beforeRequest', (request) => {
      for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    });
    const client = new Mistral({ serverURL: url, apiKey: KEY, httpClient });
    const { data } = await client.embeddings.create({ model, inputs: TEXTS });
    return data.map(({ embedding }) => embedding);
  },
  async '@langchain/openai'({ url, headers, model }) {
    const configuration = { baseURL: `${url}/v1`, defaultHeaders: headers };
    return new OpenAIEmbeddings({ model, apiKey: KEY, configuration, maxRetries: 0 }).embedDocuments(TEXTS);
  },
  async 'ai with @ai-sdk/openai'({ url, headers, model }) {
    const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: KEY, headers });
    return (await embedMany({ model: openai.textEmbeddingModel(model), values: TEXTS, maxRetries: 0 })).embeddings;
  },
};

describe('embeddings', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => void (upstream = await fakeUpstream(Object.fromEntries(HOSTS.map(({ provider, answer }) => [provider, answer])))));
  after(() => upstream.close());

  for (const [name, embed] of Object.entries(CLIENTS)) {
    for (const { provider, base, model, heard } of HOSTS) {
      it(`of ${provider} reach users of ${name}`, async () => {
        const config = { provider, api_key: 'key-of-the-target', custom_host: upstream.url + base };
        const vectors = await embed({ url: gateway.url, headers: { 'x-portkey-config': JSON.stringify(config) }, model });
        assert.deepEqual(vectors, VECTORS);
        assert.deepEqual(heard(upstream.seen.at(-1)?.body), TEXTS);
      });
    }
  }
});
