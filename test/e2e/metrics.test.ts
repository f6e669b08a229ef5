import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { openGateway } from '../../src/server/start.ts';
import { readExposition, type Exposition } from '../support/exposition.ts';
import { chunks, completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

async function scrape(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Exposition> {
  const response = await fetch(`${url}/metrics`, { headers });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  return readExposition(await response.text());
}

/** The status of a request with headers that `fetch` does not let anybody set. */
function statusWith(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(`${url}/metrics`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('/metrics', () => {
  const gateway = useGateway({ SLUICE_ADMIN_KEY: 'an-admin-key-of-some-length' });
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      whole: json(200, completion('Hello')),
      down: json(503, { error: { message: 'down' } }),
      stream: sse(chunks('Hel', 'lo')),
    });
  });
  after(() => upstream.close());
  const target = (path: string): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}` });
  const ask = async (config: object, more: object = {}): Promise<void> => void (await (await gateway.chat(config, more)).text());

  it('tells of calls, their tokens and their attempts as Prometheus reads it', async () => {
    await ask(target('whole'));
    await ask({ strategy: { mode: 'fallback' }, targets: [target('down'), target('whole')] });
    await ask(target('stream'), { stream: true });
    const { value, kinds, samples } = await scrape(gateway.url);
    const labels = { provider: 'openai', model: 'gpt-4', endpoint: 'chat' };
    assert.equal(value('sluice_calls_total', { ...labels, status: '2xx' }), 3);
    assert.equal(value('sluice_tokens_total', { ...labels, type: 'input' }), 6);
    assert.ok(value('sluice_cost_usd_total', labels) > 0);
    assert.equal(value('sluice_call_duration_seconds_count', labels), 3);
    assert.equal(value('sluice_first_content_seconds_count', labels), 1);
    assert.equal(value('sluice_overhead_seconds_count', { endpoint: 'chat' }), 3);
    assert.equal(value('sluice_attempts_total', { provider: 'openai', outcome: 'ok' }), 3);
    assert.equal(value('sluice_fallbacks_total', { provider: 'openai', error: 'overloaded' }), 1);
    assert.ok(value('sluice_received_bytes_total') > 100);
    assert.equal(value('sluice_answers_total', { ending: 'whole' }), 3);
    assert.equal(kinds.get('sluice_overhead_seconds'), 'histogram');
    assert.equal(value('sluice_build_info'), 1);
    assert.equal(value('sluice_log_writable'), 1);
    assert.equal(value('sluice_log_dropped_calls_total'), 0);
    assert.ok(value('process_resident_memory_bytes') > 1e6);
    // The overhead is a part of the whole time.
    assert.ok(value('sluice_overhead_seconds_sum') <= value('sluice_call_duration_seconds_sum') + 0.05);
    assert.ok(samples.every(({ labels: own }) => Object.values(own).every((text) => !text.includes('sk-') && text !== 'k')));
  });

  it('counts what did not become a call', async () => {
    await fetch(`${gateway.url}/nothing/here`);
    await gateway.post('/v1/chat/completions', '{', { 'x-portkey-provider': 'mock' });
    for (const head of ['NONSENSE\r\n\r\n', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(200_000)}\r\n\r\n`]) {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      socket.on('error', () => undefined).write(head);
      await once(socket.resume(), 'close');
    }
    const { value } = await scrape(gateway.url);
    for (const code of ['not_found', 'http_invalid', 'http_head_too_large']) assert.equal(value('sluice_refused_requests_total', { code }), 1, code);
    assert.equal(value('sluice_errors_total', { code: 'invalid_json' }), 1);
  });

  it('tells of calls under way and of breakers', async () => {
    const own = await fakeUpstream({ silent: () => undefined, denied: json(401, { error: { message: 'no' } }) });
    const at = (path: string): object => ({
      provider: 'groq',
      api_key: 'sk-0123456789abcdef',
      custom_host: `${own.url}/${path}`,
      request_timeout: 400,
    });
    await ask(at('denied'));
    const waiting = ask(at('silent'));
    while (own.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const { value, samples } = await scrape(gateway.url);
    assert.equal(value('sluice_calls_under_way'), 1);
    assert.equal(value('sluice_breakers', { provider: 'groq', state: 'open' }), 1);
    const open = samples.find(({ name }) => name === 'sluice_breaker_open_seconds');
    assert.deepEqual(open?.labels, { provider: 'groq', host: `${own.url}/denied`, key: '****cdef', model: '' });
    await waiting;
    await own.close();
    assert.equal((await scrape(gateway.url)).value('sluice_errors_total', { code: 'request_timeout', provider: 'groq' }), 1);
  });

  it('counts what limits refuse, and what it was', async () => {
    const admin = { authorization: 'Bearer an-admin-key-of-some-length' };
    const limit = { type: 'requests', unit: 'rpm', value: 1 };
    const created = await gateway.post('/admin/v1/api-keys', { name: 'slow', rate_limits: [limit] }, admin);
    const { key } = (await created.json()) as { readonly key: string };
    const statuses: number[] = [];
    for (let index = 0; index < 3; index++)
      statuses.push((await gateway.chat({ provider: 'mock' }, { model: 'mock' }, { 'x-portkey-api-key': key })).status);
    assert.deepEqual(statuses, [200, 429, 429]);
    const { samples } = await scrape(gateway.url);
    const refused = samples.filter(({ name, labels }) => name === 'sluice_errors_total' && (labels['code'] ?? '').startsWith('rate_limit'));
    assert.equal(
      refused.reduce((sum, { value: count }) => sum + count, 0),
      2,
    );
  });

  it('has no more series than before when callers think up models, providers and metadata', async () => {
    const before = await scrape(gateway.url);
    for (let index = 0; index < 60; index++)
      await gateway.post(
        '/v1/chat/completions',
        { model: `made-up-${index}`, messages: [] },
        {
          'x-portkey-provider': index % 2 === 0 ? 'openai' : `nobody-${index}`,
          'x-portkey-metadata': JSON.stringify({ a: index }),
          'x-portkey-custom-host': `${upstream.url}/down`,
        },
      );
    const { samples, value } = await scrape(gateway.url);
    const models = (all: Exposition['samples']): Set<string> => new Set(all.flatMap(({ labels }) => labels['model'] ?? []));
    assert.deepEqual(
      [...models(samples)].filter((model) => !models(before.samples).has(model) && model !== 'other'),
      [],
    );
    assert.equal(value('sluice_calls_total', { model: 'other' }), 60);
  });

  it('is closed to others: pages of other sites, names that someone gave this machine, proxies, and wrong keys', async () => {
    const { host } = new URL(gateway.url);
    assert.equal(await statusWith(gateway.url, { host }), 200);
    for (const headers of [
      { host: 'rebound.example.com' },
      { host, origin: 'https://elsewhere.example.com' },
      { host, 'x-forwarded-for': '203.0.113.9' },
      { host: 'rebound.example.com', authorization: 'Bearer wrong' },
    ])
      assert.equal(await statusWith(gateway.url, headers), 401, JSON.stringify(headers));
    const key = { host: 'gateway.example.com', authorization: 'Bearer an-admin-key-of-some-length' };
    assert.equal(await statusWith(gateway.url, key), 200);
  });
});

describe('METRICS', () => {
  const opened = async (env: Readonly<Record<string, string>>, use: (url: string) => Promise<void>): Promise<void> => {
    const gateway = await openGateway({ PORT: '0', DRAIN_TIMEOUT: '1', SLUICE_DATA: ':memory:', ...env });
    try {
      await use(gateway.url);
    } finally {
      await gateway.close();
    }
  };

  it('opens them to everybody, or to nobody', async () => {
    await opened({ METRICS: 'public' }, async (url) => assert.equal(await statusWith(url, { host: 'anything.example.com' }), 200));
    await opened({ METRICS: 'off' }, async (url) => assert.equal(await statusWith(url, { host: new URL(url).host }), 404));
  });

  it('can have a port of their own, and are nowhere else then', async () => {
    const port = await freePort();
    await opened({ METRICS_PORT: String(port) }, async (url) => {
      assert.equal(await statusWith(url, { host: new URL(url).host }), 404);
      assert.equal((await scrape(`http://127.0.0.1:${port}`)).value('sluice_build_info'), 1);
      assert.equal((await fetch(`http://127.0.0.1:${port}/v1/models`)).status, 404);
    });
    await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`));
  });

  it('are refused at the start when they are wrong', async () => {
    await assert.rejects(openGateway({ PORT: '0', METRICS: 'perhaps' }), /METRICS: expected one of off, private, public, got "perhaps"/);
    await assert.rejects(openGateway({ PORT: '0', METRICS_LABELS: 'shoe_size' }), /METRICS_LABELS: expected/);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
