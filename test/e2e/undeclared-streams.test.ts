import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chunks, fakeUpstream, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const EVENTS = [...chunks('Hel', 'lo'), '[DONE]'].map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');

/** Answers with some text, a few bytes at a time. */
function write(contentType: string, text: string, size = 3): Answer {
  return async (_, response) => {
    response.writeHead(200, { 'content-type': contentType });
    for (let at = 0; at < text.length; at += size) {
      response.write(text.slice(at, at + size));
      await new Promise(setImmediate);
    }
    response.end();
  };
}

describe('a stream that its host does not declare as one', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      plain: write('text/plain; charset=utf-8', EVENTS),
      json: write('application/json', `\uFEFF: hello\n\n${EVENTS}`, 1),
      words: write('text/plain', 'data center on fire'),
      whole: write('text/plain', JSON.stringify({ choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }] })),
    });
  });
  after(() => upstream.close());
  const ask = async (path: string, provider = 'openai'): Promise<{ status: number; text: string }> => {
    const target = { provider, api_key: 'k', custom_host: `${upstream.url}/${path}` };
    const response = await gateway.chat(target, { model: 'm', stream: true });
    return { status: response.status, text: await response.text() };
  };

  it('is told by its first bytes', async () => {
    for (const path of ['plain', 'json']) {
      for (const provider of ['openai', 'groq']) {
        const { status, text } = await ask(path, provider);
        assert.equal(status, 200);
        assert.match(text, /"Hel"[^]*"lo"[^]*\[DONE\]/);
      }
    }
  });

  it('is none where the bytes say something else', async () => {
    assert.equal((await ask('words')).status, 502);
    assert.match((await ask('whole')).text, /Hello/);
  });
});

describe('a stream that nobody asked for', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      declared: write('text/event-stream', EVENTS),
      json: write('application/json', EVENTS),
      cut: write('text/event-stream', EVENTS.slice(0, EVENTS.indexOf('"lo"'))),
      failed: write('text/event-stream', 'data: {"error":{"message":"No room.","code":429}}\n\n'),
    });
  });
  after(() => upstream.close());
  const ask = async (path: string): Promise<{ status: number; body: { choices?: { message: unknown }[]; error?: { message: string } } }> => {
    const response = await gateway.chat({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}` }, { model: 'm' });
    return { status: response.status, body: (await response.json()) as never };
  };

  it('is answered as a whole', async () => {
    for (const path of ['declared', 'json']) {
      const { status, body } = await ask(path);
      assert.equal(status, 200);
      assert.deepEqual(body.choices?.[0]?.message, { role: 'assistant', content: 'Hello', refusal: null });
    }
  });

  it('is an error where it breaks off or reports one', async () => {
    assert.equal((await ask('cut')).status, 502);
    const { status, body } = await ask('failed');
    assert.equal(status, 429);
    assert.match(body.error?.message ?? '', /No room/);
  });
});
