import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

interface State {
  readonly status: string;
  readonly version: string;
  readonly uptime_seconds: number;
  readonly calls_under_way: number;
  readonly breakers: { readonly open: number; readonly closed: number; readonly list: readonly Record<string, unknown>[] };
}

const KEY = 'sk-0123456789-abcdefghij';

describe('/readyz', () => {
  const gateway = useGateway({ HOST: '0.0.0.0', REQUIRE_API_KEY: '0' });
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({ whole: json(200, completion('Hello')), denied: json(401, { error: { message: 'no' } }), silent: () => {} });
  });
  after(() => upstream.close());
  const ask = (name: string, more: object = {}, init: object = {}): Promise<Response> =>
    gateway.chat({ provider: 'openai', api_key: KEY, custom_host: `${upstream.url}/${name}`, ...more }, init);
  const state = async (host = '127.0.0.1'): Promise<State> => {
    const url = new URL('/readyz?verbose', gateway.url);
    url.hostname = host;
    return (await (await fetch(url)).json()) as State;
  };

  it('is small unless more is asked for', async () => {
    const url = new URL('/readyz', gateway.url);
    url.hostname = '127.0.0.1';
    assert.deepEqual(await (await fetch(url)).json(), { status: 'ready' });
  });

  it('shows what is under way and every breaker, those first that keep calls away, without the keys', async () => {
    await ask('whole');
    await ask('denied', { override_params: { model: 'gpt-9' } });
    const waiting = ask('silent', { request_timeout: 500 });
    while (upstream.seen.every(({ url }) => !url.startsWith('/silent'))) await new Promise((resolve) => setTimeout(resolve, 5));
    const { status, version, uptime_seconds: uptime, calls_under_way: under, breakers } = await state();
    await waiting;
    assert.deepEqual([status, under, breakers.open, breakers.closed], ['ready', 1, 1, 2]);
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.ok(uptime >= 0 && uptime < 60);
    const [first, ...others] = breakers.list as [Record<string, unknown>, ...Record<string, unknown>[]];
    assert.ok((first['open_for_ms'] as number) > 0);
    assert.deepEqual(
      { ...first, open_for_ms: 0 },
      { provider: 'openai', host: `${upstream.url}/denied`, key: '****ghij', model: 'gpt-9', state: 'open', open_for_ms: 0 },
    );
    assert.deepEqual(
      new Set(others.map(({ host, state: own }) => [host, own].join(' '))),
      new Set([`${upstream.url}/silent closed`, `${upstream.url}/whole closed`]),
    );
    assert.ok(!JSON.stringify(breakers).includes('0123456789'));
    while ((await state()).calls_under_way > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('tells pages of others, by whatever name they reach it, no more than whether it is ready', async () => {
    for (const headers of [{ host: 'rebound.example' }, { origin: 'https://other.example' }, { 'x-forwarded-for': '203.0.113.7' }]) {
      const outgoing = request({ port: new URL(gateway.url).port, path: '/readyz?verbose', headers }).end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      assert.equal((await response.setEncoding('utf8').toArray()).join(''), '{"status":"ready"}', JSON.stringify(headers));
    }
  });

  const outside = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, family }) => !internal && family === 'IPv4'),
  )[0];
  it('tells callers from elsewhere no more than whether it is ready', { skip: outside === undefined ? 'no other network' : false }, async () => {
    assert.deepEqual(await state(outside?.address), { status: 'ready' });
  });
});
