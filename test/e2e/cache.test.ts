import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, sse, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const chunk = (more: object): object => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4', ...more });
const CHUNKS = [
  chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' }, finish_reason: null }] }),
  chunk({ choices: [{ index: 0, delta: { content: 'lo' }, finish_reason: null }] }),
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  chunk({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 } }),
  'data: [DONE]\n\n',
];

/** Answers in the form that is asked for, and says how many requests there were before. */
const counting: Answer = (request, response, attempt) => {
  if (request.body?.['stream'] === true) return sse(CHUNKS)(request, response, attempt);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion(`answer ${attempt}`)));
};

/** Waits for what must come soon. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(isSo());
}

const statusOf = (response: Response): string | null => response.headers.get('x-portkey-cache-status');
const textOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { choices: [{ message: { content: string } }] }).choices[0].message.content;

describe('the cache', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  let release = (): void => {};
  before(async () => {
    upstream = await fakeUpstream(async (request, response, attempt) => {
      if (request.url.startsWith('/slow')) await new Promise<void>((resolve) => void (release = resolve));
      if (request.url.startsWith('/down')) return void response.writeHead(500, { 'content-type': 'application/json' }).end('{}');
      if (request.url.startsWith('/cut')) return sse(CHUNKS.slice(0, 2), { cut: true })(request, response, attempt);
      return counting(request, response, attempt);
    });
  });
  after(() => upstream.close());
  let paths = 0;
  /** A config with a cache of its own. */
  const config = (segment = `own${paths++}`, cache: object = { mode: 'simple' }): object => ({
    provider: 'openai',
    api_key: 'k',
    custom_host: `${upstream.url}/${segment}`,
    cache,
  });

  it('answers an equal request with the same bytes, for nothing, and says what that spared', async () => {
    const own = { ...config(), price: { input: 1, output: 1 } };
    const first = await gateway.chat(own, { temperature: 0, seed: 1 });
    const second = await gateway.chat(own, { seed: 1, temperature: 0 });
    assert.deepEqual([statusOf(first), statusOf(second)], ['MISS', 'HIT']);
    assert.equal(await first.text(), await second.text());
    assert.deepEqual([second.headers.get('x-sluice-cost'), second.headers.get('x-sluice-cost-saved')], ['0', first.headers.get('x-sluice-cost')]);
    assert.equal(second.headers.get('x-sluice-cache-key'), first.headers.get('x-sluice-cache-key'));
    assert.match(second.headers.get('age') ?? '', /^\d+$/);
    assert.equal(second.headers.get('x-sluice-attempts'), '[]');
  });

  it('is not there for configs that do not ask for it, unless the request does', async () => {
    const { cache: _, ...own } = config() as { cache: object };
    assert.equal(statusOf(await gateway.chat(own)), 'DISABLED');
    assert.equal(statusOf(await gateway.chat(own)), 'DISABLED');
    assert.equal(statusOf(await gateway.chat(own, {}, { 'x-portkey-cache': 'simple' })), 'MISS');
    assert.equal(statusOf(await gateway.chat(own, {}, { 'x-portkey-cache': 'true' })), 'HIT');
  });

  for (const [title, headers, expected] of [
    ['another namespace', { 'x-portkey-cache-namespace': 'other' }, 'MISS'],
    ['other metadata', { 'x-portkey-metadata': '{"_user":"u"}' }, 'MISS'],
    ['another key', { authorization: 'Bearer other' }, 'MISS'],
    ['a forced refresh', { 'x-portkey-cache-force-refresh': 'true' }, 'REFRESH'],
    ['a forced refresh in other words', { 'x-portkey-cache-force-refresh': '1' }, 'REFRESH'],
    ['a forced refresh that is none', { 'x-portkey-cache-force-refresh': 'false' }, 'HIT'],
    ['no-cache', { 'cache-control': 'no-cache' }, 'REFRESH'],
    ['no-store', { 'cache-control': 'no-store' }, 'DISABLED'],
    ['a call that is not to be kept', { 'x-portkey-debug': 'false' }, 'DISABLED'],
  ] as const) {
    it(`says ${expected} for ${title}`, async () => {
      const own = config();
      await (await gateway.chat(own)).text();
      assert.equal(statusOf(await gateway.chat(own, {}, headers)), expected);
    });
  }

  it('replaces what it has when it is refreshed', async () => {
    const own = config();
    const texts = [];
    for (const headers of [{}, { 'x-portkey-cache-force-refresh': 'true' }, {}]) texts.push(await textOf(await gateway.chat(own, {}, headers)));
    assert.notEqual(texts[0], texts[1]);
    assert.equal(texts[1], texts[2]);
  });

  it('keeps streams and replays their bytes', async () => {
    const own = config();
    const first = await gateway.chat(own, { stream: true });
    const text = await first.text();
    const second = await gateway.chat(own, { stream: true });
    assert.deepEqual([statusOf(first), statusOf(second)], ['MISS', 'HIT']);
    assert.equal(second.headers.get('content-type'), first.headers.get('content-type'));
    assert.equal(await second.text(), text.replace(/: x-sluice-cost .*\n\n$/, ''));
  });

  it('answers with a whole body what was made as a stream, and the other way round', async () => {
    const [streamed, whole] = [config(), config()];
    await (await gateway.chat(streamed, { stream: true })).text();
    const fromStream = await gateway.chat(streamed);
    assert.deepEqual([statusOf(fromStream), await textOf(fromStream)], ['HIT', 'Hello']);
    const made = await textOf(await gateway.chat(whole));
    const asStream = await gateway.chat(whole, { stream: true, stream_options: { include_usage: true } });
    assert.equal(statusOf(asStream), 'HIT');
    const text = await asStream.text();
    assert.ok(text.includes(JSON.stringify(made).slice(1, -1)) && text.includes('"prompt_tokens":3') && text.includes('data: [DONE]'), text);
  });

  it('replays at the pace that the config says, in any dialect', async () => {
    const own = config(undefined, { mode: 'simple', pace: 1000 });
    const headers = { 'x-portkey-config': JSON.stringify(own) };
    const body = { model: 'gpt-4', max_tokens: 10, stream: true, messages: [{ role: 'user', content: 'Hi' }] };
    const first = await (await gateway.post('/v1/messages', body, headers)).text();
    const second = await gateway.post('/v1/messages', body, headers);
    assert.equal(statusOf(second), 'HIT');
    const words = (text: string): string => [...text.matchAll(/"text_delta","text":"([^"]*)"/g)].map(([, word]) => word).join('');
    assert.equal(words(await second.text()), words(first));
  });

  const user = [{ role: 'user', content: 'Hi' }];
  for (const [dialect, whole, stream] of [
    ['Anthropic', ['/v1/messages', { model: 'gpt-4', max_tokens: 9, messages: user }], ['/v1/messages', { stream: true }]],
    ['Responses', ['/v1/responses', { model: 'gpt-4', input: 'Hi', store: false }], ['/v1/responses', { stream: true }]],
    ['Cohere', ['/v2/chat', { model: 'gpt-4', messages: user }], ['/v2/chat', { stream: true }]],
    [
      'Gemini',
      ['/v1beta/models/gpt-4:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }],
      ['/v1beta/models/gpt-4:streamGenerateContent?alt=sse', {}],
    ],
    ['Converse', ['/model/gpt-4/converse', { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }], ['/model/gpt-4/converse-stream', {}]],
  ] as const) {
    it(`serves clients of ${dialect} whole and streamed from what was made in either form`, async () => {
      for (const forms of [
        [stream, whole, stream],
        [whole, stream, whole],
      ]) {
        const headers = { 'x-portkey-config': JSON.stringify(config()) };
        const statuses: (string | null)[] = [];
        for (const [path, more] of forms) {
          const response = await gateway.post(path, { ...whole[1], ...more }, headers);
          statuses.push(statusOf(response));
          const text = await response.text();
          assert.match(text, /Hel|answer 0/, path);
        }
        assert.deepEqual(statuses, ['MISS', 'HIT', 'HIT']);
      }
    });
  }

  it('keeps nothing that failed, that broke off, or that is to be stored elsewhere', async () => {
    for (const [segment, more] of [
      ['down', {}],
      ['cut', { stream: true }],
      ['fine', { store: true }],
    ] as const) {
      const own = config(segment);
      for (let i = 0; i < 2; i++) {
        const response = await gateway.chat(own, more);
        await response.text().catch(() => '');
        assert.notEqual(statusOf(response), 'HIT', segment);
      }
    }
  });

  it('asks once for many who ask the same at once, and goes on when the one who asked first leaves', async () => {
    const own = config('slow');
    const before = upstream.seen.length;
    const leaving = new AbortController();
    const first = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(own) },
      body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] }),
    }).catch(() => undefined);
    await until(() => upstream.seen.length > before);
    const others = Promise.all([1, 2, 3].map(() => gateway.chat(own)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    leaving.abort();
    await first;
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    const responses = await others;
    assert.equal(responses.filter((response) => statusOf(response) === 'HIT').length, 2, 'one of them pays');
    assert.equal(responses.filter((response) => Number(response.headers.get('x-sluice-cost')) > 0).length, 1);
    assert.equal(upstream.seen.length, before + 1);
    assert.equal(new Set(await Promise.all(responses.map(textOf))).size, 1);
  });

  it('answers questions that are alike, where the config wants that, and says how alike', async () => {
    const own = config(undefined, { mode: 'semantic' });
    const ask = (content: string, more: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
      gateway.chat(
        own,
        {
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content },
          ],
          ...more,
        },
        headers,
      );
    const first = await ask('What is the capital of France?');
    await first.text();
    assert.equal(statusOf(first), 'SEMANTIC MISS');
    assert.equal(statusOf(await ask('What is the capital of France?')), 'HIT');
    const like = await ask('what is the capital of France please');
    assert.equal(statusOf(like), 'SEMANTIC HIT');
    assert.ok(Number(like.headers.get('x-sluice-cache-similarity')) >= 0.95);
    assert.equal(like.headers.get('x-sluice-cache-entry'), first.headers.get('x-sluice-cache-key'));
    assert.equal(like.headers.get('x-sluice-cost'), '0');
    for (const [content, more, headers] of [
      ['What is the capital of Spain?', {}, {}],
      ['What is the capital of France please?', { temperature: 0.1 }, {}],
      ['What is the capital of France please?', { tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] }, {}],
      ['What is the capital of France please?', {}, { authorization: 'Bearer someone-else' }],
    ] as const)
      assert.equal(statusOf(await ask(content, more, headers)), 'SEMANTIC MISS');
  });

  it('compares by the embeddings of a provider where the config names one, and does without while that is away', async () => {
    const meanings = await fakeUpstream((request, response) => {
      const input = String(request.body?.['input']);
      if (input.includes('broken')) return void response.writeHead(500).end('{}');
      const embedding = /hello|bonjour/i.test(input) ? [3, 4] : [-4, 3];
      const body = { object: 'list', model: 'e', data: [{ object: 'embedding', index: 0, embedding }], usage: { prompt_tokens: 1, total_tokens: 1 } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const embedding = { provider: 'openai', model: 'e', api_key: 'secret', custom_host: meanings.url };
    const own = config(undefined, { mode: 'semantic', embedding });
    const ask = async (content: string): Promise<string | null> => {
      const response = await gateway.chat(own, { messages: [{ role: 'user', content }] });
      await response.text();
      return statusOf(response);
    };
    const statuses = [await ask('hello'), await ask('bonjour'), await ask('goodbye'), await ask('broken'), await ask('broken')];
    await meanings.close();
    assert.deepEqual(statuses, ['SEMANTIC MISS', 'SEMANTIC HIT', 'SEMANTIC MISS', 'SEMANTIC MISS', 'HIT']);
    assert.equal(meanings.seen[0]?.headers['authorization'], 'Bearer secret');
  });

  it('is looked at and emptied through the admin interface', async () => {
    const own = config();
    const headers = { 'x-portkey-cache-namespace': 'to-empty' };
    const key = (await gateway.chat(own)).headers.get('x-sluice-cache-key') ?? '';
    await gateway.chat(own, {}, headers);
    const admin = async (method: string, path: string): Promise<Record<string, unknown>> =>
      (await (await fetch(`${gateway.url}/admin/v1/cache${path}`, { method })).json()) as Record<string, unknown>;
    const { store, entries } = await admin('GET', '');
    assert.ok(store === 'memory' && Number(entries) >= 2);
    assert.deepEqual(await admin('DELETE', `/${key}`), { deleted: 1 });
    assert.deepEqual(await admin('DELETE', '?namespace=to-empty'), { deleted: 1 });
    assert.equal(statusOf(await gateway.chat(own)), 'MISS');
    assert.equal((await fetch(`${gateway.url}/admin/v1/cache/no-key`, { method: 'DELETE' })).status, 400);
  });

  it('stands in front of a whole group, of which any answer serves, but not in front of a choice by the request', async () => {
    const { cache, ...target } = config() as { cache: object };
    const group = { strategy: { mode: 'loadbalance' }, cache, targets: [{ ...target }, { ...target, override_params: { top_p: 0.5 } }] };
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push(statusOf(await gateway.chat(group)));
    assert.deepEqual(statuses, ['MISS', 'HIT', 'HIT', 'HIT', 'HIT']);
    const conditions = [{ query: { 'metadata.plan': { $eq: 'pro' } }, then: 'b' }];
    const choice = {
      strategy: { mode: 'conditional', conditions, default: 'a' },
      cache,
      targets: [
        { name: 'a', ...target },
        { name: 'b', ...target, override_params: { top_p: 0.7 } },
      ],
    };
    const ask = async (plan: string): Promise<string | null> =>
      statusOf(await gateway.chat(choice, {}, { 'x-portkey-metadata': JSON.stringify({ plan }), 'x-portkey-cache-namespace': 'n' }));
    assert.deepEqual([await ask('free'), await ask('free'), await ask('pro'), await ask('pro')], ['MISS', 'HIT', 'MISS', 'HIT']);
  });
});
