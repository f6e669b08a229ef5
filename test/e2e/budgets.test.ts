import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';
import { chunk, completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 1000, total_tokens: 2000 };
/** What that is at the prices of gpt-4o-mini: 0.15 and 0.60 USD for a million tokens. */
const COST = 0.00075;

describe('budgets and rate limits', () => {
  const alerts: Record<string, unknown>[] = [];
  let webhook: Server;
  let isWebhookUp = false;
  // Known before the gateway opens, which reads it.
  const environment: Record<string, string> = { SLUICE_DATA: 'memory' };
  before(async () => {
    webhook = createServer((request, response) => {
      let text = '';
      request.on('data', (piece: Buffer) => (text += piece.toString()));
      request.on('end', () => {
        if (isWebhookUp) alerts.push(JSON.parse(text) as Record<string, unknown>);
        response.writeHead(isWebhookUp ? 204 : 503).end();
        isWebhookUp = true;
      });
    }).listen(0, '127.0.0.1');
    await once(webhook, 'listening');
    environment['SLUICE_ALERT_WEBHOOK'] = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/alert`;
  });
  const gateway = useGateway(environment);
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      ok: json(200, completion('ok', { model: 'gpt-4o-mini', usage: USAGE }), {
        'x-ratelimit-limit-requests': '9999',
        'x-ratelimit-reset-tokens': '1s',
      }),
      other: json(200, completion('other', { model: 'gpt-4o-mini', usage: USAGE })),
      broken: json(500, { error: { message: 'no' } }),
      slow: async (request, response) => {
        await sleep(150);
        return json(200, completion('slow', { model: 'gpt-4o-mini', usage: USAGE }))(request, response, 0);
      },
      stream: sse([
        chunk({ content: 'a' }),
        chunk({ content: 'b' }),
        chunk({}, 'stop'),
        { ...chunk({}), choices: [], usage: USAGE },
        'data: [DONE]\n\n',
      ]),
      endless: async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        while (!response.destroyed) {
          response.write(`data: ${JSON.stringify(chunk({ content: 'word ' }))}\n\n`);
          await sleep(5);
        }
      },
    });
  });
  after(async () => {
    await upstream.close();
    webhook.close();
  });

  const admin = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  };
  const newKey = async (more: object): Promise<{ id: string; key: string }> =>
    (await admin('POST', '/api-keys', more)) as { id: string; key: string };
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const chat = (key: string, config: object, { signal, ...more }: { signal?: AbortSignal; [member: string]: unknown } = {}): Promise<Response> =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-portkey-api-key': key, 'x-portkey-config': JSON.stringify(config) },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1000, ...more }),
      signal: signal ?? null,
    });
  const priced = (path: string): object => target(path, { price: { input: 0.15, output: 0.6 } });
  interface Usage {
    readonly limit_id: string;
    readonly used: number;
    readonly reserved: number;
    readonly remaining: number;
    readonly status: string;
    readonly resets_at: string | null;
    readonly subject: { readonly kind: string; readonly id: string; readonly group: string | null };
  }
  const usageOf = async (subject: string): Promise<Usage[]> => (await admin('GET', `/usage?subject=${subject}`))['data'] as Usage[];

  it('refuse a key that has spent its USD with 412, say what is left and when it begins anew, and let it in again after a reset', async () => {
    const { id, key } = await newKey({
      name: 'spender',
      usage_limits: [{ id: 'spend-1', type: 'cost', credit_limit: 0.0015, periodic_reset: 'monthly' }],
    });
    const config = priced('ok');
    const first = await chat(key, config);
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('x-sluice-budget-limit'), '0.0015 USD');
    assert.equal((await chat(key, config)).status, 200);
    const refused = await chat(key, config);
    assert.equal(refused.status, 412);
    assert.equal(refused.headers.get('x-sluice-budget-remaining'), '0 USD');
    assert.match(refused.headers.get('x-sluice-budget-reset') ?? '', /^20\d\d-\d\d-01T00:00:00\.000Z$/);
    const { error, errors } = (await refused.json()) as { error: { code: string; type: string; message: string }; errors: string[] };
    assert.equal(error.code, 'budget_exhausted');
    assert.equal(error.type, 'api_key_exhaust_error');
    assert.match(error.message, /used up: 0 of 0\.0015 USD left; it begins anew at 20/);
    assert.ok(errors.includes('limit_id: spend-1'));
    const [usage] = await usageOf(id);
    assert.equal(usage?.used, 2 * COST);
    assert.equal(usage?.status, 'exhausted');
    assert.equal((await admin('GET', `/api-keys/${id}`))['status'], 'exhausted');
    await admin('POST', '/usage/spend-1/reset');
    assert.equal((await chat(key, config)).status, 200);
    assert.equal((await admin('GET', `/api-keys/${id}`))['status'], 'active');
  });

  it('never let concurrent calls spend more than the budget', async () => {
    const { id, key } = await newKey({ name: 'burst', usage_limits: [{ type: 'cost', credit_limit: 0.01 }] });
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await chat(key, priced('slow'))).status));
    const [usage] = await usageOf(id);
    assert.ok((usage?.used ?? 0) <= 0.01 + COST, String(usage?.used));
    assert.equal(statuses.filter((status) => status === 200).length, Math.round((usage?.used ?? 0) / COST));
    assert.ok(statuses.filter((status) => status === 200).length >= 13);
    assert.equal(statuses.filter((status) => status === 412).length, 100 - statuses.filter((status) => status === 200).length);
  });

  it('count what streams use, by the provider’s own word, and what those used that nobody waited for', async () => {
    const { id, key } = await newKey({ name: 'streamer', usage_limits: [{ type: 'tokens', credit_limit: 100_000 }] });
    const whole = await chat(key, target('stream'), { stream: true, stream_options: { include_usage: true } });
    await whole.text();
    assert.equal((await usageOf(id))[0]?.used, 2000);
    const aborter = new AbortController();
    const left = await chat(key, target('endless'), { stream: true, signal: aborter.signal });
    const reader = (left.body as ReadableStream<Uint8Array>).getReader();
    for (let count = 0; count < 5; count++) await reader.read();
    aborter.abort();
    await settled(async () => (await usageOf(id))[0]?.reserved === 0);
    const used = (await usageOf(id))[0]?.used ?? 0;
    assert.ok(used > 2000 && used < 3500, String(used));
  });

  it('take nothing for attempts that fail, and give back what they reserved', async () => {
    const { id, key } = await newKey({
      name: 'failer',
      usage_limits: [{ type: 'cost', credit_limit: 0.001 }],
      rate_limits: [{ type: 'concurrency', value: 1 }],
    });
    for (let count = 0; count < 5; count++) assert.equal((await chat(key, priced('broken'))).status, 500);
    const [usage] = await usageOf(id);
    assert.deepEqual([usage?.used, usage?.reserved], [0, 0]);
  });

  it('limit requests with OpenAI’s headers and Retry-After, in place of the provider’s', async () => {
    const { key } = await newKey({
      name: 'fast',
      rate_limits: [
        { type: 'requests', unit: 'rpm', value: 2 },
        { type: 'tokens', unit: 'rph', value: 50_000 },
      ],
    });
    const first = await chat(key, target('ok'));
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('x-ratelimit-limit-requests'), '2');
    assert.equal(first.headers.get('x-ratelimit-remaining-requests'), '1');
    assert.match(first.headers.get('x-ratelimit-reset-requests') ?? '', /^(29\.\d+|30)s$/);
    assert.equal(first.headers.get('x-ratelimit-limit-tokens'), '50000');
    assert.equal((await chat(key, target('ok'))).status, 200);
    const refused = await chat(key, target('ok'));
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) >= 28);
    assert.equal(refused.headers.get('x-ratelimit-remaining-requests'), '0');
    const { error } = (await refused.json()) as { error: { code: string; type: string } };
    assert.deepEqual([error.code, error.type], ['rate_limited', 'api_key_rate_limit_error']);
  });

  it('tell Anthropic’s clients in Anthropic’s words', async () => {
    const { key } = await newKey({ name: 'claude', rate_limits: [{ type: 'requests', unit: 'rpm', value: 1 }] });
    const ask = (): Promise<Response> =>
      fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-portkey-api-key': key, 'x-portkey-config': JSON.stringify(target('ok')) },
        body: JSON.stringify({ model: 'gpt-4o-mini', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }),
      });
    assert.equal((await ask()).headers.get('anthropic-ratelimit-requests-remaining'), '0');
    const refused = await ask();
    assert.equal(refused.status, 429);
    assert.equal(((await refused.json()) as { type: string }).type, 'error');
  });

  it('refuse nothing for a shadow, and tell that they would have', async () => {
    const { key } = await newKey({ name: 'shadow', rate_limits: [{ id: 'shadow-1', type: 'requests', unit: 'rpm', value: 1, shadow: true }] });
    assert.equal((await chat(key, target('ok'))).headers.get('x-sluice-shadow-limit'), null);
    const second = await chat(key, target('ok'));
    assert.equal(second.status, 200);
    assert.equal(second.headers.get('x-sluice-shadow-limit'), 'shadow-1');
  });

  it('do not take from one limit what another one refuses', async () => {
    const { id, key } = await newKey({
      name: 'both',
      usage_limits: [{ type: 'requests', credit_limit: 100 }],
      rate_limits: [{ type: 'requests', unit: 'rph', value: 1 }],
    });
    for (let count = 0; count < 5; count++) await chat(key, target('ok'));
    assert.equal((await usageOf(id))[0]?.used, 1);
  });

  it('send a call on to the next target where the limit of one is reached', async () => {
    await admin('POST', '/providers', {
      id: 'small',
      provider: 'openai',
      key: 'k',
      custom_host: `${upstream.url}/ok`,
      rate_limits: [{ type: 'requests', unit: 'rph', value: 1 }],
    });
    const { key } = await newKey({ name: 'mover', rate_limits: [{ type: 'requests', unit: 'rph', value: 600 }] });
    const config = { strategy: { mode: 'fallback' }, targets: [{ provider: '@small' }, target('other')] };
    const answers: string[] = [];
    for (let count = 0; count < 3; count++) {
      const response = await chat(key, config);
      assert.equal(response.status, 200);
      answers.push(((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content ?? '');
    }
    assert.deepEqual(answers, ['ok', 'other', 'other']);
    const alone = await chat(key, { provider: '@small' });
    assert.equal(alone.status, 429);
    assert.equal(alone.headers.get('x-ratelimit-limit-requests'), '1');
    assert.equal(((await alone.json()) as { error: { type: string } }).error.type, 'virtual_key_rate_limit_error');
  });

  it('count policies apart for each group, of calls and of models', async () => {
    await admin('POST', '/policies', {
      id: 'per-user',
      kind: 'usage_limit',
      type: 'requests',
      credit_limit: 1,
      conditions: [{ key: 'metadata.plan', value: 'free' }],
      group_by: ['metadata.user'],
    });
    await admin('POST', '/policies', {
      id: 'per-model',
      kind: 'rate_limit',
      type: 'requests',
      unit: 'rph',
      value: 1,
      conditions: [{ key: 'model', value: '@openai/gpt-limited*' }],
      group_by: ['model'],
    });
    const { key } = await newKey({ name: 'grouped' });
    const ask = (metadata: object, model = 'gpt-4o-mini'): Promise<Response> =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-portkey-api-key': key,
          'x-portkey-config': JSON.stringify(target('ok')),
          'x-portkey-metadata': JSON.stringify(metadata),
        },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
      });
    assert.equal((await ask({ plan: 'free', user: 'ann' })).status, 200);
    assert.equal((await ask({ plan: 'free', user: 'ann' })).status, 412);
    assert.equal((await ask({ plan: 'free', user: 'bob' })).status, 200);
    assert.equal((await ask({ plan: 'paid', user: 'ann' })).status, 200);
    assert.equal((await ask({}, 'gpt-limited-1')).status, 200);
    assert.equal((await ask({}, 'gpt-limited-1')).status, 429);
    assert.equal((await ask({}, 'gpt-limited-2')).status, 200);
    const groups = (await usageOf('per-user')).map(({ subject }) => subject.group ?? '').toSorted((one, other) => one.localeCompare(other));
    assert.deepEqual(groups, ['metadata.user=ann', 'metadata.user=bob']);
    await admin('DELETE', '/policies/per-user');
    assert.equal((await ask({ plan: 'free', user: 'ann' })).status, 200);
  });

  it('take calls that nobody can price unless they are told to refuse them, and send those on to a target with a price', async () => {
    const model = 'nobody-knows';
    const open = await newKey({ name: 'open', usage_limits: [{ type: 'cost', credit_limit: 1 }] });
    assert.equal((await chat(open.key, target('broken'), { model })).status, 500);
    const strict = await newKey({ name: 'strict', usage_limits: [{ type: 'cost', credit_limit: 1, unpriced: 'refuse' }] });
    const refused = await chat(strict.key, target('broken'), { model });
    assert.equal(refused.status, 412);
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'model_unpriced');
    const moved = await chat(strict.key, { strategy: { mode: 'fallback' }, targets: [target('nowhere'), priced('other')] }, { model });
    assert.equal(moved.status, 200);
    assert.match(moved.headers.get('x-sluice-attempts') ?? '', /"error":"quota"/);
  });

  it('charge a call for the target that was left behind in its race, as far as that had read the prompt', async () => {
    const { id, key } = await newKey({ name: 'racer', usage_limits: [{ type: 'tokens', credit_limit: 100_000 }] });
    const config = { strategy: { mode: 'hedge', delay: 20 }, targets: [target('slow'), target('other')] };
    const response = await chat(key, config);
    assert.equal(response.headers.get('x-sluice-last-used-option-index'), 'config.targets[1]');
    const used = (await usageOf(id))[0]?.used ?? 0;
    assert.ok(used > 2000 && used < 4000, String(used));
  });

  it('tell the webhook once when a threshold is passed, though it is down at first', async () => {
    const { key } = await newKey({ name: 'alerted', usage_limits: [{ id: 'alert-1', type: 'tokens', credit_limit: 10_000, alert_threshold: 2000 }] });
    for (let count = 0; count < 3; count++) await chat(key, target('ok'));
    await settled(async () => alerts.some((alert) => alert['limit_id'] === 'alert-1'));
    const own = alerts.filter((alert) => alert['limit_id'] === 'alert-1');
    assert.equal(own.length, 1);
    assert.deepEqual([own[0]?.['event'], own[0]?.['threshold'], own[0]?.['limit']], ['budget.threshold', 2000, 10_000]);
  });
});

describe('budgets of a gateway that starts again', () => {
  it('are as they were', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-budgets-'));
    const upstream = await fakeUpstream(json(200, completion('ok', { usage: USAGE })));
    const headers = { 'content-type': 'application/json' };
    const open = (): Promise<OpenGateway> => openGateway({ PORT: '0', DRAIN_TIMEOUT: '1', SLUICE_DATA: folder });
    const post = (url: string, body: unknown, more: object = {}): Promise<Response> =>
      fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });
    const first = await open();
    const made = await post(`${first.url}/admin/v1/api-keys`, { name: 'k', usage_limits: [{ type: 'tokens', credit_limit: 3000 }] });
    const { key } = (await made.json()) as { key: string };
    const config = JSON.stringify({ provider: 'openai', api_key: 'k', custom_host: upstream.url });
    const ask = async (url: string): Promise<number> => {
      const body = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
      return (await post(`${url}/v1/chat/completions`, body, { 'x-portkey-api-key': key, 'x-portkey-config': config })).status;
    };
    assert.deepEqual([await ask(first.url), await ask(first.url)], [200, 200]);
    await first.close();
    const second = await open();
    assert.equal(await ask(second.url), 412);
    await second.close();
    await upstream.close();
    rmSync(folder, { recursive: true });
  });
});

describe('budgets of two gateways on one folder', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-budgets-'));
  const env = { SLUICE_DATA: folder, REQUIRE_API_KEY: '1' };
  const gateways = [useGateway(env), useGateway(env)] as const;
  after(() => rmSync(folder, { recursive: true }));

  it('hold together without Redis', async () => {
    const upstream = await fakeUpstream(json(200, completion('ok', { usage: USAGE })));
    const limits = { name: 'k', usage_limits: [{ type: 'requests', credit_limit: 20 }] };
    const made = await gateways[0].post('/admin/v1/api-keys', limits);
    const { key } = (await made.json()) as { key: string };
    const headers = { 'x-portkey-api-key': key, 'x-portkey-config': JSON.stringify({ provider: 'openai', api_key: 'k', custom_host: upstream.url }) };
    const ask = async (index: number): Promise<number> => {
      const body = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
      return (await (gateways[index % 2] ?? gateways[0]).post('/v1/chat/completions', body, headers)).status;
    };
    await settled(async () => (await gateways[1].post('/v1/chat/completions', {}, headers)).status !== 401);
    const before = upstream.seen.length;
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(index)));
    const passed = statuses.filter((status) => status === 200).length;
    assert.ok(passed <= 20 + 2 && upstream.seen.length - before === passed, String(passed));
    assert.ok(passed >= 18, String(passed));
    assert.deepEqual(
      [...new Set(statuses)].toSorted((one, other) => one - other),
      [200, 412],
    );
    await upstream.close();
  });
});

/** Waits until something holds; fails after some seconds. */
async function settled(holds: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < 500; count++) {
    if (await holds()) return;
    await sleep(20);
  }
  assert.fail('it never came to hold');
}
