import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chunk, chunks, completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const GEMINI_STREAM = [
  { candidates: [{ content: { role: 'model', parts: [{ text: 'Hel' }] }, index: 0 }] },
  {
    candidates: [{ content: { role: 'model', parts: [{ text: 'lo' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
  },
];

/** What no other dialect has a word for, and what the gateway would otherwise add to. */
const GEMINI_OWN_STREAM = [
  { candidates: [{ content: { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] }, tokenCount: 7 }], sdkHttpResponse: {} },
  { candidates: [{ content: { role: 'model' }, finishReason: 'STOP', safetyRatings: [] }], usageMetadata: { promptTokenCount: 1 }, newMember: [1.5] },
];

describe('streams', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      ok: sse(chunks('Hel', 'lo')),
      gemini: sse(GEMINI_STREAM),
      geminiCut: sse(GEMINI_STREAM.slice(0, 1), { cut: true }),
      geminiOwn: sse(GEMINI_OWN_STREAM),
      s429: json(429, { error: { message: 'slow down', type: 't', param: null, code: null } }),
      empty: sse([]),
      openingCut: sse([chunk({ role: 'assistant', content: '' })], { cut: true }),
      openingEnd: sse([chunk({ role: 'assistant', content: '' })]),
      errorFirst: sse([{ error: { message: 'overloaded', type: 'server_error', code: 503 } }]),
      cut: sse([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hel' })], { cut: true }),
      cutInside: sse([chunk({ content: 'Hel' }), 'data: {"id":"chatcmpl-1","cho'], { cut: true }),
      noFinish: sse([chunk({ content: 'Hel' })]),
      whole: json(200, completion('Hello')),
      endless: async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        while (!response.destroyed) {
          response.write(`data: ${JSON.stringify(chunk({ content: 'x' }))}\n\n`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
      big: async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const event = `data: ${JSON.stringify(chunk({ content: 'x'.repeat(60_000) }))}\n\n`;
        for (let i = 0; i < 1700 && !response.destroyed; i++)
          if (!response.write(event)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
        response.end(`data: ${JSON.stringify(chunk({}, 'stop'))}\n\ndata: [DONE]\n\n`);
      },
    });
  });
  after(() => upstream.close());
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const google = (path: string): object => ({ provider: 'google', api_key: 'k', custom_host: `${upstream.url}/${path}` });
  const stream = (config: object): Promise<Response> => gateway.chat(config, { stream: true });
  const textOf = (body: string): string =>
    [...body.matchAll(/^data: (\{.*\})$/gm)]
      .map(([, data]) => (JSON.parse(data as string) as { choices?: { delta?: { content?: string } }[] }).choices?.[0]?.delta?.content ?? '')
      .join('');

  it('forwards OpenAI’s events byte for byte, [DONE] included', async () => {
    const response = await stream(target('ok'));
    assert.match(response.headers.get('content-type') ?? '', /text\/event-stream/);
    const expected = chunks('Hel', 'lo')
      .map((event) => (typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`))
      .join('');
    assert.equal(await response.text(), expected);
  });

  it('ends a translated stream with [DONE]', async () => {
    const body = await (await stream(google('gemini'))).text();
    assert.equal(textOf(body), 'Hello');
    assert.ok(body.endsWith('data: [DONE]\n\n'));
    assert.match(body, /"finish_reason":"stop"/);
  });

  it('answers a stream request that fails with plain JSON', async () => {
    const response = await stream(target('s429'));
    assert.equal(response.status, 429);
    assert.match(response.headers.get('content-type') ?? '', /application\/json/);
  });

  it('streams an answer that the provider sent whole', async () => {
    const body = await (await stream(target('whole'))).text();
    assert.equal(textOf(body), 'Hello');
    assert.ok(body.endsWith('data: [DONE]\n\n'));
  });

  it('falls over as long as no content has come', async () => {
    for (const path of ['empty', 'openingCut', 'openingEnd', 'errorFirst']) {
      const response = await stream({ strategy: { mode: 'fallback' }, targets: [target(path), target('ok')] });
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get('x-portkey-last-used-option-index'), 'config.targets[1]');
      assert.equal(textOf(await response.text()), 'Hello', path);
    }
  });

  it('answers with a proper error when there is nothing to fall over to', async () => {
    for (const [path, status] of [
      ['empty', 502],
      ['errorFirst', 503],
    ] as const) {
      const response = await stream(target(path));
      assert.equal(response.status, status, path);
      assert.ok(((await response.json()) as { error: { message: string } }).error.message.length > 0);
    }
  });

  it('ends a stream that broke with an error event, never like a whole one', async () => {
    for (const config of [target('cut'), target('cutInside'), target('noFinish'), google('geminiCut')]) {
      const body = await (await stream(config)).text();
      assert.equal(textOf(body), 'Hel');
      assert.ok(!body.includes('[DONE]'));
      const last = JSON.parse((/data: (\{.*\})\n\n$/.exec(body) as RegExpExecArray)[1] as string) as { error: { code: string; message: string } };
      assert.equal(last.error.code, 'stream_truncated');
    }
  });

  it('ends a broken stream in the dialect of the client', async () => {
    const messages = await gateway.post(
      '/v1/messages',
      { model: 'm', max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
      { 'x-portkey-config': JSON.stringify(target('cut')) },
    );
    const anthropic = await messages.text();
    assert.match(anthropic, /event: error\ndata: \{"type":"error"/);
    assert.ok(!anthropic.includes('message_stop'));
    const generate = await gateway.post(
      '/v1beta/models/m:streamGenerateContent?alt=sse',
      { contents: [{ parts: [{ text: 'Hi' }] }] },
      { 'x-portkey-config': JSON.stringify(target('cut')) },
    );
    const gemini = await generate.text();
    assert.match(gemini, /data: \{"error":\{/);
    assert.ok(!gemini.includes('finishReason'));
  });

  it('writes Gemini’s streams as one JSON list unless alt=sse is asked for', async () => {
    const response = await gateway.post(
      '/v1beta/models/m:streamGenerateContent',
      { contents: [{ parts: [{ text: 'Hi' }] }] },
      { 'x-portkey-config': JSON.stringify(google('gemini')) },
    );
    const list = (await response.json()) as { candidates: { content: { parts: { text: string }[] } }[] }[];
    assert.equal(list.flatMap((item) => item.candidates.flatMap(({ content }) => content?.parts?.map(({ text }) => text) ?? [])).join(''), 'Hello');
  });

  it('lists the chunks of a Gemini provider as they came', async () => {
    const list = async (config: object): Promise<unknown> => {
      const headers = { 'x-portkey-config': JSON.stringify(config) };
      const response = await gateway.post('/v1beta/models/m:streamGenerateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }, headers);
      assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
      return response.json();
    };
    assert.deepEqual(await list(google('geminiOwn')), GEMINI_OWN_STREAM);
    const [first, error, ...others] = (await list(google('geminiCut'))) as [unknown, { error: { code: number } }];
    assert.deepEqual([first, error.error.code, others], [GEMINI_STREAM[0], 502, []]);
    const fallback = { strategy: { mode: 'fallback' }, targets: [google('geminiCut'), google('gemini')] };
    const taken = (await list(fallback)) as { candidates: { content: { parts: { text: string }[] } }[] }[];
    assert.equal(taken.map(({ candidates }) => candidates[0]?.content.parts.map(({ text }) => text).join('')).join(''), 'Hello');
  });

  it('cancels the provider when the client leaves', async () => {
    for (const config of [target('endless'), { ...target('endless'), dialect: 'openai-chat' }]) {
      const before = upstream.aborted.length;
      const aborter = new AbortController();
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config) },
        body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
        signal: aborter.signal,
      });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      aborter.abort();
      while (upstream.aborted.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it('holds the provider back while the client reads slowly', async () => {
    const response = await stream(target('big'));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const resident = process.memoryUsage().rss;
    let size = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) size += piece.value.length;
    assert.ok(size > 100_000_000);
    assert.ok(resident < 1_000_000_000, `resident memory was ${resident}`);
  });
});
