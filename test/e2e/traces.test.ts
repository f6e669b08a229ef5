import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { openGateway } from '../../src/server/start.ts';
import { fakeCollector, type FakeCollector, type SeenSpan } from '../support/fake-collector.ts';
import { chunks, completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const KEY = 'sk-0123456789abcdefghij';

describe('traces and metrics for a collector', () => {
  let upstream: FakeUpstream;
  let collector: FakeCollector;
  before(async () => {
    upstream = await fakeUpstream({
      whole: json(200, completion('Hello', { usage: { prompt_tokens: 30, completion_tokens: 12, prompt_tokens_details: { cached_tokens: 20 } } })),
      down: json(503, { error: { message: 'down' } }),
      stream: sse(chunks('Hel', 'lo')),
    });
    collector = await fakeCollector();
  });
  after(async () => {
    await upstream.close();
    await collector.close();
  });
  afterEach(() => {
    for (const list of [upstream.seen, collector.spans, collector.metrics, collector.resources, collector.requests]) list.length = 0;
  });

  const target = (path: string): object => ({ provider: 'google', api_key: KEY, custom_host: `${upstream.url}/${path}` });
  const openai = (path: string): object => ({ ...target(path), provider: 'openai' });

  /** Runs calls through a gateway of their own, and gives the spans that it has sent when it is closed. */
  async function spansOf(env: Readonly<Record<string, string>>, use: (ask: Ask) => Promise<void>): Promise<SeenSpan[]> {
    const gateway = await openGateway({ PORT: '0', DRAIN_TIMEOUT: '1', SLUICE_DATA: ':memory:', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env });
    const ask: Ask = async (config, { headers = {}, body = {} } = {}) => {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config), ...headers },
        body: JSON.stringify({
          model: 'gpt-4',
          messages: [
            { role: 'system', content: 'Be kind.' },
            { role: 'user', content: 'Hi' },
          ],
          ...body,
        }),
      });
      await response.text();
      return response;
    };
    try {
      await use(ask);
    } finally {
      await gateway.close();
    }
    return collector.spans;
  }
  type Ask = (config: object, more?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: object }) => Promise<Response>;

  it("has a span for the call in the caller's trace, and one below it for each attempt", async () => {
    let id: string | null = '';
    const spans = await spansOf({ OTEL_SERVICE_NAME: 'my-gateway' }, async (ask) => {
      const config = { strategy: { mode: 'fallback' }, targets: [openai('down'), openai('whole')] };
      const response = await ask(config, {
        headers: { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=x', 'x-portkey-metadata': '{"session_id": "s1", "list": [1]}' },
        body: { temperature: 0.5 },
      });
      id = response.headers.get('x-sluice-request-id');
      assert.equal(response.headers.get('x-sluice-trace-id'), TRACE);
    });
    const [call, first, second, ...others] = spans as [SeenSpan, SeenSpan, SeenSpan];
    assert.deepEqual(others, []);
    assert.ok([call, first, second].every(({ traceId, traceState }) => traceId === TRACE && traceState === 'vendor=x'));
    assert.deepEqual([call.parentSpanId, first.parentSpanId, second.parentSpanId], [PARENT, call.spanId, call.spanId]);
    assert.equal(new Set([PARENT, call.spanId, first.spanId, second.spanId]).size, 4);
    assert.deepEqual([call.name, call.kind, first.name, first.kind], ['chat gpt-4', 2, 'attempt openai', 3]);
    const { 'sluice.overhead_ms': overhead, 'sluice.cost.usd': cost, ...attributes } = call.attributes;
    assert.ok(Number(overhead) > 0 && Number(cost) > 0);
    assert.deepEqual(attributes, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.response.model': 'gpt-4',
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.usage.output_tokens': 12,
      'gen_ai.usage.cache_read.input_tokens': 20,
      'http.request.method': 'POST',
      'url.path': '/v1/chat/completions',
      'http.response.status_code': 200,
      'gen_ai.conversation.id': 's1',
      'sluice.metadata.session_id': 's1',
      'sluice.call.id': id,
      'sluice.route': 'config.targets[1]',
      'sluice.ending': 'whole',
      ...(attributes['sluice.workspace'] === undefined ? {} : { 'sluice.workspace': attributes['sluice.workspace'] }),
    });
    assert.deepEqual([first.attributes['error.type'], first.attributes['http.response.status_code'], first.status.code], ['overloaded', 503, 2]);
    assert.deepEqual([second.attributes['sluice.attempt.reason'], second.attributes['error.type'], second.status.code], ['fallback', undefined, 0]);
    assert.ok(
      [first, second].every(({ attributes: own }) => Object.keys(own).every((name) => !name.startsWith('gen_ai.'))),
      'tokens are told once',
    );
    assert.ok(spans.every(({ startTimeUnixNano: start, endTimeUnixNano: end }) => BigInt(start) <= BigInt(end)));
    assert.equal(collector.resources[0]?.['service.name'], 'my-gateway');
    assert.ok(!JSON.stringify(spans).includes(KEY) && !JSON.stringify(spans).includes('Be kind'));
  });

  it('begins a trace of its own where the caller has none; its id is that of the call', async () => {
    let id: string | null = '';
    const [call] = await spansOf({}, async (ask) => {
      id = (await ask(openai('stream'), { body: { stream: true } })).headers.get('x-sluice-request-id');
    });
    assert.deepEqual([call?.traceId, call?.parentSpanId, call?.attributes['gen_ai.request.stream']], [id, undefined, true]);
    assert.ok(Number(call?.attributes['gen_ai.response.time_to_first_chunk']) > 0);
  });

  it("has the conventions' name of a provider, and the class of an error", async () => {
    const spans = await spansOf({}, async (ask) => void (await ask(target('down'))));
    assert.equal(spans[0]?.attributes['gen_ai.provider.name'], 'gcp.gemini');
    assert.deepEqual([spans[0]?.attributes['error.type'], spans[0]?.status.code], ['upstream_error', 2]);
  });

  it('takes no calls that the caller or the sampler left out', async () => {
    const off = await spansOf({}, async (ask) => void (await ask(openai('whole'), { headers: { traceparent: `00-${TRACE}-${PARENT}-00` } })));
    assert.deepEqual(off, []);
    const none = await spansOf({ OTEL_TRACES_SAMPLER: 'always_off' }, async (ask) => void (await ask(openai('whole'))));
    assert.deepEqual(none, []);
  });

  it('has what was asked and answered only where that is captured', async () => {
    const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' };
    const spans = await spansOf(env, async (ask) => {
      await ask(openai('whole'));
      await ask(openai('stream'), { body: { stream: true } });
    });
    const calls = spans.filter(({ kind }) => kind === 2).map(({ attributes }) => attributes);
    for (const attributes of calls) {
      const json = (name: string): unknown => JSON.parse(String(attributes[name]));
      assert.deepEqual(json('gen_ai.system_instructions'), [{ type: 'text', content: 'Be kind.' }]);
      assert.deepEqual(json('gen_ai.input.messages'), [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }]);
      const parts = [{ type: 'text', content: 'Hello' }];
      assert.deepEqual(json('gen_ai.output.messages'), [{ role: 'assistant', parts, finish_reason: 'stop' }]);
      assert.deepEqual(attributes['gen_ai.response.finish_reasons'], ['stop']);
    }
    assert.equal(calls.length, 2);
  });

  it('tells providers of the trace only where that is asked for', async () => {
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
    await spansOf({}, async (ask) => void (await ask(openai('whole'), { headers })));
    assert.equal(upstream.seen[0]?.headers['traceparent'], undefined);
    collector.spans.length = 0;
    const spans = await spansOf({ OTEL_PROPAGATE_UPSTREAM: 'true' }, async (ask) => void (await ask(openai('whole'), { headers })));
    const attempt = spans.find(({ kind }) => kind === 3);
    assert.equal(upstream.seen[1]?.headers['traceparent'], `00-${TRACE}-${attempt?.spanId}-01`);
  });

  it('pushes metrics under the names of the conventions', async () => {
    await spansOf({ OTEL_EXPORTER_OTLP_HEADERS: 'x-token=abc' }, async (ask) => void (await ask(openai('whole'))));
    const names = collector.metrics.map(({ name }) => name);
    for (const name of ['gen_ai.client.operation.duration', 'gen_ai.client.token.usage', 'sluice.calls', 'sluice.overhead_seconds'])
      assert.ok(names.includes(name), `${name} in ${names.join(' ')}`);
    const duration = collector.metrics.find(({ name }) => name === 'gen_ai.client.operation.duration');
    const [point] = duration?.histogram?.dataPoints as [{ attributes: { key: string; value: object }[]; count: string; bucketCounts: string[] }];
    assert.deepEqual(
      point.attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]),
      [
        ['gen_ai.provider.name', 'openai'],
        ['gen_ai.request.model', 'gpt-4'],
        ['gen_ai.operation.name', 'chat'],
      ],
    );
    assert.deepEqual([point.count, point.bucketCounts.reduce((sum, count) => sum + Number(count), 0)], ['1', 1]);
    assert.ok(collector.requests.every(({ 'x-token': token }) => token === 'abc'));
  });

  it('answers calls as ever while the collector is down', async () => {
    const down = await fakeCollector();
    await down.close();
    await spansOf({ OTEL_EXPORTER_OTLP_ENDPOINT: down.url, OTEL_BSP_SCHEDULE_DELAY: '1' }, async (ask) => {
      for (let index = 0; index < 20; index++) assert.equal((await ask(openai('whole'))).status, 200);
    });
  });
});
