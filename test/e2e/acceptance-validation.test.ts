import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

interface Failure {
  readonly status?: string;
  readonly message?: string;
  readonly errors?: readonly string[];
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string | null };
}

describe('bad input gets a clear 4xx', () => {
  const gateway = useGateway();
  const ask = { model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] };
  const failure = async (response: Response): Promise<Failure> => (await response.json()) as Failure;
  const configFailure = async (config: unknown): Promise<readonly string[]> => {
    const response = await gateway.post('/v1/chat/completions', ask, {
      'x-portkey-config': typeof config === 'string' ? config : JSON.stringify(config),
    });
    assert.equal(response.status, 400);
    const body = await failure(response);
    assert.equal(body.status, 'failure');
    assert.equal(body.message, 'Invalid config passed');
    // Clients show this and nothing else.
    assert.match(body.error.message, /^Invalid config passed: config\b.*: ./);
    return body.errors ?? [];
  };

  it('asks for a provider or a config when there is neither', async () => {
    const response = await gateway.post('/v1/chat/completions', ask);
    assert.equal(response.status, 400);
    assert.equal((await failure(response)).message, 'Either x-portkey-config or x-portkey-provider header is required');
  });

  it('refuses a provider that it does not know', async () => {
    const response = await gateway.post('/v1/chat/completions', ask, { 'x-portkey-provider': 'nope' });
    assert.equal(response.status, 400);
    assert.equal((await failure(response)).message, 'Invalid provider passed');
  });

  it('refuses a content type that is not JSON', async () => {
    const response = await gateway.post('/v1/chat/completions', 'hello', { 'x-portkey-provider': 'openai', 'content-type': 'text/plain' });
    assert.equal(response.status, 400);
    assert.equal((await failure(response)).message, 'Invalid content type passed');
  });

  it('refuses a private custom host', async () => {
    for (const host of [
      'http://10.0.0.1/x',
      'http://169.254.169.254/latest',
      'http://[::ffff:10.0.0.1]/',
      'ftp://example.com',
      'http://user:pw@example.com',
    ]) {
      const response = await gateway.post('/v1/chat/completions', ask, { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': host });
      assert.equal(response.status, 400, host);
      assert.equal((await failure(response)).message, 'Invalid custom host');
    }
  });

  it('checks a custom host in either spelling and at any depth', async () => {
    for (const key of ['custom_host', 'customHost']) {
      const errors = await configFailure({
        strategy: { mode: 'fallback' },
        targets: [{ provider: 'openai', api_key: 'k', [key]: 'http://10.0.0.1' }],
      });
      assert.match(errors[0] ?? '', /targets,0,custom_host.*Invalid custom host/);
    }
  });

  it('refuses a config that is no JSON', async () => {
    const response = await gateway.post('/v1/chat/completions', ask, { 'x-portkey-config': '{bad' });
    assert.equal(response.status, 400);
    assert.equal((await failure(response)).message, 'Invalid config passed. You need to pass a valid json');
  });

  it('asks for a provider when the config has none and no header names one', async () => {
    const response = await gateway.post('/v1/chat/completions', ask, { 'x-portkey-config': '{"retry":{"attempts":2}}' });
    assert.equal(response.status, 400);
    assert.match((await failure(response)).message ?? '', /^Either x-portkey-provider needs to be passed/);
  });

  it('names the place of each problem in a config', async () => {
    assert.match((await configFailure({ provider: 'openai' }))[0] ?? '', /^path: , message: Invalid configuration\./);
    assert.match(
      (await configFailure({ strategy: { mode: 'xx' }, targets: [{ provider: 'openai', api_key: 'k' }] }))[0] ?? '',
      /^path: strategy,mode, message: Invalid 'mode' value\. Must be one of: single, loadbalance, fallback, conditional/,
    );
    assert.match(
      (await configFailure({ strategy: { mode: 'single' }, targets: [{ provider: 'openai' }] }))[0] ?? '',
      /^path: targets,0, message: Invalid configuration/,
    );
    assert.match(
      (
        await configFailure({
          strategy: { mode: 'fallback' },
          targets: [
            { provider: 'openai', api_key: 'k' },
            { provider: 'nope', api_key: 'k' },
          ],
        })
      )[0] ?? '',
      /^path: targets,1,provider, message: Invalid 'provider' value/,
    );
    assert.equal(
      (await configFailure({ provider: 'openai', api_key: 'k', cache: { mode: 'zz' } }))[0],
      "path: cache,mode, message: Invalid 'cache.mode' value. Must be one of: simple, semantic",
    );
    assert.equal(
      (await configFailure({ provider: 'openai', api_key: 'k', cache: 'simple' }))[0],
      'path: cache, message: Expected object, received string',
    );
    assert.equal((await configFailure({ provider: 'openai', api_key: 'k', retry: {} }))[0], 'path: retry,attempts, message: Required');
  });

  it('names an unknown key, an empty list of targets and weights that are all zero', async () => {
    assert.match((await configFailure({ provider: 'openai', api_key: 'k', wieght: 1 }))[0] ?? '', /wieght/);
    assert.match((await configFailure({ strategy: { mode: 'fallback' }, targets: [] }))[0] ?? '', /^path: targets, /);
    const zero = { provider: 'openai', api_key: 'k', weight: 0 };
    assert.match((await configFailure({ strategy: { mode: 'loadbalance' }, targets: [zero, zero] }))[0] ?? '', /^path: targets, .*weight/);
    const condition = { query: { 'metadata.x': { $almost: 1 } }, then: 'a' };
    const target = { provider: 'openai', api_key: 'k', name: 'a' };
    assert.match((await configFailure({ strategy: { mode: 'conditional', conditions: [condition] }, targets: [target] }))[0] ?? '', /\$almost/);
  });

  it('tells where a config of the old form has to go', async () => {
    const response = await gateway.post('/v1/chat/completions', ask, {
      'x-portkey-config': JSON.stringify({ provider: 'openai', api_key: 'k', options: [] }),
    });
    assert.equal(response.status, 400);
    assert.equal((await failure(response)).message, 'This version of config is not supported in this route. Please migrate to the latest version');
  });

  it('refuses forward_headers that name themselves', async () => {
    const response = await gateway.post('/v1/chat/completions', ask, {
      'x-portkey-provider': 'openai',
      'x-portkey-forward-headers': 'x-a, x-portkey-forward-headers',
    });
    assert.equal(response.status, 400);
    assert.match((await failure(response)).message ?? '', /^forward_headers must not contain/);
    const errors = await configFailure({ provider: 'openai', api_key: 'k', forward_headers: ['x-portkey-forward-headers'] });
    assert.match(errors[0] ?? '', /forward_headers must not contain/);
  });

  it('answers a route that does not exist with a 404 in OpenAI’s shape', async () => {
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['OPTIONS', '/v2/x'],
      ['PUT', '/filesystem'],
    ] as const) {
      const response = await fetch(gateway.url + path, { method });
      assert.equal(response.status, 404);
      const body = await failure(response);
      assert.equal(body.error.code, 'not_found');
      assert.equal(body.error.type, 'invalid_request_error');
    }
  });

  it('refuses a body that is no JSON with a 400', async () => {
    const response = await gateway.post('/v1/chat/completions', '{oops', { 'x-portkey-provider': 'openai', authorization: 'Bearer k' });
    assert.equal(response.status, 400);
    assert.equal((await failure(response)).error.code, 'invalid_json');
  });

  it('says which endpoint a provider lacks', async () => {
    const response = await gateway.post(
      '/v1/embeddings',
      { model: 'm', input: 'x' },
      { 'x-portkey-provider': 'anthropic', authorization: 'Bearer k' },
    );
    assert.equal(response.status, 400);
    assert.equal((await failure(response)).message, 'embed is not supported by anthropic');
  });
});

describe('what the gateway answers by itself', () => {
  const gateway = useGateway({ CORS_ALLOWED_ORIGINS: 'https://app.example' });

  it('greets a terminal with text and a browser with a page', async () => {
    const text = await fetch(gateway.url);
    assert.equal(text.status, 200);
    assert.match(text.headers.get('content-type') ?? '', /text\/plain/);
    assert.match(await text.text(), /curl/);
    const page = await fetch(gateway.url, { headers: { accept: 'text/html' } });
    assert.match(page.headers.get('content-type') ?? '', /text\/html/);
    assert.match(await page.text(), /<title>/);
  });

  it('is live and ready', async () => {
    assert.equal((await fetch(`${gateway.url}/livez`)).status, 200);
    assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
  });

  it('lets pages of an allowed origin in, and no others', async () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-portkey-provider' },
      });
    const allowed = await preflight('https://app.example');
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /x-portkey-provider/);
    const refused = await preflight('https://evil.example');
    assert.equal(refused.headers.get('access-control-allow-origin'), null);
  });

  it('answers with the mock provider when there is no key at all', async () => {
    const ask = { model: 'mock', messages: [{ role: 'user', content: 'Hello!' }] };
    const response = await gateway.post('/v1/chat/completions', ask, { 'x-portkey-provider': 'mock' });
    assert.equal(response.status, 200);
    const first = await response.text();
    assert.match(first, /Hello!/);
    const again = await gateway.post('/v1/chat/completions', ask, { 'x-portkey-provider': 'mock' });
    assert.equal(await again.text(), first);
  });
});

describe('a config of 48 KB in a header', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => void (upstream = await fakeUpstream(json(200, completion('ok')))));
  after(() => upstream.close());

  it('is accepted', async () => {
    const padding = { provider: 'openai', api_key: 'k'.repeat(100), custom_host: upstream.url };
    const targets = Array.from({ length: 250 }, () => padding);
    const config = { strategy: { mode: 'fallback' }, targets };
    assert.ok(JSON.stringify(config).length > 40_000);
    const response = await gateway.chat(config);
    assert.equal(response.status, 200);
  });
});
