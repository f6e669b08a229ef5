import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chunk, chunks, completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

describe('a call that meets trouble', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      ok: sse(chunks('Hel', 'lo ', 'world')),
      other: sse(chunks('Goodbye')),
      cut: sse([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hello wo' })], { cut: true }),
      ended: sse([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hello wo' })]),
      cutBeforeDone: sse([chunk({ content: 'Hello' }), chunk({}, 'stop')], { cut: true }),
      stall: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event(chunk({ content: 'Hel' })));
      },
      slowFirst: async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event(chunk({ role: 'assistant', content: '' })));
        await wait(1_500);
        response.end(event(chunk({ content: 'late' })) + event(chunk({}, 'stop')));
      },
      silent: () => {},
      policy: json(400, {
        error: { message: 'filtered by the content management policy', type: 'invalid_request_error', param: null, code: 'content_filter' },
      }),
      long: json(400, {
        error: {
          message: "This model's maximum context length is 8192 tokens",
          type: 'invalid_request_error',
          param: null,
          code: 'context_length_exceeded',
        },
      }),
      down: json(503, { error: { message: 'down', type: 't', param: null, code: null } }),
      toolCut: sse([chunk({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{"a' } }] })], { cut: true }),
      whole: json(200, completion('Hello')),
    });
  });
  after(() => upstream.close());
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const fallback = (paths: readonly string[], more: object = {}): object => ({
    strategy: { mode: 'fallback' },
    targets: paths.map((path) => target(path)),
    ...more,
  });
  const stream = async (config: object): Promise<string> => (await gateway.chat(config, { stream: true })).text();
  const count = (path: string): number => upstream.seen.filter(({ url }) => url.startsWith(`/${path}/`)).length;
  const textOf = (body: string): string =>
    [...body.matchAll(/^data: (\{.*\})$/gm)]
      .map(([, data]) => (JSON.parse(data as string) as { choices?: { delta?: { content?: string } }[] }).choices?.[0]?.delta?.content ?? '')
      .join('');

  it('gets the whole answer when a stream breaks in the middle and the next target says the same', async () => {
    const body = await stream(fallback(['cut', 'ok']));
    assert.equal(textOf(body), 'Hello world');
    assert.ok(body.endsWith('data: [DONE]\n\n'));
    assert.equal(body.match(/"role":"assistant"/g)?.length, 1);
    assert.equal(body.match(/"finish_reason":"stop"/g)?.length, 1);
  });

  it('gets it in every client’s dialect, and from a target of another dialect', async () => {
    const config = { 'x-portkey-config': JSON.stringify(fallback(['cut', 'ok'])) };
    const messages = await (
      await gateway.post('/v1/messages', { model: 'm', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'Hi' }] }, config)
    ).text();
    assert.equal([...messages.matchAll(/"text_delta","text":"([^"]*)"/g)].map(([, piece]) => piece).join(''), 'Hello world');
    assert.equal(messages.match(/event: message_start/g)?.length, 1);
    assert.equal(messages.match(/event: content_block_start/g)?.length, 1);
    assert.ok(messages.includes('event: message_stop'));
  });

  it('gets an error when the next target says something else, when tool calls had begun, and where the config wants none of it', async () => {
    for (const config of [
      fallback(['cut', 'other']),
      fallback(['toolCut', 'ok']),
      fallback(['cut', 'ok'], { on_stream_break: 'error' }),
      fallback(['cut', 'down']),
    ]) {
      const body = await stream(config);
      assert.match(body, /"code":"stream_truncated"/);
      assert.ok(!body.includes('[DONE]'));
    }
  });

  it('gets an error, or the rest from the next target, when a stream ends well but for the reason why', async () => {
    const alone = await stream(target('ended'));
    assert.match(alone, /"code":"stream_truncated"/);
    assert.ok(!alone.includes('[DONE]'));
    assert.equal(textOf(await stream(fallback(['ended', 'ok']))), 'Hello world');
  });

  it('gets a proper end when only the closing was lost', async () => {
    for (const config of [target('cutBeforeDone'), fallback(['cutBeforeDone', 'ok'])]) {
      const body = await stream(config);
      assert.equal(textOf(body), 'Hello');
      assert.ok(!body.includes('"error"'));
    }
  });

  it('is taken on when a stream stalls in the middle', async () => {
    const body = await stream(fallback(['stall', 'ok'], { timeouts: { idle: 100 } }));
    assert.equal(textOf(body), 'Hello world');
    const alone = await stream(target('stall', { timeouts: { idle: 100 } }));
    assert.match(alone, /"code":"stream_truncated"/);
  });

  it('is raced when the first content is slow, and fails by a deadline of its own where nothing is left', async () => {
    const response = await gateway.chat(fallback(['slowFirst', 'ok'], { timeouts: { first_event: 100 } }), { stream: true });
    assert.equal(response.headers.get('x-portkey-last-used-option-index'), 'config.targets[1]');
    assert.equal(textOf(await response.text()), 'Hello world');
    const alone = await gateway.chat(target('slowFirst', { timeouts: { first_event: 100 } }), { stream: true });
    assert.equal(alone.status, 504);
    const patient = await gateway.chat(fallback(['slowFirst', 'silent'], { timeouts: { first_event: 100 } }), { stream: true });
    assert.equal(textOf(await patient.text()), 'late');
  });

  it('goes to the next target after a timeout, without another try at the silent one', async () => {
    const before = count('silent');
    const response = await gateway.chat({
      strategy: { mode: 'fallback' },
      request_timeout: 100,
      retry: { attempts: 2 },
      targets: [target('silent'), target('whole')],
    });
    assert.equal(response.status, 200);
    assert.equal(count('silent') - before, 1);
  });

  it('is not taken elsewhere when the content is refused, unless the config lists that', async () => {
    const refused = await gateway.chat(fallback(['policy', 'whole']));
    assert.equal(refused.status, 400);
    const listed = await gateway.chat({ ...fallback(['policy', 'whole']), strategy: { mode: 'fallback', on_errors: ['content_policy'] } });
    assert.equal(listed.status, 200);
  });

  it('goes to another target of a group at once when it is too long for one', async () => {
    const targets = [target('long', { weight: 1e9 }), target('whole')];
    const before = count('long');
    const response = await gateway.chat({ strategy: { mode: 'loadbalance' }, retry: { attempts: 2 }, targets });
    assert.equal(response.status, 200);
    assert.equal(count('long') - before, 1);
  });

  it('goes to the next target at once when it is too long for the first', async () => {
    const before = count('long');
    const response = await gateway.chat({ ...fallback(['long', 'whole']), retry: { attempts: 2 } });
    assert.equal(response.status, 200);
    assert.equal(count('long') - before, 1);
  });

  it('stays away from a target that keeps failing, then tries it again', async () => {
    const config = {
      strategy: { mode: 'fallback' },
      cb_config: { failure_threshold: 2, cooldown_interval: 300 },
      targets: [target('down', { api_key: 'breaker' }), target('whole')],
    };
    const before = count('down');
    for (let i = 0; i < 6; i++) assert.equal((await gateway.chat(config)).status, 200);
    assert.equal(count('down') - before, 2);
    await wait(350);
    assert.equal((await gateway.chat(config)).status, 200);
    assert.equal(count('down') - before, 3);
  });

  it('finds another member of its group before the group fails', async () => {
    const config = { strategy: { mode: 'loadbalance' }, targets: [target('down', { api_key: 'member' }), target('whole', { weight: 0.0001 })] };
    for (let i = 0; i < 5; i++) assert.equal((await gateway.chat(config)).status, 200);
  });
});
