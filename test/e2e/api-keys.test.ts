import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { adminOf, errorOf } from '../support/admin.ts';
import { chunks, completion, fakeUpstream, json, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const ADMIN = 'the-admin-key-of-the-tests';
const MESSAGES = [{ role: 'user', content: 'Hi' }];

async function problemOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { message: string } }).error.message;
}

describe('API keys', () => {
  const gateway = useGateway({ SLUICE_ADMIN_KEY: ADMIN, REQUIRE_API_KEY: '1' });
  const ask = adminOf(gateway, { authorization: `Bearer ${ADMIN}` });
  let upstream: FakeUpstream;
  /** Lets a slow answer go on. */
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  before(async () => {
    const slowly: Answer = async (_, response) => {
      const [opening, first, ...rest] = chunks('the beginning', 'the end');
      const write = (event: object | string | undefined): boolean =>
        response.write(typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      write(opening);
      write(first);
      await held;
      for (const event of rest) write(event);
      response.end();
    };
    upstream = await fakeUpstream({ v1: json(200, completion('Hello')), v1beta: json(200, {}), slow: slowly });
    await ask('POST', '/providers', { id: 'up', provider: 'openai', key: 'sk-upstream-key-1', custom_host: `${upstream.url}/v1` });
  });
  after(() => upstream.close());

  const make = async (given: object): Promise<{ id: string; key: string }> => {
    const { status, body } = await ask('POST', '/api-keys', { name: 'test', ...given });
    assert.equal(status, 201, JSON.stringify(body));
    return body as unknown as { id: string; key: string };
  };
  const call = (headers: Readonly<Record<string, string>>, more: object = {}, path = '/v1/chat/completions'): Promise<Response> =>
    gateway.post(path, { model: '@up/gpt-4', messages: MESSAGES, ...more }, headers);

  it('are shown once, and kept as a hash', async () => {
    const { id, key } = await make({});
    assert.match(key, /^sk-sluice-[0-9A-Za-z]{46}$/);
    const shown = await ask('GET', `/api-keys/${id}`);
    assert.equal(shown.body['masked'], `****${key.slice(-4)}`);
    assert.ok(!JSON.stringify((await ask('GET', '/api-keys')).body).includes(key));
  });

  it('are asked for, and found wherever clients can put them', async () => {
    const { key } = await make({});
    const places: readonly Readonly<Record<string, string>>[] = [
      { 'x-portkey-api-key': key },
      { 'x-sluice-api-key': key },
      { authorization: `Bearer ${key}` },
      { 'x-api-key': key },
      { 'x-goog-api-key': key },
      { 'api-key': key },
      { 'x-portkey-api-key': key, authorization: `Bearer ${key}` },
    ];
    for (const headers of places) assert.equal((await call(headers)).status, 200, Object.keys(headers).join());
    assert.equal((await call({}, {}, `/v1/chat/completions?key=${key}`)).status, 200);
    for (const seen of upstream.seen) {
      assert.ok(!JSON.stringify(seen).includes('sk-sluice-'), 'a key went upstream');
      assert.equal(seen.headers['authorization'], 'Bearer sk-upstream-key-1');
    }
    const none = await call({});
    assert.equal(none.status, 401);
    assert.match(await problemOf(none), /asks for an API key/);
    assert.match(await problemOf(await call({ authorization: 'Bearer sk-of-openai' })), /not one of this gateway/);
    assert.match(await problemOf(await call({ authorization: `Bearer ${key}x` })), /mistyped/);
    const other = `sk-sluice-${'0'.repeat(46)}`;
    assert.equal((await call({ 'x-portkey-api-key': other })).status, 401);
  });

  it('go to no provider, wherever in a request that is passed on they stand', async () => {
    const { key } = await make({});
    const escaped = key.replace('sk', '%73k');
    const queries = [`?key=${key}`, `?k%65y=${key}`, `?key=${escaped}`, `?key=${key}&KEY=${key}`, `?api_key=${key}&page=2`];
    for (const query of queries) {
      const response = await call({ 'x-portkey-provider': '@up', 'x-portkey-api-key': key }, {}, `/v1/proxy/files${query}`);
      assert.equal(response.status, 200, query);
    }
    assert.ok(upstream.seen.at(-1)?.url.endsWith('/files?page=2'));
    assert.equal((await call({ 'x-portkey-provider': '@up' }, {}, `/v1/proxy/files?k%65y=${key}`)).status, 200);
    await call({ 'x-portkey-provider': '@up', 'x-portkey-api-key': key, 'x-token': `Bearer ${key}`, cookie: `k=${key}` }, {}, '/v1/proxy/files');
    for (const seen of upstream.seen) assert.doesNotMatch(decodeURIComponent(JSON.stringify(seen)), /sk-sluice-/);
  });

  it('go on with the text that they had elsewhere', async () => {
    const { key } = await make({ key: 'portkey-key-from-before' });
    assert.equal(key, 'portkey-key-from-before');
    assert.equal((await call({ 'x-portkey-api-key': 'portkey-key-from-before' })).status, 200);
    assert.equal((await ask('POST', '/api-keys', { key: 'portkey-key-from-before' })).status, 409);
  });

  it('are refused when they are blocked, have expired, or are removed', async () => {
    const { id, key } = await make({});
    const headers = { 'x-portkey-api-key': key };
    await ask('PUT', `/api-keys/${id}`, { status: 'blocked' });
    const blocked = await call(headers);
    assert.deepEqual([blocked.status, await problemOf(blocked)], [403, "The API key 'test' has been blocked."]);
    await ask('PUT', `/api-keys/${id}`, { status: 'active' });
    assert.equal((await call(headers)).status, 200);
    await ask('PUT', `/api-keys/${id}`, { expires_at: '2020-01-01T00:00:00Z' });
    assert.match(await problemOf(await call(headers)), /expired at 2020/);
    assert.equal((await ask('GET', `/api-keys/${id}`)).body['status'], 'expired');
    await ask('PUT', `/api-keys/${id}`, { expires_at: null });
    assert.equal((await call(headers)).status, 200);
    await ask('DELETE', `/api-keys/${id}`);
    assert.equal((await call(headers)).status, 401);
  });

  it('stop calls when they are blocked, but no answer that is under way', async () => {
    const { id, key } = await make({});
    await ask('POST', '/providers', { id: 'slow', provider: 'openai', key: 'sk-slow-key', custom_host: `${upstream.url}/slow` });
    const stream = await call({ 'x-portkey-api-key': key }, { model: '@slow/gpt-4', stream: true });
    const reader = stream.body?.getReader() ?? assert.fail('no body');
    await reader.read();
    await ask('PUT', `/api-keys/${id}`, { status: 'blocked' });
    assert.equal((await call({ 'x-portkey-api-key': key })).status, 403);
    release();
    let text = '';
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += Buffer.from(piece.value).toString('utf8');
    assert.match(text, /the end[^]*\[DONE\]/);
  });

  it('are replaced, and the old one is good for as long as was said', async () => {
    const { id, key } = await make({});
    const first = (await ask('POST', `/api-keys/${id}/rotate`, { overlap_seconds: 60 })).body;
    assert.notEqual(first['key'], key);
    assert.equal((await call({ 'x-portkey-api-key': key })).status, 200);
    assert.equal((await call({ 'x-portkey-api-key': String(first['key']) })).status, 200);
    const second = (await ask('POST', `/api-keys/${id}/rotate`, {})).body;
    assert.equal((await call({ 'x-portkey-api-key': String(first['key']) })).status, 401);
    assert.equal((await call({ 'x-portkey-api-key': key })).status, 200, 'the overlap of the one before goes on');
    assert.equal((await call({ 'x-portkey-api-key': String(second['key']) })).status, 200);
  });

  it("are replaced by Portkey's clients too, with an overlap in milliseconds", async () => {
    const { id, key } = await make({ scopes: ['completions.write'] });
    const rotate = (path: string, body: object): Promise<Response> =>
      gateway.post(`/v1/api-keys/${path}`, body, { authorization: `Bearer ${ADMIN}` });
    const { data } = (await (await rotate(`${id}/rotate`, { key_transition_period_ms: 60_000 })).json()) as { data: { id: string; key: string } };
    assert.equal(data.id, id);
    for (const text of [key, data.key]) assert.equal((await call({ 'x-portkey-api-key': text })).status, 200);
    await rotate(`${id}/rotate`, {});
    assert.equal((await call({ 'x-portkey-api-key': data.key })).status, 401);
    assert.equal((await rotate(`${id}/rotat`, {})).status, 404);
  });

  it('are not replaced where the overlap that was asked for is longer than any time', async () => {
    const { id, key } = await make({});
    const asked = { key_transition_period_ms: 1e300 };
    const refused = await gateway.post(`/v1/api-keys/${id}/rotate`, asked, { authorization: `Bearer ${ADMIN}` });
    assert.equal(refused.status, 400);
    assert.match(await problemOf(refused), /^key_transition_period_ms: /);
    assert.deepEqual((await ask('GET', `/api-keys/${id}`)).body['previous'], []);
    assert.equal((await call({ 'x-portkey-api-key': key })).status, 200);
  });

  it('are good for their scopes', async () => {
    const { key } = await make({ scopes: ['logs.read'] });
    const refused = await call({ 'x-portkey-api-key': key });
    assert.deepEqual([refused.status, await problemOf(refused)], [403, "The API key 'test' needs the scope completions.write."]);
    assert.equal((await ask('POST', '/api-keys', { scopes: ['completions.writ'] })).status, 400);
  });

  it('are good for the models, providers and configs that they list', async () => {
    await ask('POST', '/configs', { id: 'pc-one', config: { virtual_key: 'up' } });
    await ask('POST', '/configs', { id: 'pc-two', config: { provider: '@up', override_params: { model: 'claude-3' } } });
    const models = await make({ allowed_models: ['gpt-4*'] });
    assert.equal((await call({ 'x-portkey-api-key': models.key })).status, 200);
    const other = await call({ 'x-portkey-api-key': models.key }, { model: '@up/o1' });
    assert.deepEqual([other.status, await problemOf(other)], [412, "The API key may not use the model 'o1'."]);
    const overridden = await call({ 'x-portkey-api-key': models.key, 'x-portkey-config': 'pc-two' }, { model: 'gpt-4' });
    assert.equal(overridden.status, 412);
    const passedOn: readonly (readonly [path: string, body: object, type?: string])[] = [
      ['models/gpt-5:generateContent', {}],
      ['%6dodels//gpt-5:generateContent', { model: 'gpt-4' }],
      ['model/o1/invoke', { model: 'gpt-4' }],
      ['deployments/o1/chat/completions', { model: 'gpt-4' }],
      ['realtime?model=o1', { model: 'gpt-4' }],
      ['chat', { model: 'o1' }],
      ['chat', { model: 'o1' }, 'text/plain'],
      ['chat', [{ model: 'o1' }]],
      ['chat', { model: 'gpt-4', models: ['o1'] }],
    ];
    const config = '{"provider":"@up","override_params":{"user":"me"}}';
    for (const [path, body, type = 'application/json'] of passedOn) {
      const headers = { 'x-portkey-api-key': models.key, 'x-portkey-config': config, 'content-type': type };
      assert.equal((await gateway.post(`/v1/proxy/${path}`, body, headers)).status, 412, `${path} ${JSON.stringify(body)}`);
    }
    const unread = { 'x-portkey-api-key': models.key, 'x-portkey-config': '{"provider":"@up","override_params":{"model":"gpt-4"}}' };
    assert.equal((await gateway.post('/v1/proxy/chat', [{ model: 'o1' }], unread)).status, 412, 'an override that is not applied');
    const listed = ['models/gpt-4:generateContent', 'model/gpt-4-32k/invoke', 'deployments/gpt-4/chat', 'realtime?model=gpt-4'];
    for (const path of listed)
      assert.equal(
        (await call({ 'x-portkey-api-key': models.key, 'x-portkey-config': config }, { model: 'gpt-4' }, `/v1/proxy/${path}`)).status,
        200,
        path,
      );

    const providers = await make({ allowed_providers: ['@up'] });
    assert.equal((await call({ 'x-portkey-api-key': providers.key })).status, 200);
    const mock = await call({ 'x-portkey-api-key': providers.key, 'x-portkey-provider': 'mock' }, { model: 'mock' });
    assert.deepEqual([mock.status, await problemOf(mock)], [403, 'The API key may not use the provider mock.']);

    const configs = await make({ allowed_configs: ['pc-one'] });
    const headers = { 'x-portkey-api-key': configs.key };
    assert.equal((await call({ ...headers, 'x-portkey-config': 'pc-one' }, { model: 'gpt-4' })).status, 200);
    for (const config of ['pc-two', '{"provider":"mock"}'])
      assert.equal((await call({ ...headers, 'x-portkey-config': config })).status, 403, config);
    assert.equal((await call(headers)).status, 403, 'a request that names its provider by itself');
  });

  it('bring a config and metadata', async () => {
    await ask('POST', '/configs', { id: 'pc-default', config: { virtual_key: 'up', override_params: { user: 'by-default' } } });
    const { id, key } = await make({ default_config: 'pc-default', metadata: { team: 'blue' } });
    const headers = { 'x-portkey-api-key': key };
    assert.equal((await call(headers, { model: 'gpt-4' })).status, 200);
    assert.equal(upstream.seen.at(-1)?.body?.['user'], 'by-default');
    const own = { ...headers, 'x-portkey-config': '{"virtual_key":"up","override_params":{"user":"own"}}' };
    assert.equal((await call(own, { model: 'gpt-4' })).status, 200);
    assert.equal(upstream.seen.at(-1)?.body?.['user'], 'own');
    const conditional = {
      strategy: { mode: 'conditional', conditions: [{ query: { 'metadata.team': 'blue' }, then: 'blue' }], default: 'rest' },
      targets: [
        { name: 'blue', virtual_key: 'up', override_params: { user: 'blue' } },
        { name: 'rest', virtual_key: 'up', override_params: { user: 'rest' } },
      ],
    };
    await call({ ...headers, 'x-portkey-config': JSON.stringify(conditional), 'x-portkey-metadata': '{"team":"red"}' }, { model: 'gpt-4' });
    assert.equal(upstream.seen.at(-1)?.body?.['user'], 'blue', 'the key goes before the request');
    const nowhere = await ask('PUT', `/api-keys/${id}`, { default_config: 'pc-nowhere' });
    assert.deepEqual([nowhere.status, errorOf(nowhere).param], [400, 'default_config']);
    await ask('PUT', `/api-keys/${id}`, { allow_config_override: false });
    assert.equal((await call(own, { model: 'gpt-4' })).status, 400);
    assert.equal((await call({ ...own, 'x-sluice-config': '' }, { model: 'gpt-4' })).status, 400, 'an empty header hides no other');
    assert.equal((await call({ ...headers, 'x-portkey-config': 'pc-default' }, { model: 'gpt-4' })).status, 200);
  });

  it('have no credential of a saved config sent to a host of their own', async () => {
    await ask('POST', '/configs', { id: 'pc-secret', config: { provider: 'openai', api_key: 'sk-of-the-operator' } });
    await ask('POST', '/configs', { id: 'pc-open', config: { api_key: 'sk-of-the-operator', retry: { attempts: 1 } } });
    await ask('POST', '/configs', { id: 'pc-plain', config: { retry: { attempts: 1 } } });
    const { key } = await make({});
    const by = (config: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
      call({ 'x-portkey-api-key': key, 'x-portkey-config': config, ...headers }, { model: 'gpt-4' });
    const host = { 'x-portkey-custom-host': `${upstream.url}/v1` };
    const moved = await by('pc-secret', host);
    assert.equal(moved.status, 400);
    assert.match(await problemOf(moved), /^The credentials in the saved config 'pc-secret' go nowhere else/);
    const { key: bound } = await make({ default_config: 'pc-secret', allow_config_override: false });
    assert.equal((await call({ 'x-portkey-api-key': bound, ...host }, { model: 'gpt-4' })).status, 400);
    assert.equal((await by('pc-open', { 'x-portkey-provider': 'openai', ...host })).status, 400);
    const resource = { 'x-portkey-provider': 'azure-openai', 'x-portkey-azure-resource-name': 'mine', 'x-portkey-azure-deployment-id': 'd' };
    const option = await by('pc-open', resource);
    assert.equal(option.status, 400);
    assert.match(await problemOf(option), /not in x-portkey-azure-resource-name$/);
    const own = await by('pc-plain', { 'x-portkey-provider': 'openai', authorization: 'Bearer sk-of-the-caller', ...host });
    assert.equal(own.status, 200, 'a config without credentials');
    assert.ok(!JSON.stringify(upstream.seen).includes('sk-of-the-operator'));
  });

  it('change what is saved without learning the credentials in it', async () => {
    const host = `${upstream.url}/v1`;
    const key = (await make({ scopes: ['*'] })).key;
    const put = async (path: string, body: object): Promise<number> => {
      const headers = { 'content-type': 'application/json', 'x-portkey-api-key': key };
      return (await fetch(`${gateway.url}/v1${path}`, { method: 'PUT', headers, body: JSON.stringify(body) })).status;
    };
    const secret = { provider: 'openai', api_key: 'sk-of-the-operator-7' };
    const own = { provider: 'openai', api_key: 'sk-of-somebody-8', custom_host: host };
    const mask = { provider: 'openai', api_key: '****or-7' };
    const tree = (first: object, second: object, more: object = {}): object => ({
      strategy: { mode: 'fallback' },
      targets: [first, second],
      ...more,
    });
    await ask('POST', '/configs', { id: 'pc-masked', config: tree(secret, own) });
    const change = (config: object): Promise<number> => put('/configs/pc-masked', { config });
    assert.equal(await change(tree({ ...mask, retry: { attempts: 2 } }, own)), 200);
    assert.equal(await change(tree({ ...mask, custom_host: host }, own)), 400);
    assert.equal(await change(tree({ ...mask, customHost: host }, own)), 400);
    assert.equal(await change(tree(mask, own, { custom_host: host })), 400);
    assert.equal(await change(tree({ ...mask, provider: 'groq' }, own)), 400);
    assert.equal(await change(tree(mask, { ...own, api_key: '****or-7' })), 400, 'a mask from another place');
    assert.equal(await change(tree(own, mask)), 400);
    assert.equal(await change(tree({ ...own, api_key: 'sk-brought-anew-9' }, own)), 200);

    await ask('POST', '/providers', { id: 'kept', provider: 'openai', key: 'sk-of-the-operator-7' });
    const elsewhere = { configurations: { custom_host: host } };
    assert.equal(await put('/integrations/kept', { note: 'changed' }), 200);
    assert.equal(await put('/integrations/kept', elsewhere), 400);
    assert.equal(await put('/integrations/kept', { ...elsewhere, key: 'sk-brought-anew-9' }), 200);
    await ask('POST', '/providers', {
      id: 'cloud',
      provider: 'azure-openai',
      key: 'sk-of-the-operator-7',
      options: { resource_name: 'ours', deployment_id: 'd' },
    });
    assert.equal(await put('/virtual-keys/cloud', { resourceName: 'theirs' }), 400);
    assert.equal(await put('/virtual-keys/cloud', { resourceName: 'ours' }), 200);
  });

  it('see what their own workspace has, and what is shared', async () => {
    await ask('POST', '/providers', { id: 'of-blue', workspace: 'blue', provider: 'mock' });
    await ask('POST', '/providers', { id: 'of-all', workspace: 'shared', provider: 'mock' });
    const { key } = await make({ workspace: 'blue' });
    const by = (slug: string): Promise<Response> => call({ 'x-portkey-api-key': key, 'x-portkey-virtual-key': slug }, { model: 'mock' });
    assert.equal((await by('of-blue')).status, 200);
    assert.equal((await by('of-all')).status, 200);
    const foreign = await by('up');
    assert.deepEqual([foreign.status, await problemOf(foreign)], [400, "There is no provider saved as 'up'"]);
  });

  it('are those of whoever administers the gateway, too', async () => {
    assert.equal((await call({ 'x-sluice-admin-key': ADMIN })).status, 200);
    assert.equal((await call({ authorization: `Bearer ${ADMIN}` })).status, 200);
    assert.ok(!JSON.stringify(upstream.seen).includes(ADMIN));
  });
});

describe('a gateway that asks for no keys', () => {
  const gateway = useGateway();
  const ask = adminOf(gateway);

  it('takes calls with keys that it does not know, but none with a key of the kind that it makes', async () => {
    const chat = (headers: Readonly<Record<string, string>>): Promise<Response> => gateway.chat({ provider: 'mock' }, { model: 'mock' }, headers);
    assert.equal((await chat({})).status, 200);
    assert.equal((await chat({ 'x-portkey-api-key': 'whatever', authorization: 'Bearer sk-openai' })).status, 200);
    assert.equal((await chat({ authorization: `Bearer sk-sluice-${'1'.repeat(46)}` })).status, 401);
    const { body } = await ask('POST', '/api-keys', { name: 'blocked', status: 'blocked' });
    assert.equal((await chat({ 'x-portkey-api-key': String(body['key']) })).status, 403);
    assert.equal((await chat({ 'x-portkey-api-key': 'whatever' })).status, 200);
  });
});
