import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const ANTHROPIC_REPLY = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [
    { type: 'text', text: 'Let me look.' },
    { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: { q: 'x' } },
  ],
  stop_reason: 'tool_use',
  usage: { input_tokens: 5, output_tokens: 7, cache_read_input_tokens: 2, cache_creation_input_tokens: 3 },
};

describe('what goes upstream and what comes back', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      ok: json(200, completion('ok'), { 'x-ratelimit-remaining-requests': '7', 'set-cookie': 'a=b', 'x-portkey-provider': 'fake' }),
      anthropic: json(200, ANTHROPIC_REPLY),
      anthropicBad: json(400, { type: 'error', error: { type: 'invalid_request_error', message: 'bad thing' } }),
      openaiBad: json(429, { error: { message: 'slow down', type: 'rate_limit', param: null, code: 'rate_limit_exceeded' } }, { 'retry-after': '9' }),
      html: (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>bad</h1>'),
      notJson: (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('oops'),
      speech: (_, response) => void response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from([0xff, 0xf3, 0x00, 0x80])),
      echo: (request, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ method: request.method, url: request.url, auth: request.headers['authorization'] ?? null })),
    });
  });
  after(() => upstream.close());
  const ask = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] };
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;
  const openai = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const host = (path: string): string => `${upstream.url}/${path}`;

  it('serves a call made of headers alone, and says which way it went', async () => {
    const headers = {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': host('ok'),
      authorization: 'Bearer sk-1',
      'x-portkey-trace-id': 'trace-1',
    };
    const response = await gateway.post('/v1/chat/completions', ask, { ...headers, cookie: 'c=d', 'x-arbitrary': 'y' });
    assert.equal(response.status, 200);
    assert.equal(last().url, '/ok/chat/completions');
    assert.equal(last().headers['authorization'], 'Bearer sk-1');
    assert.deepEqual(last().body, ask);
    assert.deepEqual(
      Object.keys(last().headers).filter((name) => /^x-portkey|^x-sluice|cookie|x-arbitrary/.test(name)),
      [],
    );
    for (const prefix of ['x-portkey', 'x-sluice']) {
      assert.equal(response.headers.get(`${prefix}-last-used-option-index`), 'config');
      assert.equal(response.headers.get(`${prefix}-retry-attempt-count`), '0');
      assert.equal(response.headers.get(`${prefix}-cache-status`), 'DISABLED');
      assert.equal(response.headers.get(`${prefix}-provider`), 'openai');
      assert.equal(response.headers.get(`${prefix}-trace-id`), 'trace-1');
    }
    assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '7');
    assert.equal(response.headers.get('set-cookie'), null);
  });

  it('takes every header under its own prefix too', async () => {
    const response = await gateway.post('/v1/chat/completions', ask, {
      'x-sluice-provider': 'openai',
      'x-sluice-custom-host': host('ok'),
      authorization: 'Bearer sk-1',
    });
    assert.equal(response.status, 200);
  });

  it('copies the headers that a config or a header asks to forward', async () => {
    await gateway.chat(openai('ok', { forward_headers: ['X-Foo'] }), {}, { 'x-foo': 'bar', 'x-other': 'no' });
    assert.equal(last().headers['x-foo'], 'bar');
    assert.equal(last().headers['x-other'], undefined);
    await gateway.chat(openai('ok'), {}, { 'x-foo': 'bar', 'x-portkey-forward-headers': 'x-foo' });
    assert.equal(last().headers['x-foo'], 'bar');
  });

  it('takes provider and key from headers when the config has neither', async () => {
    const response = await gateway.chat(
      { retry: { attempts: 1 } },
      {},
      { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': host('ok'), authorization: 'Bearer sk-2' },
    );
    assert.equal(response.status, 200);
    assert.equal(last().headers['authorization'], 'Bearer sk-2');
  });

  it('indents JSON on ?pretty', async () => {
    const response = await gateway.post('/v1/chat/completions?pretty', ask, { 'x-portkey-config': JSON.stringify(openai('ok')) });
    assert.match(await response.text(), /^\{\n {2}"id"/);
  });

  it('cuts numbers to the provider’s range and keeps members that it does not know', async () => {
    await gateway.chat(openai('ok'), { temperature: 9, max_tokens: -4, foo: { bar: 1 } });
    assert.equal(last().body?.['temperature'], 2);
    assert.equal(last().body?.['max_tokens'], 0);
    assert.deepEqual(last().body?.['foo'], { bar: 1 });
  });

  it('passes the client’s bytes on untouched where nothing has to change', async () => {
    const text = '{ "model":"gpt-4",  "messages":[{"role":"user","content":"\\u00fc"}], "seed": 1.0 }';
    await gateway.post('/v1/chat/completions', text, { 'x-portkey-config': JSON.stringify(openai('ok')) });
    assert.equal(last().text, text);
  });

  it('merges override_params downwards, the child’s before the parent’s', async () => {
    const config = {
      strategy: { mode: 'single' },
      override_params: { temperature: 0.1, top_p: 0.2 },
      targets: [
        openai('ok', { override_params: { temperature: 0.9, model: 'gpt-5' }, default_params: { seed: 7, temperature: 0.5 }, drop_params: ['user'] }),
      ],
    };
    await gateway.chat(config, { user: 'u' });
    assert.deepEqual(last().body, { model: 'gpt-5', messages: ask.messages, temperature: 0.9, top_p: 0.2, seed: 7 });
  });

  it('writes Azure’s URLs, headers and deployments', async () => {
    const azure = { provider: 'azure-openai', api_key: 'k', resource_name: 'r', deployment_id: 'dep', custom_host: host('ok') };
    await gateway.chat({ ...azure, api_version: '2024-02-01' });
    assert.equal(last().url, '/ok/deployments/dep/chat/completions?api-version=2024-02-01');
    assert.equal(last().headers['api-key'], 'k');
    assert.equal(last().headers['authorization'], undefined);
    await gateway.chat({ ...azure, api_version: 'v1' });
    assert.equal(last().url, '/ok/v1/chat/completions');
    assert.equal(last().body?.['model'], 'dep');
  });

  it('maps an OpenAI request to Anthropic’s', async () => {
    const response = await gateway.chat(
      { provider: 'anthropic', api_key: 'k', custom_host: host('anthropic') },
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
        ],
        max_completion_tokens: 50,
        temperature: 1.7,
        stop: 'END',
        tools: [
          {
            type: 'function',
            function: { name: 'lookup', parameters: { type: 'object', properties: { q: { type: 'string' } }, additionalProperties: false } },
          },
        ],
        tool_choice: 'required',
        user: 'u1',
      },
    );
    assert.equal(response.status, 200);
    const { body, headers, url } = last();
    assert.equal(url, '/anthropic/messages');
    assert.equal(headers['x-api-key'], 'k');
    assert.equal(headers['anthropic-version'], '2023-06-01');
    assert.deepEqual(body?.['system'], [{ type: 'text', text: 'Be brief.' }]);
    assert.equal(body?.['max_tokens'], 50);
    assert.equal(body?.['temperature'], 1);
    assert.deepEqual(body?.['stop_sequences'], ['END']);
    assert.deepEqual(body?.['tool_choice'], { type: 'any' });
    assert.deepEqual(body?.['metadata'], { user_id: 'u1' });
    assert.deepEqual((body?.['tools'] as { input_schema: object }[])[0]?.input_schema, {
      type: 'object',
      properties: { q: { type: 'string' } },
      additionalProperties: false,
    });
  });

  it('maps Anthropic’s answer to OpenAI’s, extended only where the caller is not strict', async () => {
    const config = { provider: 'anthropic', api_key: 'k', custom_host: host('anthropic') };
    type Body = {
      choices: {
        finish_reason: string;
        message: { content: string; tool_calls: { function: { arguments: string } }[]; content_blocks?: unknown[] };
      }[];
      usage: Record<string, number>;
    };
    const strict = (await (await gateway.chat(config)).json()) as Body;
    assert.equal(strict.choices[0]?.finish_reason, 'tool_calls');
    assert.equal(strict.choices[0]?.message.content_blocks, undefined);
    assert.equal(strict.choices[0]?.message.tool_calls[0]?.function.arguments, '{"q":"x"}');
    assert.equal(strict.usage['total_tokens'], 17);
    assert.equal(strict.usage['prompt_tokens'], 10);
    const loose = (await (await gateway.chat(config, {}, { 'x-portkey-strict-open-ai-compliance': 'false' })).json()) as Body;
    assert.equal(loose.choices[0]?.finish_reason, 'tool_use');
    assert.deepEqual(loose.choices[0]?.message.content_blocks, [{ type: 'text', text: 'Let me look.' }]);
    const inherited = (await (
      await gateway.chat({ strict_open_ai_compliance: false, strategy: { mode: 'single' }, targets: [config] })
    ).json()) as Body;
    assert.equal(inherited.choices[0]?.finish_reason, 'tool_use');
  });

  it('passes a provider’s error on with its status, its message and its name', async () => {
    const anthropic = await gateway.chat({ provider: 'anthropic', api_key: 'k', custom_host: host('anthropicBad') });
    assert.equal(anthropic.status, 400);
    assert.deepEqual(await anthropic.json(), {
      error: { message: 'anthropic error: bad thing', type: 'invalid_request_error', param: null, code: null },
      provider: 'anthropic',
    });
    const openaiError = await gateway.chat(openai('openaiBad'));
    assert.equal(openaiError.status, 429);
    assert.equal(openaiError.headers.get('retry-after'), '9');
    assert.deepEqual(await openaiError.json(), {
      error: { message: 'openai error: slow down', type: 'rate_limit', param: null, code: 'rate_limit_exceeded' },
      provider: 'openai',
    });
  });

  it('tells Anthropic and Gemini clients of errors in their own shape', async () => {
    const config = { 'x-portkey-config': JSON.stringify(openai('openaiBad')) };
    const messages = await gateway.post('/v1/messages', { model: 'm', max_tokens: 5, messages: ask.messages }, config);
    assert.equal(messages.status, 429);
    const anthropicBody = (await messages.json()) as { type: string; error: { type: string; message: string } };
    assert.equal(anthropicBody.type, 'error');
    assert.deepEqual({ type: anthropicBody.error.type, message: anthropicBody.error.message }, { type: 'rate_limit_error', message: 'slow down' });
    const gemini = await gateway.post('/v1beta/models/m:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }, config);
    assert.equal(gemini.status, 429);
    const geminiBody = (await gemini.json()) as { error: { code: number; message: string; status: string } };
    assert.deepEqual(
      { code: geminiBody.error.code, message: geminiBody.error.message, status: geminiBody.error.status },
      { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' },
    );
  });

  it('makes a proper error of an HTML page and of a body that is no JSON', async () => {
    const html = await gateway.chat(openai('html'));
    assert.equal(html.status, 502);
    assert.ok(((await html.json()) as { error: { message: string } }).error.message.length > 0);
    const broken = await gateway.chat(openai('notJson'));
    assert.equal(broken.status, 502);
    assert.equal(((await broken.json()) as { error: { code: string } }).error.code, 'upstream_invalid');
  });

  it('passes binary answers and unknown routes through, with path, query and method', async () => {
    const speech = await gateway.post(
      '/v1/audio/speech',
      { model: 'tts-1', input: 'x', voice: 'alloy' },
      { 'x-portkey-config': JSON.stringify(openai('speech')) },
    );
    assert.equal(speech.headers.get('content-type'), 'audio/mpeg');
    assert.deepEqual([...new Uint8Array(await speech.arrayBuffer())], [0xff, 0xf3, 0x00, 0x80]);
    const config = { 'x-portkey-config': JSON.stringify(openai('echo')) };
    for (const [method, path, url] of [
      ['GET', '/v1/files?limit=2', '/echo/files?limit=2'],
      ['DELETE', '/v1/files/file-1', '/echo/files/file-1'],
      ['PUT', '/v1/something/new', '/echo/something/new'],
      ['POST', '/v1/proxy/rerank?x={y}', '/echo/rerank?x={y}'],
    ] as const) {
      const response = await fetch(gateway.url + path, { method, headers: config });
      assert.deepEqual(await response.json(), { method, url: url.replace('{y}', '%7By%7D'), auth: 'Bearer k' }, path);
    }
    const own = await fetch(`${gateway.url}/v1/proxy/echo`, { headers: { ...config, authorization: 'Bearer mine' } });
    assert.equal(((await own.json()) as { auth: string }).auth, 'Bearer mine');
  });

  it('streams an upload of no known size through', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < 5; i++) controller.enqueue(new TextEncoder().encode('line\n'));
        controller.close();
      },
    });
    const headers = { 'x-portkey-config': JSON.stringify(openai('ok')), 'content-type': 'multipart/form-data; boundary=x' };
    const response = await fetch(`${gateway.url}/v1/files`, { method: 'POST', headers, body, duplex: 'half' });
    assert.equal(response.status, 200);
    assert.equal(last().text, 'line\n'.repeat(5));
    assert.equal(last().headers['content-type'], 'multipart/form-data; boundary=x');
  });

  it('asks for the models of a provider only when one is named', async () => {
    assert.equal((await fetch(`${gateway.url}/v1/models`)).status, 400);
  });

  it('lets a target choose the API version of the URL', async () => {
    await gateway.chat({ provider: 'google', api_key: 'k', custom_host: host('ok'), api_version: 'v1alpha' }, { model: 'gemini-pro' });
    assert.equal(last().url, '/ok/v1alpha/models/gemini-pro:generateContent');
    assert.equal(last().headers['x-goog-api-key'], 'k');
  });
});
