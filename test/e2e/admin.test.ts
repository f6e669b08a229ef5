import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { request } from 'node:http';
import { connect } from 'node:net';
import { adminOf, errorOf } from '../support/admin.ts';
import { useGateway } from '../support/gateway.ts';

/** A request with headers that `fetch` does not let anyone set. */
function raw(url: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

describe('the admin interface without an admin key', () => {
  const gateway = useGateway();

  it('is open to the machine itself', async () => {
    assert.equal((await adminOf(gateway)('GET', '/configs')).status, 200);
  });

  it('is closed to names that others gave this machine, to pages of other sites, and to whoever comes through a proxy', async () => {
    const url = `${gateway.url}/admin/v1/configs`;
    const { host } = new URL(gateway.url);
    const strange = [
      { host: 'evil.example' },
      { host: '127.0.0.1.evil.example' },
      { host, origin: 'http://evil.example' },
      { host, origin: 'http://localhost:1' },
      { host, origin: 'null' },
      { host, 'sec-fetch-site': 'cross-site' },
      { host, 'x-forwarded-for': '203.0.113.7' },
      { host, forwarded: 'for=203.0.113.7' },
      { host, 'sec-fetch-site': 'same-site' },
      ...[
        'x-forwarded-proto',
        'x-original-forwarded-for',
        'cf-connecting-ip',
        'true-client-ip',
        'x-client-ip',
        'x-envoy-external-address',
        'via',
      ].map((name) => ({ host, [name]: '203.0.113.7' })),
    ];
    for (const headers of strange) assert.equal(await raw(url, headers), 403, JSON.stringify(headers));
    assert.equal(await raw(url, { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }), 200);
  });

  it('is closed to proxies that say nothing of themselves but speak HTTP/1.0, as nginx does', async () => {
    const { port, host } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    socket.write(`GET /admin/v1/configs HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    let answer = '';
    for await (const piece of socket) answer += String(piece);
    assert.match(answer, /^HTTP\/1\.1 403 /);
  });

  it('says so where the name is none', async () => {
    for (const host of ['evil@localhost', 'localhost/evil', '::1']) {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').setEncoding('utf8');
      socket.write(`GET /admin/v1/configs HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      let answer = '';
      for await (const piece of socket) answer += String(piece);
      assert.match(answer, /^HTTP\/1\.1 400 [^]*The Host header, or the path, is not valid\./, host);
    }
  });

  it('is found under no path that a proxy in front could read as another one', async () => {
    const { port, host } = new URL(gateway.url);
    for (const path of [
      '/admin/v1/../v1/configs',
      '/v1/logs/../configs',
      '/admin/v1/logs/%2e%2e/configs',
      '/v1/configs/..%2fapi-keys',
      '/v1/../admin/v1/configs',
    ]) {
      const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      let answer = '';
      for await (const piece of socket) answer += String(piece);
      assert.match(answer, /^HTTP\/1\.1 404 /, path);
    }
  });

  it('takes no body that a page of another site could send without being asked first', async () => {
    const response = await fetch(`${gateway.url}/admin/v1/configs`, { method: 'POST', body: '{"config":{"provider":"mock"}}' });
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('access-control-allow-origin'), null);
  });
});

describe('the admin interface with an admin key', () => {
  const key = 'the-admin-key-of-the-tests';
  const gateway = useGateway({ SLUICE_ADMIN_KEY: key });

  it('wants it', async () => {
    const ask = adminOf(gateway);
    assert.equal((await ask('GET', '/configs')).status, 401);
    assert.equal((await ask('GET', '/configs', undefined, { authorization: `Bearer ${key}x` })).status, 401);
    assert.equal((await ask('GET', '/configs', undefined, { authorization: `Bearer ${key}` })).status, 200);
    assert.equal((await ask('GET', '/configs', undefined, { 'x-sluice-admin-key': key })).status, 200);
  });

  it('is not open to API keys, whatever their scopes', async () => {
    const ask = adminOf(gateway, { authorization: `Bearer ${key}` });
    const { body } = await ask('POST', '/api-keys', { name: 'all', scopes: ['*'] });
    assert.equal((await adminOf(gateway)('GET', '/configs', undefined, { authorization: `Bearer ${String(body['key'])}` })).status, 401);
  });

  it('never asks a provider with it', async () => {
    const response = await gateway.chat({ provider: 'mock' }, {}, { authorization: `Bearer ${key}` });
    assert.equal(response.status, 200);
    assert.ok(!(await response.text()).includes(key));
  });
});

describe('saved configs', () => {
  const gateway = useGateway();
  const ask = adminOf(gateway);

  it('are made, read, changed and removed, with a version and a tag for each change', async () => {
    const made = await ask('POST', '/configs', { name: 'My first', config: { provider: 'mock' } });
    assert.equal(made.status, 201);
    assert.equal(made.headers.get('etag'), '"1"');
    const id = String(made.body['id']);
    assert.match(id, /^pc-my-first-[0-9a-f]{6}$/);
    assert.deepEqual([made.body['version'], made.body['source'], made.body['workspace'], made.body['status']], [1, 'api', 'default', 'active']);

    const changed = await ask('PUT', `/configs/${id}`, { config: { provider: 'mock', retry: { attempts: 2 } } }, { 'if-match': '"1"' });
    assert.deepEqual([changed.status, changed.body['version'], changed.body['name']], [200, 2, 'My first']);
    const late = await ask('PUT', `/configs/${id}`, { name: 'Too late' }, { 'if-match': '"1"' });
    assert.deepEqual([late.status, errorOf(late).code], [412, 'version_mismatch']);
    assert.equal((await ask('GET', `/configs/${id}`, undefined, { 'if-none-match': '"2"' })).status, 304);

    const versions = (await ask('GET', `/configs/${id}/versions`)).body['data'] as { version: number; config: object }[];
    assert.deepEqual(
      versions.map(({ version }) => version),
      [2, 1],
    );
    assert.deepEqual(versions[1]?.config, { provider: 'mock' });

    assert.equal((await ask('DELETE', `/configs/${id}`)).status, 204);
    assert.equal((await ask('GET', `/configs/${id}`)).status, 404);
  });

  it('go back to an earlier version, with the credentials that it had', async () => {
    await ask('POST', '/configs', { id: 'pc-back', name: 'first', config: { provider: 'openai', api_key: 'sk-of-the-first-version' } });
    await ask('PUT', '/configs/pc-back', { name: 'second', config: { provider: 'mock' } });
    const { body } = await ask('POST', '/configs/pc-back/restore', { version: 1 });
    assert.deepEqual([body['version'], body['name'], body['config']], [3, 'first', { provider: 'openai', api_key: '****sion' }]);
    assert.equal((await ask('POST', '/configs/pc-back/restore', { version: 9 })).status, 404);
  });

  it('take changes that come at the same time, each on top of the others', async () => {
    const { body } = await ask('POST', '/configs', { name: 'busy', config: { provider: 'mock' } });
    const id = String(body['id']);
    const changes = Array.from({ length: 12 }, (_, index) => ask('PUT', `/configs/${id}`, { name: `busy ${index}` }));
    assert.deepEqual(new Set((await Promise.all(changes)).map(({ status }) => status)), new Set([200]));
    assert.equal((await ask('GET', `/configs/${id}`)).body['version'], 13);
  });

  it('are listed in pages, and searched', async () => {
    for (const name of ['alpha', 'beta', 'gamma']) await ask('POST', '/configs', { id: `pc-page-${name}`, name, config: { provider: 'mock' } });
    const seen: unknown[] = [];
    let cursor: unknown = null;
    do {
      const { body } = await ask('GET', `/configs?limit=1&search=pc-page${cursor === null ? '' : `&cursor=${String(cursor)}`}`);
      seen.push(...(body['data'] as { id: string }[]).map(({ id }) => id));
      cursor = body['next_cursor'];
      assert.equal(body['has_more'], cursor !== null);
    } while (cursor !== null);
    assert.deepEqual(seen, ['pc-page-alpha', 'pc-page-beta', 'pc-page-gamma']);
    assert.equal((await ask('GET', '/configs?limit=0')).status, 400);
    assert.equal((await ask('GET', '/configs?cursor=!')).status, 400);
  });

  it('are refused with every problem by its place', async () => {
    const config = { strategy: { mode: 'fallback' }, targets: [{ provider: 'nope' }, { provider: 'mock', retry: { attempts: -1 } }] };
    const refused = await ask('POST', '/configs', { config });
    assert.equal(refused.status, 400);
    assert.equal(errorOf(refused).param, 'config.targets[0].provider');
    const { body } = await ask('POST', '/configs/check', { config });
    assert.equal(body['valid'], false);
    assert.deepEqual(
      (body['problems'] as { path: string }[]).map(({ path }) => path),
      ['targets[0].provider', 'targets[1].retry.attempts'],
    );
    assert.equal((await ask('POST', '/configs/check', { config: { provider: 'mock' } })).body['valid'], true);
    const unknown = await ask('POST', '/configs', { config: { virtual_key: 'not-there' } });
    assert.match(errorOf(unknown).message, /There is no provider saved as 'not-there'/);
  });

  it('show masks for the credentials in them, and take them back', async () => {
    const config = { strategy: { mode: 'fallback' }, targets: [{ provider: 'openai', api_key: 'sk-secret-number-one' }, { provider: 'mock' }] };
    const { body } = await ask('POST', '/configs', { id: 'pc-masked', config });
    const shown = body['config'] as typeof config;
    assert.equal(shown.targets[0]?.api_key, '****-one');
    const turned = { ...shown, targets: shown.targets.toReversed() };
    assert.equal((await ask('PUT', '/configs/pc-masked', { config: turned })).status, 200);
    const question = { body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } };
    const answer = await gateway.post('/v1/explain', question, { 'x-portkey-config': 'pc-masked' });
    assert.ok((await answer.text()).includes('****-one'));
    assert.equal((await ask('PUT', '/configs/pc-masked', { config: { provider: 'openai', api_key: '****abcd' } })).status, 400);
  });

  it('answer calls at once after a change', async () => {
    await ask('POST', '/configs', { id: 'pc-live', config: { provider: 'mock' } });
    const call = (): Promise<Response> =>
      gateway.post('/v1/chat/completions', { model: 'mock', messages: [{ role: 'user', content: 'Hi' }] }, { 'x-portkey-config': 'pc-live' });
    assert.equal((await call()).status, 200);
    await ask('PUT', '/configs/pc-live', { config: { provider: 'mock', override_params: { model: 'mock-status-503' } } });
    assert.notEqual((await call()).headers.get('x-portkey-last-used-option-index'), null);
    await ask('PUT', '/configs/pc-live', { status: 'archived' });
    const archived = await call();
    assert.equal(archived.status, 400);
    assert.match(await archived.text(), /archived/);
    await ask('DELETE', '/configs/pc-live');
    assert.match(await (await call()).text(), /There is no config saved as 'pc-live'/);
  });
});

describe('what else there is to ask', () => {
  const gateway = useGateway();
  const ask = adminOf(gateway);

  it('is the catalogue, the schema, the state, and a description of all of it', async () => {
    const providers = (await ask('GET', '/catalog/providers')).body['data'] as {
      id: string;
      needs_key: boolean;
      options: { name: string; secret: boolean }[];
    }[];
    assert.deepEqual(
      providers.filter(({ id }) => ['mock', 'openai'].includes(id)).map(({ needs_key: needsKey }) => needsKey),
      [false, true],
    );
    assert.ok(providers.find(({ id }) => id === 'bedrock')?.options.some(({ name, secret }) => name === 'aws_secret_access_key' && secret));
    const models = (await ask('GET', '/catalog/models?provider=openai')).body['data'] as { id: string; input_price: number }[];
    assert.ok(models.some(({ id, input_price: price }) => id.startsWith('gpt-4o') && price > 0));
    assert.equal((await ask('GET', '/schema/config')).body['title'], 'Sluice config');
    const status = (await ask('GET', '/status')).body;
    assert.deepEqual([status['file'], (status['stores'] as { ok: boolean }[])[0]?.ok, status['api_keys_required']], [null, true, false]);
    const described = (await ask('GET', '/openapi.json')).body;
    assert.equal(described['openapi'], '3.1.0');
    assert.ok('/admin/v1/configs/{id}' in (described['paths'] as object));
  });

  it('names the methods of a path, and of nothing else', async () => {
    const wrong = await ask('PATCH', '/configs');
    assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, POST']);
    assert.equal((await ask('GET', '/nothing')).status, 404);
  });

  it('is bounded', async () => {
    const large = await ask('POST', '/configs', { name: 'x'.repeat(2 ** 20), config: {} });
    assert.equal(large.status, 413);
    const broken = await fetch(`${gateway.url}/admin/v1/configs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    assert.equal(broken.status, 400);
  });
});
