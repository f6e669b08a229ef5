import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const GOOGLE = {
  error: {
    code: 429,
    message: 'You exceeded your current quota.',
    status: 'RESOURCE_EXHAUSTED',
    details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' }],
  },
};
const ANTHROPIC = {
  type: 'error',
  error: { type: 'invalid_request_error', message: 'Prompt is too long.', details: { error_visibility: 'user_facing' } },
  request_id: 'req_1',
};
const AZURE = {
  error: {
    message: 'The response was filtered.',
    type: null,
    param: 'prompt',
    code: 'content_filter',
    innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: true, severity: 'high' } } },
  },
};

const failedChoice = (content: string) => ({
  id: 'c',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'error', error: { code: 429, message: 'Slow down.' } }],
});

const failedResponse = (output: readonly unknown[]) => ({
  id: 'resp_1',
  object: 'response',
  status: 'failed',
  error: { code: 'server_error', message: 'It died.' },
  output,
});
const HALF = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'incomplete',
  content: [{ type: 'output_text', text: 'Half of', annotations: [] }],
};
const TRIED = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  error: null,
  output: [
    { type: 'web_search_call', id: 'ws_1', status: 'failed', action: { type: 'search', query: 'x' } },
    { ...HALF, status: 'completed' },
  ],
};

const ROUTES = {
  responses: { path: '/v1/responses', body: { model: 'm', input: 'Hi' } },
  gemini: { path: '/v1beta/models/m:generateContent', body: { contents: [{ parts: [{ text: 'Hi' }] }] } },
  messages: { path: '/v1/messages', body: { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] } },
  chat: { path: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } },
  converse: { path: '/model/m/converse', body: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] } },
} as const;

describe('an error of a provider', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      google: json(429, GOOGLE),
      listed: json(429, [GOOGLE]),
      anthropic: json(400, ANTHROPIC),
      vertex: json(429, { error: { ...GOOGLE.error } }),
      azure: json(400, AZURE),
      named: json(
        403,
        { message: 'The security token is invalid.' },
        { 'x-amzn-errortype': 'UnrecognizedClientException:http://internal.amazon.com/coral/' },
      ),
      silent: json(200, failedChoice('')),
      failed: json(200, failedResponse([])),
      halfFailed: json(200, failedResponse([HALF])),
      tried: json(200, TRIED),
      half: json(200, failedChoice('Half of')),
      bedrock: json(424, { message: 'The model broke.', originalStatusCode: 500 }),
    });
  });
  after(() => upstream.close());

  const told = async (route: keyof typeof ROUTES, provider: string, path: string): Promise<unknown> => {
    const config = {
      provider,
      custom_host: `${upstream.url}/${path}`,
      ...(route === 'responses' ? { dialect: 'openai-responses' } : {}),
      ...(provider === 'bedrock' ? { aws_access_key_id: 'a', aws_secret_access_key: 's', aws_region: 'us-east-1' } : { api_key: 'k' }),
    };
    const response = await gateway.post(ROUTES[route].path, ROUTES[route].body, { 'x-portkey-config': JSON.stringify(config) });
    return response.json();
  };

  it('reaches a client of the provider’s dialect with all that it says', async () => {
    assert.deepEqual(await told('gemini', 'google', 'google'), GOOGLE);
    assert.deepEqual(await told('gemini', 'google', 'listed'), GOOGLE);
    assert.deepEqual(await told('messages', 'anthropic', 'anthropic'), ANTHROPIC);
    assert.deepEqual(await told('converse', 'bedrock', 'bedrock'), {
      message: 'The model broke.',
      originalStatusCode: 500,
      __type: 'ModelErrorException',
    });
    assert.deepEqual(await told('chat', 'openai', 'azure'), {
      error: { ...AZURE.error, message: 'openai error: The response was filtered.', type: 'upstream_error' },
      provider: 'openai',
    });
  });

  it('is known by the name that a header gives it', async () => {
    assert.deepEqual(await told('converse', 'bedrock', 'named'), {
      message: 'The security token is invalid.',
      __type: 'UnrecognizedClientException',
    });
    const chat = (await told('chat', 'bedrock', 'named')) as { error: { type: string } };
    assert.equal(chat.error.type, 'UnrecognizedClientException');
  });

  it('has the shape of the client’s dialect where the host tells it in another', async () => {
    assert.deepEqual(await told('messages', 'anthropic', 'vertex'), {
      type: 'error',
      error: { ...GOOGLE.error, type: 'rate_limit_error' },
    });
  });

  it('says only what every dialect can to a client of another', async () => {
    assert.deepEqual(await told('messages', 'google', 'google'), {
      type: 'error',
      error: { type: 'rate_limit_error', message: 'You exceeded your current quota.' },
    });
    assert.deepEqual(await told('gemini', 'anthropic', 'anthropic'), {
      error: { code: 400, message: 'Prompt is too long.', status: 'INVALID_ARGUMENT' },
    });
  });

  it('is an error also where the host hides it in a choice that says nothing', async () => {
    assert.deepEqual(await told('chat', 'openrouter', 'silent'), {
      error: { message: 'openrouter error: Slow down.', type: 'upstream_error', param: null, code: '429' },
      provider: 'openrouter',
    });
    assert.deepEqual(await told('messages', 'openrouter', 'silent'), { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } });
    assert.deepEqual(await told('chat', 'openrouter', 'half'), failedChoice('Half of'));
  });

  it('is an error also where a response says that it failed, but not where only a tool did', async () => {
    const error = { message: 'openai error: It died.', type: 'upstream_error', param: null, code: 'server_error' };
    assert.deepEqual(await told('responses', 'openai', 'failed'), { error, provider: 'openai' });
    assert.deepEqual(await told('responses', 'openai', 'halfFailed'), failedResponse([HALF]));
    assert.deepEqual(await told('responses', 'openai', 'tried'), TRIED);
  });
});
