import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { adminOf } from '../support/admin.ts';
import { chunk, completion, fakeUpstream, json, sse, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

/** At 2.50 and 10 USD for a million tokens: 0.0035 USD. */
const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
/** At 3 and 15 USD: 0.006015 USD. */
const STARTED = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 2000, output_tokens: 1 },
  },
};
const OVERLOADED = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
const named = (event: { readonly type: string }): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Says what it has read, and then nothing. */
const silent: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(named(STARTED));
};

describe('attempts whose answer goes to nobody', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      silent,
      overloaded: sse([named(STARTED), named(OVERLOADED)]),
      good: sse([
        { ...chunk({ content: 'Hi' }), model: 'gpt-4o' },
        { ...chunk({}, 'stop'), model: 'gpt-4o' },
        { ...chunk({}), model: 'gpt-4o', choices: [], usage: USAGE },
        'data: [DONE]\n\n',
      ]),
      whole: json(200, completion('Hi', { model: 'gpt-4o', usage: USAGE })),
      failed: json(200, {
        id: 'resp_1',
        object: 'response',
        status: 'failed',
        model: 'gpt-4o',
        output: [],
        error: { code: 'server_error', message: 'The model failed.' },
        usage: { input_tokens: 500, output_tokens: 50, total_tokens: 550 },
      }),
    });
  });
  after(() => upstream.close());

  const at = (provider: string, segment: string, more: object = {}): object => ({
    provider,
    api_key: 'k',
    custom_host: `${upstream.url}/${segment}`,
    override_params: { model: provider === 'anthropic' ? 'claude-sonnet-4-5' : 'gpt-4o' },
    ...more,
  });
  const claude = (segment: string): object => at('anthropic', segment);

  /** What a call with this config leaves: its status, what it costs by its answer, and the tokens that its key has used. */
  const bookOf = async (config: object, stream = true): Promise<{ status: number; cost: string | undefined; tokens: number }> => {
    const ask = adminOf(gateway);
    const made = await ask('POST', '/api-keys', { name: 'k', usage_limits: [{ type: 'tokens', credit_limit: 1e6 }] });
    const response = await gateway.chat(
      config,
      { stream, max_tokens: 100, ...(stream ? { stream_options: { include_usage: true } } : {}) },
      { 'x-portkey-api-key': made.body['key'] as string },
    );
    const text = await response.text();
    const cost = response.headers.get('x-sluice-cost') ?? /: x-sluice-cost (\S+)/.exec(text)?.[1];
    const usage = (await ask('GET', `/usage?subject=${String(made.body['id'])}`)).body['data'] as { readonly used: number }[];
    return { status: response.status, cost, tokens: usage[0]?.used ?? Number.NaN };
  };

  it('cost what their provider has said, where they lost a race', async () => {
    const book = await bookOf({ strategy: { mode: 'hedge', delay: 50 }, targets: [claude('silent'), at('openai', 'good')] });
    assert.deepEqual(book, { status: 200, cost: '0.009515', tokens: 2001 + 1100 });
  });

  it('cost what their provider has said, where they failed and another target answered', async () => {
    const book = await bookOf({ strategy: { mode: 'fallback' }, targets: [claude('overloaded'), at('openai', 'good')] });
    assert.deepEqual(book, { status: 200, cost: '0.009515', tokens: 2001 + 1100 });
  });

  it('cost what their provider has said, where nobody answered', async () => {
    const { status, cost, tokens } = await bookOf(claude('overloaded'));
    assert.ok(status >= 500, String(status));
    assert.deepEqual([cost, tokens], ['0.006015', 2001]);
  });

  it('cost what the body says that was refused', async () => {
    const failing = at('openai', 'failed', { dialect: 'openai-responses' });
    const book = await bookOf({ strategy: { mode: 'fallback' }, targets: [failing, at('openai', 'whole')] }, false);
    assert.deepEqual(book, { status: 200, cost: '0.00525', tokens: 550 + 1100 });
  });
});
