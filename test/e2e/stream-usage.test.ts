import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chunk, chunks, fakeUpstream, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const USAGE = { ...chunk({}), choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } };
const FILTERED = { ...chunk({}), choices: [], prompt_filter_results: [] };

describe('what a stream used', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      counted: sse([FILTERED, ...chunks('Hel', 'lo').slice(0, -1), USAGE, 'data: [DONE]\n\n']),
      cut: sse([chunk({ role: 'assistant', content: '' }), chunk({ content: 'He' })], { cut: true }),
    });
  });
  after(() => upstream.close());
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const stream = async (config: object, more: object = {}): Promise<string> =>
    (await gateway.chat(config, { model: 'gpt-4o', stream: true, ...more })).text();
  const optionsSent = (): unknown => upstream.seen.at(-1)?.body?.['stream_options'];

  it('is asked of the provider and kept from a client that did not ask, who is told what it cost', async () => {
    const body = await stream(target('counted'));
    assert.deepEqual(optionsSent(), { include_usage: true });
    assert.ok(!body.includes('"usage"'));
    assert.ok(body.includes('prompt_filter_results'));
    assert.match(body, /x-sluice-cost/);
    assert.equal(body.match(/data: \[DONE\]/g)?.length, 1);
  });

  it('is told to a client that asked, with whatever else it asked for', async () => {
    const body = await stream(target('counted'), { stream_options: { include_usage: true, include_obfuscation: false } });
    assert.deepEqual(optionsSent(), { include_usage: true, include_obfuscation: false });
    assert.match(body, /"prompt_tokens":7/);
    await stream(target('counted'), { stream_options: { include_obfuscation: false } });
    assert.deepEqual(optionsSent(), { include_obfuscation: false, include_usage: true });
  });

  it('is kept from such a client in a stream that another target takes up', async () => {
    const body = await stream({ strategy: { mode: 'fallback' }, targets: [target('cut'), target('counted')] });
    assert.ok(!body.includes('"usage"'));
    assert.match(body, /x-sluice-cost/);
  });

  it('is not asked where the config, or the host, wants no such option, nor of answers that are no streams', async () => {
    await stream(target('counted', { drop_params: ['stream_options'] }));
    assert.equal(optionsSent(), undefined);
    await stream(target('counted', { provider: 'mistral-ai' }));
    assert.equal(optionsSent(), undefined);
    await gateway.chat(target('counted'));
    assert.equal(optionsSent(), undefined);
  });
});
