import assert from 'node:assert/strict';
import { request } from 'node:http';
import { before, describe, it } from 'node:test';
import { adminOf } from '../support/admin.ts';
import { useGateway, type TestGateway } from '../support/gateway.ts';

/** Posts with headers that `fetch` lets nobody set. */
function send(gateway: TestGateway, at: string, ...[sent, headers]: readonly [object, Readonly<Record<string, string>>]): Promise<number> {
  const body = JSON.stringify(sent);
  return new Promise((resolve, reject) => {
    request(gateway.url + at, { method: 'POST', headers: { 'content-length': String(body.length), ...headers } }, (response) =>
      resolve(response.resume().statusCode ?? 0),
    )
      .on('error', reject)
      .end(body);
  });
}

function post(gateway: TestGateway, model: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return send(gateway, '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }] }, headers);
}

const ELSEWHERE: readonly Readonly<Record<string, string>>[] = [
  { host: 'evil.example' },
  { host: 'localhost', origin: 'http://evil.example' },
  { host: 'localhost', origin: 'null' },
  { host: 'localhost', 'sec-fetch-site': 'cross-site' },
];

describe('pages of other sites', () => {
  const gateway = useGateway();
  before(() => adminOf(gateway)('POST', '/providers', { id: 'saved', provider: 'mock' }));

  it('use nothing that is saved in a gateway that asks its own machine for no keys', async () => {
    for (const headers of ELSEWHERE) assert.equal(await post(gateway, '@saved/mock', headers), 403, JSON.stringify(headers));
    const { host } = new URL(gateway.url);
    for (const headers of [{ host }, { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }])
      assert.equal(await post(gateway, '@saved/mock', headers), 200);
  });

  it('are not let in by what they say in a question', async () => {
    const body = { model: '@saved/mock', messages: [{ role: 'user', content: 'Hi' }] };
    const ask = (host: string): Promise<number> => send(gateway, '/v1/explain', { body, headers: { host: 'localhost' } }, { host });
    assert.deepEqual([await ask('localhost'), await ask('evil.example')], [200, 403]);
  });

  it('may go on with keys of their own, as ever', async () => {
    for (const headers of ELSEWHERE) assert.equal(await post(gateway, 'mock', { ...headers, 'x-portkey-provider': 'mock' }), 200);
    const { key } = (await adminOf(gateway)('POST', '/api-keys', { name: 'page' })).body;
    for (const headers of ELSEWHERE) assert.equal(await post(gateway, '@saved/mock', { ...headers, 'x-portkey-api-key': String(key) }), 200);
  });
});

describe('an operator', () => {
  const open = useGateway({ REQUIRE_API_KEY: '0' });
  const named = useGateway({ CORS_ALLOWED_ORIGINS: 'http://good.example' });
  before(() => Promise.all([open, named].map((gateway) => adminOf(gateway)('POST', '/providers', { id: 'saved', provider: 'mock' }))));

  it('may let anybody in, or the pages of some origins', async () => {
    for (const headers of ELSEWHERE) assert.equal(await post(open, '@saved/mock', headers), 200);
    assert.equal(await post(named, '@saved/mock', { host: 'localhost', origin: 'http://good.example', 'sec-fetch-site': 'cross-site' }), 200);
    assert.equal(await post(named, '@saved/mock', { host: 'localhost', origin: 'http://evil.example' }), 403);
  });
});
