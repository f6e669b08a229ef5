import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { adminOf, errorOf } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const USAGE = { prompt_tokens: 500, completion_tokens: 500, total_tokens: 1000 };

interface Told {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

describe('alerts of budgets', () => {
  const told: Told[] = [];
  /** What was posted to `/held` and not answered. */
  const held: ServerResponse[] = [];
  const environment: Record<string, string> = { SLUICE_ALERT_SECRET: 'whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==' };
  let hook: Server;
  let url: string;
  let upstream: FakeUpstream;
  before(async () => {
    hook = createServer((request, response) => {
      let text = '';
      request.on('data', (piece: Buffer) => (text += piece.toString()));
      request.on('end', () => {
        told.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) as Told['body'] });
        if (request.url === '/held') held.push(response);
        else response.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(hook, 'listening');
    url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
    environment['SLUICE_ALERT_WEBHOOK'] = `${url}/all`;
    upstream = await fakeUpstream(json(200, completion('ok', { usage: USAGE })));
  });
  const gateway = useGateway(environment);
  after(async () => {
    for (const response of held) response.end();
    await upstream.close();
    hook.close();
    hook.closeAllConnections();
  });

  const ask: ReturnType<typeof adminOf> = (...asked) => adminOf(gateway)(...asked);
  const policy = { kind: 'usage_limit', type: 'tokens', credit_limit: 10_000, alert_threshold: [1000, 2000] };
  const conditions = (team: string): object[] => [{ key: 'metadata.team', value: team }];
  const chat = (team: string): Promise<Response> =>
    gateway.chat({ provider: 'openai', api_key: 'k', custom_host: upstream.url }, {}, { 'x-portkey-metadata': JSON.stringify({ team }) });
  const toldOf = (id: string): readonly Told[] => told.filter(({ body }) => body['limit_id'] === id);
  const sorted = (all: readonly Told[]): readonly unknown[] => all.map(({ path, body }) => `${path} ${String(body['threshold'])}`).toSorted();

  it('go to the webhooks that a policy names and to the one of the gateway, once for each threshold', async () => {
    const made = await ask('POST', '/policies', {
      id: 'team-a',
      ...policy,
      conditions: conditions('a'),
      alert_webhook: [`${url}/one?key=1`, `${url}/two`],
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    for (let count = 0; count < 4; count++) assert.equal((await chat('a')).status, 200);
    await eventually('six posts', () => toldOf('team-a').length >= 6);
    assert.deepEqual(sorted(toldOf('team-a')), ['/all 1000', '/all 2000', '/one?key=1 1000', '/one?key=1 2000', '/two 1000', '/two 2000']);
    for (const { headers } of toldOf('team-a')) assert.match(String(headers['webhook-signature']), /^v1,[A-Za-z0-9+/]{43}=$/);
  });

  it('of a key go to what its budget names, and a change counts at once', async () => {
    const limit = { id: 'own-budget', type: 'tokens', credit_limit: 10_000, alert_threshold: [1000, 2000] };
    const made = await ask('POST', '/api-keys', { id: 'k1', name: 'k', usage_limits: [{ ...limit, alert_webhook: `${url}/first` }] });
    const headers = { 'x-portkey-api-key': made.body['key'] as string };
    const call = (): Promise<Response> => gateway.chat({ provider: 'openai', api_key: 'k', custom_host: upstream.url }, {}, headers);
    await (await call()).text();
    await eventually('the first threshold', () => toldOf('own-budget').some(({ path }) => path === '/first'));
    assert.equal((await ask('PUT', '/api-keys/k1', { usage_limits: [{ ...limit, alert_webhook: `${url}/second` }] })).status, 200);
    await (await call()).text();
    await eventually('the second threshold', () => toldOf('own-budget').length >= 4);
    assert.deepEqual(sorted(toldOf('own-budget')), ['/all 1000', '/all 2000', '/first 1000', '/second 2000']);
  });

  it('are told once though the limit is changed, and of thresholds that come with the change', async () => {
    await ask('POST', '/policies', { id: 'team-d', ...policy, alert_threshold: 2000, conditions: conditions('d') });
    for (let count = 0; count < 3; count++) assert.equal((await chat('d')).status, 200);
    await eventually('the threshold', () => toldOf('team-d').length > 0);
    const changed = await ask('PUT', '/policies/team-d', { credit_limit: 30_000, alert_threshold: [1500, 2000, 4000] });
    assert.equal(changed.status, 200);
    for (let count = 0; count < 2; count++) assert.equal((await chat('d')).status, 200);
    await eventually('the others', () => toldOf('team-d').length >= 3);
    assert.deepEqual(sorted(toldOf('team-d')), ['/all 1500', '/all 2000', '/all 4000']);
  });

  it('hold up no call, though nobody answers them', async () => {
    await ask('POST', '/policies', { id: 'team-b', ...policy, conditions: conditions('b'), alert_webhook: `${url}/held` });
    for (let count = 0; count < 3; count++) assert.equal((await chat('b')).status, 200);
    await eventually('a post that nobody answers', () => held.length > 0);
    assert.equal((await chat('b')).status, 200);
  });

  it('can be changed and taken away, like the other members of a policy', async () => {
    await ask('POST', '/policies', { id: 'team-c', ...policy, conditions: conditions('c'), alert_webhook: `${url}/c` });
    const changed = await ask('PUT', '/policies/team-c', { alert_webhook: null, unpriced: 'refuse' });
    assert.deepEqual([changed.status, changed.body['alert_webhook'], changed.body['unpriced']], [200, undefined, 'refuse']);
    await chat('c');
    await eventually('the webhook of the gateway', () => toldOf('team-c').length > 0);
    assert.deepEqual(sorted(toldOf('team-c')), ['/all 1000']);
  });

  it('go to no address that is private and not trusted, and to none that is no address', async () => {
    for (const webhook of [
      'ftp://example.com',
      'example.com/hook',
      'http://10.0.0.1/hook',
      'http://169.254.169.254/latest/meta-data',
      'https://user:password@example.com/',
      'https://metadata.google.internal/',
      ['https://example.com/', 'http://192.168.0.1/'],
      Array.from({ length: 11 }, (_, index) => `https://example.com/${index}`),
      7,
    ]) {
      const refused = await ask('POST', '/policies', { ...policy, alert_webhook: webhook });
      assert.equal(refused.status, 400, JSON.stringify(webhook));
      assert.match(errorOf(refused).param, /^alert_webhook(\[1\])?$/);
      assert.match(errorOf(refused).message, /begin with https:\/\/ or http:\/\/; private hosts must be TRUSTED_CUSTOM_HOSTS/);
    }
  });
});
