import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { useGateway } from '../support/gateway.ts';

const ADMIN = 'an-admin-key-that-is-long';
const gateway = useGateway({ SLUICE_ADMIN_KEY: ADMIN });

interface Logged {
  readonly id: string;
  readonly [member: string]: unknown;
}

interface Answered<Answer> {
  readonly status: number;
  readonly body: Answer;
}

async function ask<Answer>(path: string, init: { method?: string; key?: string; body?: unknown } = {}): Promise<Answered<Answer>> {
  const { method = init.body === undefined ? 'GET' : 'POST', key = ADMIN, body } = init;
  const response = await fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

/** Calls of a trace, once there are so many. */
async function callsOf(trace: string, count: number, key?: string): Promise<readonly Logged[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { body } = await ask<{ data: Logged[] }>(`/admin/v1/logs?trace_id=${trace}`, key === undefined ? {} : { key });
    if (body.data.length >= count) return body.data;
    await sleep(50);
  }
  throw new Error(`The log has fewer than ${count} calls of ${trace}`);
}

async function makeKey(members: object): Promise<{ readonly id: string; readonly key: string }> {
  const { status, body } = await ask<{ id: string; key: string }>('/admin/v1/api-keys', { body: members });
  equal(status, 201, JSON.stringify(body));
  return body;
}

const MOCK = { provider: 'mock' };

describe('the request log', () => {
  test('has requests whose body could not be read, with why', async () => {
    const headers = { 'x-portkey-provider': 'mock', 'x-portkey-trace-id': 'unreadable' };
    const cases = [
      ['invalid_json', await gateway.post('/v1/chat/completions', '{"model": ', headers)],
      ['invalid_content_type', await gateway.post('/v1/messages', 'hello', { ...headers, 'content-type': 'text/plain' })],
      ['invalid_request', await gateway.post('/v1/chat/completions', '{}', { ...headers, 'content-encoding': 'gzip' })],
    ] as const;
    for (const [code, response] of cases) equal(response.status, 400, code);
    const logged = await callsOf('unreadable', cases.length);
    deepEqual(
      new Set(logged.map(({ error_code: code, status, ending }) => `${String(code)} ${String(status)} ${String(ending)}`)),
      new Set(cases.map(([code]) => `${code} 400 failed`)),
    );
    for (const [, response] of cases) ok(logged.some(({ id }) => id === response.headers.get('x-sluice-request-id')));
  });

  test('has a call with its attempts, times, tokens, bodies and place in a trace', async () => {
    const config = {
      strategy: { mode: 'fallback' },
      targets: [{ provider: 'openai', api_key: 'sk-secret-0123456789', custom_host: 'http://127.0.0.1:1' }, MOCK],
    };
    const headers = { 'x-portkey-trace-id': 'first', 'x-portkey-metadata': '{"_user":"ann"}', authorization: 'Bearer sk-own-0123456789' };
    const response = await gateway.chat(config, { model: 'mock', stream: true }, headers);
    ok((await response.text()).endsWith('data: [DONE]\n\n'));
    const [listed] = await callsOf('first', 1);
    equal(listed?.id, response.headers.get('x-sluice-request-id'));
    const expected = {
      status: 200,
      provider: 'mock',
      model: 'mock',
      target: 'config.targets[1]',
      is_stream: true,
      ending: 'whole',
      attempts_count: 2,
    };
    deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, listed?.[name]])), expected);
    deepEqual(listed?.['metadata'], { _user: 'ann' });
    equal(listed?.['excerpt'], 'Hi');
    ok(!('request' in (listed ?? {})));
    const { body } = await ask<Logged>(`/admin/v1/logs/${listed?.id}`);
    const attempts = body['attempts'] as { target: string; error?: string; end_ms?: number }[];
    deepEqual(
      attempts.map(({ target, error }) => [target, error]),
      [
        ['config.targets[0]', 'network'],
        ['config.targets[1]', undefined],
      ],
    );
    ok(attempts[1]?.end_ms !== undefined);
    match(JSON.stringify(body['response']), /Sluice/);
    const text = JSON.stringify(body);
    ok(!/sk-secret-0123456789|sk-own-0123456789/.test(text), text);
  });

  test('has calls that failed, with what the client was told', async () => {
    const response = await gateway.chat({ provider: 'no-such-provider' }, {}, { 'x-portkey-trace-id': 'failed' });
    equal(response.status, 400);
    const [call] = await callsOf('failed', 1);
    deepEqual([call?.['status'], call?.['ending'], call?.['error_code']], [400, 'failed', 'invalid_config']);
  });

  test('keeps no bodies of a request that says so, and of a key that says so', async () => {
    const { key } = await makeKey({ name: 'Silent', log_bodies: false });
    await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-trace-id': 'silent', 'x-portkey-debug': 'false' });
    await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-trace-id': 'silent', 'x-portkey-api-key': key });
    for (const { id, excerpt } of await callsOf('silent', 2)) {
      equal(excerpt, '');
      const { body } = await ask<{ request?: object; response?: { body?: unknown } }>(`/admin/v1/logs/${id}`);
      deepEqual([body.request, body.response?.body], [undefined, undefined]);
    }
  });

  test('shows a key with the scope its own workspace only', async () => {
    const scopes = ['completions.write', 'logs.read', 'analytics.read'];
    const red = await makeKey({ name: 'red', workspace: 'red', scopes });
    const blue = await makeKey({ name: 'blue', workspace: 'blue', scopes });
    for (const { key } of [red, blue]) await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-trace-id': 'shared', 'x-portkey-api-key': key });
    const all = await callsOf('shared', 2);
    const own = await callsOf('shared', 1, red.key);
    deepEqual(
      own.map((call) => [call['workspace'], call['api_key']]),
      [['red', { id: red.id, name: 'red' }]],
    );
    const foreign = all.filter(({ workspace }) => workspace === 'blue').map(({ id }) => id);
    for (const path of [`/admin/v1/logs/${foreign.join()}`, `/v1/logs/${foreign.join()}`]) equal((await ask(path, { key: red.key })).status, 404);
    const { body: forced } = await ask<{ data: Logged[] }>('/admin/v1/logs?workspace=blue', { key: red.key });
    deepEqual(new Set(forced.data.map(({ workspace }) => workspace)), new Set(['red']));
    equal((await ask<{ calls: number }>('/admin/v1/analytics/summary', { key: blue.key })).body.calls, 1);
    equal((await ask('/admin/v1/logs', { key: (await makeKey({ name: 'No scope' })).key })).status, 403);
  });

  test('takes a parameter that was left empty for one that was not given', async () => {
    await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-trace-id': 'half-filled' });
    await callsOf('half-filled', 1);
    const { status, body } = await ask<{ data: Logged[] }>('/admin/v1/logs?trace_id=half-filled&max_ms=&model=&from=&limit=');
    equal(status, 200);
    equal(body.data.length, 1);
  });

  test('says which parameter of a question is wrong', async () => {
    for (const [query, param] of [
      ['status=4x', 'status'],
      ['from=yesterday', 'from'],
      ['cursor=abc', 'cursor'],
      ['limit=1000', 'limit'],
      ['colour=red', 'colour'],
      ['min_ms=fast', 'min_ms'],
      ['to=99999999999999999999', 'to'],
      [`status=${'200,'.repeat(1500)}200`, 'status'],
    ]) {
      const { status, body } = await ask<{ error: { param: string } }>(`/admin/v1/logs?${query}`);
      deepEqual([status, body.error.param], [400, param]);
    }
    for (const [path, param] of [
      ['summary?from=8640000000000001', 'from'],
      ['series?from=9007199254740993000', 'from'],
      [`series?search=x&step=${'9'.repeat(400)}d`, 'step'],
    ]) {
      const { status, body } = await ask<{ error: { param: string } }>(`/admin/v1/analytics/${path}`);
      deepEqual([status, body.error.param], [400, param], path);
    }
  });

  test('can be followed: a listener hears of the calls that it asked for, and of no other', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${gateway.url}/admin/v1/logs/stream?metadata.tail=yes`, {
      headers: { authorization: `Bearer ${ADMIN}` },
      signal: leaving.signal,
    });
    match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    const heard: string[] = [];
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    heard.push((await reader.read()).value ?? '');
    await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-metadata': '{"tail":"no"}' });
    const wanted = await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-metadata': '{"tail":"yes"}' });
    while (!heard.join('').includes('event: call')) heard.push((await reader.read()).value ?? '');
    leaving.abort();
    const [, data = ''] = /data: (.*)\n/.exec(heard.join('')) ?? [];
    equal((JSON.parse(data) as Logged).id, wanted.headers.get('x-sluice-request-id'));
  });

  test('can be taken away as lines of JSON', async () => {
    for (let i = 0; i < 3; i += 1) await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-trace-id': 'export' });
    await callsOf('export', 3);
    const response = await fetch(`${gateway.url}/admin/v1/logs/export?trace_id=export`, { headers: { authorization: `Bearer ${ADMIN}` } });
    const lines = (await response.text()).trimEnd().split('\n');
    equal(lines.length, 3);
    ok(lines.every((line) => (JSON.parse(line) as { attempts: unknown[] }).attempts.length === 1));
  });

  test('adds calls up, over time and by what they have in common', async () => {
    await gateway.chat({ ...MOCK }, { model: 'mock' }, { 'x-portkey-trace-id': 'sums' });
    await callsOf('sums', 1);
    const { body: summary } = await ask<{ calls: number; errors: number; ms: { p50: number } }>('/admin/v1/analytics/summary');
    const { body: series } = await ask<{ points: { calls: number }[] }>('/admin/v1/analytics/series?step=1m');
    const { body: groups } = await ask<{ groups: { key: string; calls: number }[] }>('/admin/v1/analytics/groups?by=model');
    ok(summary.calls >= 8 && summary.errors >= 1 && summary.ms.p50 !== null);
    equal(
      series.points.reduce((sum, { calls }) => sum + calls, 0),
      summary.calls,
    );
    ok(groups.groups.some(({ key, calls }) => key === 'mock' && calls >= 7));
  });
});

describe('what Portkey’s clients ask of the log', () => {
  test('custom logs are taken, judged, shown and exported', async () => {
    const log = {
      request: {
        url: 'https://example.com/v1?key=abcdef0123456789',
        provider: 'openai',
        headers: { Authorization: 'Bearer sk-theirs-0123456789' },
        body: { model: 'gpt-4o' },
      },
      response: { status: 200, response_time: 1200, body: { usage: { prompt_tokens: 7, completion_tokens: 3 } } },
      metadata: { traceId: 'custom', _user: 'bob' },
    };
    const sent = await ask<{ status: string; log_ids: string[] }>('/v1/logs', { body: [log, log] });
    deepEqual([sent.status, sent.body.status, sent.body.log_ids.length], [200, 'success', 2]);
    await callsOf('custom', 2);
    const judged = await ask<{ feedback_ids: string[] }>('/v1/feedback', { body: { trace_id: 'custom', value: 7, weight: 0.5 } });
    const [id = ''] = judged.body.feedback_ids;
    equal((await ask(`/v1/feedback/${id}`, { method: 'PUT', body: { value: -2 } })).status, 200);
    equal((await ask('/v1/feedback/none', { method: 'PUT', body: { value: 1 } })).status, 404);
    equal((await ask('/v1/feedback', { body: { trace_id: 'custom', value: 11 } })).status, 400);
    const { body: shown } = await ask<{ data: Record<string, unknown> }>(`/v1/logs/${sent.body.log_ids[0]}`);
    deepEqual([shown.data['req_units'], shown.data['res_units'], shown.data['response_time'], shown.data['ai_org']], [7, 3, 1200, 'openai']);
    ok(!/sk-theirs-0123456789|abcdef0123456789/.test(JSON.stringify(shown)));
    const { body: made } = await ask<{ id: string; total: number }>('/v1/logs/exports', {
      body: { filters: { trace_id: 'custom' }, requested_data: ['id', 'trace_id', 'cost'] },
    });
    equal(made.total, 2);
    equal((await ask(`/v1/logs/exports/${made.id}/download`)).status, 409);
    await ask(`/v1/logs/exports/${made.id}/start`, { method: 'POST', body: {} });
    const { body: download } = await ask<{ signed_url: string }>(`/v1/logs/exports/${made.id}/download`);
    const lines = (await (await fetch(download.signed_url)).text()).trimEnd().split('\n');
    deepEqual(
      lines.map((line) => Object.keys(JSON.parse(line) as object)),
      [
        ['id', 'trace_id', 'cost'],
        ['id', 'trace_id', 'cost'],
      ],
    );
    equal((await fetch(download.signed_url.replace(/token=.*/, 'token=guess'))).status, 404);
  });

  test('whoever changes an export can neither widen it to other workspaces nor choose its token', async () => {
    const { key } = await makeKey({ name: 'exporter', workspace: 'narrow', scopes: ['completions.write', 'logs.export'] });
    await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-trace-id': 'elsewhere' });
    await gateway.chat(MOCK, { model: 'mock' }, { 'x-portkey-trace-id': 'within', 'x-portkey-api-key': key });
    await callsOf('elsewhere', 1);
    await callsOf('within', 1);
    const { body: made } = await ask<{ id: string }>('/v1/logs/exports', { key, body: {} });
    const path = `/v1/logs/exports/${made.id}`;
    const widened = { seesAll: true, token: 'guessed', status: 'success', filters: {}, description: 'mine' };
    equal((await ask(path, { key, method: 'PUT', body: widened })).status, 200);
    const { body: shown } = await ask<{ status: string; description: string }>(path, { key });
    deepEqual([shown.status, shown.description], ['draft', 'mine']);
    await ask(`${path}/start`, { key, method: 'POST', body: {} });
    equal((await fetch(`${gateway.url}${path}/file?token=guessed`)).status, 404);
    const { body: download } = await ask<{ signed_url: string }>(`${path}/download`, { key });
    const lines = (await (await fetch(download.signed_url)).text()).trimEnd().split('\n');
    deepEqual(
      lines.map((line) => (JSON.parse(line) as { trace_id: string }).trace_id),
      ['within'],
    );
    const late = await ask<{ error: { message: string } }>(path, { key, method: 'PUT', body: { description: 'too late' } });
    equal(late.status, 409, JSON.stringify(late.body));
  });

  test('custom logs may take any part of a millisecond, but not longer than anybody waits', async () => {
    const log = (time: number): object => ({ request: {}, response: { response_time: time }, metadata: { traceId: 'parts' } });
    const times = Array.from({ length: 10 }, (_, i) => 12.1 + i * 1.1);
    equal((await ask('/v1/logs', { body: times.map(log) })).status, 200);
    const logged = await callsOf('parts', times.length);
    deepEqual(new Set(logged.map(({ ms }) => ms)), new Set(times));
    const { status, body } = await ask<{ error: { param: string } }>('/v1/logs', { body: log(1e300) });
    deepEqual([status, body.error.param], [400, 'response.response_time']);
  });

  test('every graph and group is drawn', async () => {
    const graphs =
      'requests cost latency tokens users users/requests errors errors/rate errors/stacks errors/status-codes requests/rescued cache/hit-rate cache/latency feedbacks feedbacks/scores feedbacks/weighted feedbacks/ai-models';
    for (const graph of graphs.split(' ')) {
      const { status, body } = await ask<{ object: string; summary: object; data_points: unknown[] }>(`/v1/analytics/graphs/${graph}`);
      deepEqual([status, body.object, Array.isArray(body.data_points), typeof body.summary], [200, 'analytics-graph', true, 'object'], graph);
    }
    for (const group of ['users', 'ai-models', 'provider', 'workspaces', 'metadata/_user'])
      equal((await ask(`/v1/analytics/groups/${group}`)).status, 200, group);
    equal((await ask('/v1/analytics/summary/cache')).status, 200);
  });
});

describe('a request log that cannot be reached', () => {
  const away = useGateway({ SLUICE_ADMIN_KEY: ADMIN, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });

  test('is told of before a stream of calls begins', async () => {
    for (const path of ['logs/stream', 'logs/export', 'logs']) {
      const response = await fetch(`${away.url}/admin/v1/${path}`, { headers: { authorization: `Bearer ${ADMIN}` } });
      equal(response.status, 503, path);
      const { error } = (await response.json()) as { error: { code: string } };
      equal(error.code, 'store_unavailable', path);
    }
  });
});
