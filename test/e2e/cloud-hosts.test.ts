import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { encodeEventStreamEvent } from '../../src/transport/framing/aws-events.ts';
import type { JsonObject } from '../../src/ir/json.ts';
import { fakeUpstream, json, type Answer, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const KEYS = { aws_access_key_id: 'AKIDEXAMPLE', aws_secret_access_key: 'a-secret' };
const CLAUDE = 'us.anthropic.claude-x-v1:0';

describe('Vertex AI', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    const answer = { candidates: [{ content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP' }], totalTokens: 7, input_tokens: 8 };
    upstream = await fakeUpstream(json(200, answer));
  });
  after(() => upstream.close());
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;
  const config = (): object => ({
    provider: 'vertex-ai',
    api_key: 'token',
    vertex_project_id: 'p',
    vertex_region: 'us-east5',
    custom_host: upstream.url,
  });
  const headers = (): Record<string, string> => ({ 'x-portkey-config': JSON.stringify(config()) });

  /** Model as callers name it → where it is asked, streams apart, and the name that the body says. */
  const MODELS: readonly (readonly [asked: string, path: string, streamed: string, named: string | undefined])[] = [
    ['gemini-x', 'v1beta1 publishers/google/models/gemini-x:generateContent', ':streamGenerateContent?alt=sse', undefined],
    ['google.gemini-x', 'v1beta1 publishers/google/models/gemini-x:generateContent', ':streamGenerateContent?alt=sse', undefined],
    ['google/gemini-x', 'v1beta1 publishers/google/models/gemini-x:generateContent', ':streamGenerateContent?alt=sse', undefined],
    ['claude-x@20250514', 'v1 publishers/anthropic/models/claude-x%4020250514:rawPredict', ':streamRawPredict', undefined],
    ['anthropic.claude-x', 'v1 publishers/anthropic/models/claude-x:rawPredict', ':streamRawPredict', undefined],
    ['mistralai.mistral-x', 'v1 publishers/mistralai/models/mistral-x:rawPredict', ':streamRawPredict', 'mistral-x'],
    ['codestral-x', 'v1 publishers/mistralai/models/codestral-x:rawPredict', ':streamRawPredict', 'codestral-x'],
    ['meta.llama-x-maas', 'v1 endpoints/openapi/chat/completions', '', 'meta/llama-x-maas'],
    ['qwen/qwen-x-maas', 'v1 endpoints/openapi/chat/completions', '', 'qwen/qwen-x-maas'],
    ['endpoints.1234', 'v1 endpoints/1234/chat/completions', '', ''],
  ];
  for (const [model, place, streamed, named] of MODELS) {
    it(`asks for ${model} where its publisher serves it`, async () => {
      const [version, path = ''] = place.split(' ');
      const expected = `/${version}/projects/p/locations/us-east5/${path}`;
      await (await gateway.chat(config(), { model })).arrayBuffer();
      assert.equal(last().url, expected);
      assert.equal(last().body?.['model'], named);
      assert.equal(last().headers['authorization'], 'Bearer token');
      await (await gateway.chat(config(), { model, stream: true })).arrayBuffer();
      assert.equal(last().url, streamed === '' ? expected : expected.replace(/:\w+$/, streamed));
    });
  }

  it("takes Claude's requests without the model and with the version of its own", async () => {
    const body = { model: 'claude-x', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], stream: true };
    await (await gateway.post('/v1/messages', body, { ...headers(), 'anthropic-beta': 'b', 'anthropic-version': '2023-06-01' })).arrayBuffer();
    const { model: _, ...rest } = body;
    assert.deepEqual(last().body, { ...rest, anthropic_version: 'vertex-2023-10-16' });
    assert.equal(last().headers['anthropic-beta'], 'b');
    assert.equal(last().headers['anthropic-version'], undefined);
  });

  it('counts tokens where the model is', async () => {
    const count = async (model: string): Promise<unknown> => {
      const response = await gateway.post('/v1/messages/count_tokens', { model, messages: [{ role: 'user', content: 'Hi' }] }, headers());
      return ((await response.json()) as { input_tokens: unknown }).input_tokens;
    };
    assert.equal(await count('anthropic.claude-x'), 8);
    assert.match(last().url, /\/publishers\/anthropic\/models\/count-tokens:rawPredict$/);
    assert.equal(last().body?.['model'], 'claude-x');
    assert.equal(await count('google.gemini-x'), 7);
    assert.match(last().url, /\/publishers\/google\/models\/gemini-x:countTokens$/);
    assert.deepEqual(last().body, { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] });
    const native = await gateway.post('/v1beta/models/gemini-x:countTokens', { contents: [{ parts: [{ text: 'Hi' }] }] }, headers());
    assert.equal(((await native.json()) as { input_tokens: number }).input_tokens, 8, 'a Gemini client gets all that is counted');
  });

  it('says which option is missing', async () => {
    const response = await gateway.chat({ ...config(), vertex_region: undefined });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /vertex_region is required at config/);
  });
});

/** Answers with the frames of an AWS event stream, the last of them after a while. */
function frames(...events: readonly JsonObject[]): Answer {
  return async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    for (const event of events.slice(0, -1)) response.write(encodeEventStreamEvent(event));
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.end(encodeEventStreamEvent(events.at(-1) as JsonObject));
  };
}

const SPOKEN: readonly JsonObject[] = [
  { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-x', content: [], usage: { input_tokens: 3 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße' } },
];
const FINISHED: readonly JsonObject[] = [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
];
const THROTTLED = { throttlingException: { message: 'Too many tokens, please wait.' } };

describe("Claude's own format on Bedrock", () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      whole: json(200, { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' }),
      finished: frames(...SPOKEN, ...FINISHED),
      broken: frames(...SPOKEN, THROTTLED),
      refused: frames(THROTTLED),
      wrong: json(400, { message: 'Malformed input request.' }, { 'x-amzn-errortype': 'ValidationException' }),
    });
  });
  after(() => upstream.close());
  beforeEach(() => (upstream.seen.length = 0));
  const config = (place: string): object => ({
    provider: 'bedrock',
    dialect: 'anthropic-messages',
    custom_host: `${upstream.url}/${place}`,
    ...KEYS,
  });
  const body = { model: CLAUDE, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] };
  const post = (place: string, more: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
    gateway.post('/v1/messages', { ...body, ...more }, { 'x-portkey-config': JSON.stringify(config(place)), ...headers });

  it('is asked for without what the URL says, with the version and the betas that Bedrock knows', async () => {
    const response = await post('whole', {}, { 'anthropic-beta': 'claude-code-20250219,context-1m-2025-08-07', 'anthropic-version': '2023-06-01' });
    assert.equal(((await response.json()) as { id: string }).id, 'msg_1');
    const [sent] = upstream.seen as [SeenRequest];
    assert.equal(sent.url, `/whole/model/${encodeURIComponent(CLAUDE)}/invoke`);
    const { model: _, ...rest } = body;
    assert.deepEqual(sent.body, { ...rest, anthropic_beta: ['context-1m-2025-08-07'], anthropic_version: 'bedrock-2023-05-31' });
    assert.equal(sent.headers['anthropic-beta'], undefined);
    assert.equal(response.headers.get('x-sluice-dropped-params'), 'anthropic_beta');
  });

  it('streams as events that Anthropic would send', async () => {
    const response = await post('finished', { stream: true });
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const events = [...SPOKEN, ...FINISHED].map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
    assert.equal(await response.text(), events.join(''));
    const [sent] = upstream.seen as [SeenRequest];
    assert.match(sent.url, /\/invoke-with-response-stream$/);
    assert.equal(sent.body?.['stream'], undefined);
    assert.equal(sent.headers['accept'], 'application/vnd.amazon.eventstream');
  });

  it('streams to clients of other formats', async () => {
    const text = await (await gateway.chat(config('finished'), { model: CLAUDE, stream: true })).text();
    assert.match(text, /"content":"Grüße"/);
    assert.match(text, /"finish_reason":"stop"[^]*data: \[DONE\]\n\n$/);
  });

  it('has exceptions told as errors, in the middle of a stream and at its start', async () => {
    const text = await (await post('broken', { stream: true })).text();
    const error = { type: 'error', error: { type: 'rate_limit_error', message: THROTTLED.throttlingException.message } };
    assert.ok(text.includes('Grüße'));
    assert.ok(text.endsWith(`event: error\ndata: ${JSON.stringify(error)}\n\n`));
    const refused = await post('refused', { stream: true });
    assert.equal(refused.status, 429);
    assert.deepEqual(await refused.json(), error);
    const translated = await gateway.chat(config('refused'), { model: CLAUDE, stream: true });
    assert.equal(translated.status, 429);
  });

  it('has its errors told as they are', async () => {
    const response = await post('wrong');
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { type: 'error', error: { type: 'invalid_request_error', message: 'Malformed input request.' } });
  });
});

describe('Bedrock', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream((request, response, attempt) => {
      const answers: Readonly<Record<string, object>> = {
        converse: { output: { message: { role: 'assistant', content: [{ text: 'ok' }] } }, stopReason: 'end_turn', usage: {} },
        'count-tokens': { inputTokens: 9 },
        invoke: { embedding: [String(request.body?.['inputText']).length], inputTextTokenCount: 2 },
      };
      return json(200, answers[request.url.split('/').at(-1) as string])(request, response, attempt);
    });
  });
  after(() => upstream.close());
  beforeEach(() => (upstream.seen.length = 0));
  const headers = (): Record<string, string> => ({ 'x-portkey-config': JSON.stringify({ provider: 'bedrock', custom_host: upstream.url, ...KEYS }) });

  it('is asked by Converse behind a custom host, by clients of any format', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    await gateway.post('/v1/messages', { model: CLAUDE, max_tokens: 9, messages }, { ...headers(), 'anthropic-beta': 'context-1m-2025-08-07' });
    const [sent] = upstream.seen as [SeenRequest];
    assert.match(sent.url, /\/converse$/);
    assert.deepEqual(sent.body?.['additionalModelRequestFields'], { anthropic_beta: ['context-1m-2025-08-07'] });
  });

  it("counts Claude's tokens in Claude's own format", async () => {
    const body = { model: CLAUDE, system: 'Be brief.', messages: [{ role: 'user', content: 'Hi' }] };
    const response = await gateway.post('/v1/messages/count_tokens', body, headers());
    assert.deepEqual(await response.json(), { input_tokens: 9 });
    const [sent] = upstream.seen as [SeenRequest];
    const { input } = sent.body as { input: { invokeModel: { body: string } } };
    const inner = JSON.parse(Buffer.from(input.invokeModel.body, 'base64').toString()) as Record<string, unknown>;
    assert.equal(inner['anthropic_version'], 'bedrock-2023-05-31');
    assert.equal(inner['model'], undefined);
    assert.match(JSON.stringify(inner), /Be brief\..*Hi|Hi.*Be brief\./);
  });

  it('embeds many texts with models that take one', async () => {
    const input = ['a', 'bb', 'ccc', 'dddd'];
    const response = await gateway.post('/v1/embeddings', { model: 'amazon.titan-embed-text-v2:0', input }, headers());
    const { data, usage } = (await response.json()) as { data: { index: number; embedding: number[] }[]; usage: object };
    assert.deepEqual(
      data.map(({ embedding }) => embedding),
      [[1], [2], [3], [4]],
    );
    assert.deepEqual(usage, { prompt_tokens: 8, total_tokens: 8 });
    assert.equal(upstream.seen.length, 4);
  });
});

describe('Cohere', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream(json(200, { embeddings: { float: [[0.5]] }, models: [{ name: 'command-x' }] }));
  });
  after(() => upstream.close());
  const headers = (): Record<string, string> => ({
    'x-portkey-config': JSON.stringify({ provider: 'cohere', api_key: 'k', custom_host: upstream.url }),
  });

  it('reranks, embeds and lists its models for its own clients', async () => {
    for (const path of ['/v1/rerank', '/v2/rerank']) {
      await gateway.post(path, { model: 'rerank-x', query: 'q', documents: ['d'] }, headers());
      assert.equal(upstream.seen.at(-1)?.url, '/v2/rerank');
    }
    const embedded = await gateway.post('/v2/embed', { model: 'embed-x', texts: ['a'], input_type: 'search_query' }, headers());
    assert.deepEqual(((await embedded.json()) as { embeddings: unknown }).embeddings, { float: [[0.5]] });
    assert.equal(upstream.seen.at(-1)?.url, '/v2/embed');
    const listed = await fetch(`${gateway.url}/v1/models`, { headers: headers() });
    assert.equal(((await listed.json()) as { data: { id: string }[] }).data[0]?.id, 'command-x');
    assert.equal(upstream.seen.at(-1)?.url, '/v1/models');
  });
});
