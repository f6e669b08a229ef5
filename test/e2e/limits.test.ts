import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

describe('limits', () => {
  const gateway = useGateway({ BODY_LIMIT_MB: '1' });
  let upstream: FakeUpstream;
  before(async () => void (upstream = await fakeUpstream({ ok: json(200, completion('ok')) })));
  after(() => upstream.close());
  const config = (provider = 'openai'): Record<string, string> => ({
    'x-portkey-config': JSON.stringify({ provider, api_key: 'k', custom_host: `${upstream.url}/ok` }),
  });
  const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { error: { code: unknown } }).error.code;

  it('refuse a body that is too large, announced or not, compressed or not', async () => {
    const large = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x'.repeat(2 * 1024 * 1024) }] });
    const announced = await gateway.post('/v1/chat/completions', large, config());
    assert.equal(announced.status, 413);
    assert.equal(await codeOf(announced), 'body_too_large');
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(Buffer.from(large));
        controller.close();
      },
    });
    const headers = { ...config(), 'content-type': 'application/json' };
    const chunked = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers, body, duplex: 'half' });
    assert.equal(chunked.status, 413);
    const bomb = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync(large),
    });
    assert.equal(bomb.status, 413);
  });

  it('take a compressed body that is within bounds', async () => {
    const body = gzipSync(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }));
    const headers = { ...config(), 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers, body });
    assert.equal(response.status, 200);
  });

  it('refuse JSON that is nested beyond reason with a 400, whoever would have to read it', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    for (const provider of ['openai', 'anthropic', 'google']) {
      const text = `{"model":"m","temperature":9,"max_tokens":5,"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","enum":${deep}}}}]}`;
      const response = await gateway.post('/v1/chat/completions', text, config(provider));
      assert.ok(response.status === 400 || response.status === 200, `${provider}: ${response.status}`);
    }
  });

  it('answer a head that is too large, and what is no HTTP, in OpenAI’s shape', async () => {
    const head = await fetch(`${gateway.url}/v1/models`, { headers: { 'x-large': 'x'.repeat(200 * 1024) } });
    assert.equal(head.status, 431);
    assert.match(((await head.json()) as { error: { message: string } }).error.message, /128 KiB/);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.match(answer, /"type":"invalid_request_error"/);
  });
});
