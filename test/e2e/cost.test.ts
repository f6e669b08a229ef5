import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, prompt_tokens_details: { cached_tokens: 400 } };
const chunk = (more: object): object => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-2024-08-06', ...more });
const CHUNKS = [
  chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }] }),
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  chunk({ choices: [], usage: USAGE }),
  'data: [DONE]\n\n',
];
/** 600 tokens at 2.50 USD, 400 cached ones at 1.25 USD, 100 at 10 USD, for a million each. */
const COST = '0.003';
const CLAUDE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, cache_creation_input_tokens: 100, cache_read_input_tokens: 1000, output_tokens: 20 },
};

describe('what answers cost', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      whole: json(200, completion('Hi', { model: 'gpt-4o-2024-08-06', usage: USAGE })),
      stream: sse(CHUNKS),
      claude: json(200, CLAUDE),
      embed: json(200, { object: 'list', data: [], model: 'text-embedding-3-small', usage: { prompt_tokens: 500, total_tokens: 500 } }),
      down: json(500, { error: { message: 'down' } }),
    });
  });
  after(() => upstream.close());
  const openai = (segment: string): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${segment}` });

  it('stands in the head of a whole answer, by the list of prices', async () => {
    const response = await gateway.chat(openai('whole'));
    assert.equal(response.headers.get('x-sluice-cost'), COST);
  });

  it('stands in the head of an answer that is translated', async () => {
    const config = { provider: 'anthropic', api_key: 'k', custom_host: `${upstream.url}/claude` };
    const response = await gateway.chat(config, { model: 'claude-sonnet-4-5', max_tokens: 50 });
    // 10 at 3 USD, 100 written at 3.75 USD, 1000 read at 0.30 USD, 20 at 15 USD.
    assert.equal(response.headers.get('x-sluice-cost'), '0.001005');
  });

  it('stands behind the last event of a stream, as a comment', async () => {
    const text = await (await gateway.chat(openai('stream'), { stream: true, stream_options: { include_usage: true } })).text();
    assert.match(text, new RegExp(`data: \\[DONE\\]\\n\\n: x-sluice-cost ${COST}\\n\\n$`));
  });

  it('stands behind a stream in another dialect too', async () => {
    const response = await gateway.post(
      '/v1/messages',
      { model: 'gpt-4o', max_tokens: 10, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
      { 'x-portkey-config': JSON.stringify(openai('stream')) },
    );
    assert.match(await response.text(), new RegExp(`: x-sluice-cost ${COST}\\n\\n`));
  });

  it('goes by the price of the target where it has one', async () => {
    const response = await gateway.chat({ ...openai('whole'), price: { input: 1, output: 2, cache_read: 0.5 } });
    assert.equal(response.headers.get('x-sluice-cost'), '0.001');
  });

  it('is known of embeddings', async () => {
    const headers = { 'x-portkey-config': JSON.stringify(openai('embed')) };
    const response = await gateway.post('/v1/embeddings', { model: 'text-embedding-3-small', input: 'Hi' }, headers);
    assert.equal(response.headers.get('x-sluice-cost'), '0.00001');
  });

  for (const [title, more, headers] of [
    ['a header', {}, { 'x-sluice-include-cost': 'true' }],
    ['the body', { usage: { include: true } }, {}],
  ] as const) {
    it(`stands in the usage where ${title} asks for it, of whole answers and of streams`, async () => {
      const whole = (await (await gateway.chat(openai('whole'), more, headers)).json()) as { usage: Record<string, unknown> };
      assert.deepEqual([whole.usage['cost'], whole.usage['prompt_tokens']], [Number(COST), 1000]);
      const stream = { stream: true, stream_options: { include_usage: true }, ...more };
      const text = await (await gateway.chat(openai('stream'), stream, headers)).text();
      assert.match(text, new RegExp(`"usage":\\{[^\n]*"cost":${COST}\\}`));
      assert.ok(
        upstream.seen.every(({ body }) => body?.['usage'] === undefined),
        'the provider is not asked',
      );
      const anthropic = { provider: 'anthropic', api_key: 'k', custom_host: `${upstream.url}/claude` };
      const translated = await gateway.chat(anthropic, { model: 'claude-sonnet-4-5', max_tokens: 50, ...more }, headers);
      assert.equal(((await translated.json()) as { usage: Record<string, unknown> }).usage['cost'], 0.001005);
    });
  }

  it('is left out where nobody knows the price, or nothing was answered', async () => {
    const unknown = await gateway.chat({ ...openai('whole'), provider: 'openai-compatible' }, { model: 'own-model' });
    assert.equal(unknown.headers.get('x-sluice-cost'), null);
    const failed = await gateway.chat(openai('down'));
    assert.deepEqual([failed.status, failed.headers.get('x-sluice-cost')], [500, null]);
  });
});
