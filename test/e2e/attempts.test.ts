import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chunk, chunks, completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

interface Attempt {
  readonly target: string;
  readonly provider: string;
  readonly status?: number;
  readonly error?: string;
  readonly ms: number;
  readonly bytes: number;
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const inHeader = (response: Response): Attempt[] => JSON.parse(response.headers.get('x-sluice-attempts') ?? 'null') as Attempt[];
const inComments = (stream: string): Attempt[][] =>
  [...stream.matchAll(/^: x-sluice-attempts (.*)$/gm)].map(([, list]) => JSON.parse(list as string) as Attempt[]);
const shape = (attempts: readonly Attempt[]): unknown[] =>
  attempts.map(({ target, status, error }) => [target.replace('config.', ''), status, error]);

const anthropicEvents = [
  {
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'c',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello world' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

describe('x-sluice-attempts', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      whole: json(200, completion('Hello')),
      down: json(503, { error: { message: 'down', type: 't', param: null, code: null } }),
      flaky: (request, response, attempt) =>
        (attempt === 0 ? json(429, { error: { message: 'slow down' } }) : json(200, completion('Hi')))(request, response, 0),
      ok: sse(chunks('Hel', 'lo ', 'world')),
      other: sse(chunks('Goodbye')),
      cut: sse([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hello wo' })], { cut: true }),
      claude: sse(anthropicEvents),
      slow: async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(chunk({ role: 'assistant', content: '' }))}\n\n`);
        await wait(2_000);
        response.end();
      },
    });
  });
  after(() => upstream.close());
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const fallback = (targets: readonly object[], more: object = {}): object => ({ strategy: { mode: 'fallback' }, targets, ...more });

  it('names the one attempt of a call that just works', async () => {
    const response = await gateway.chat(target('whole'));
    const [attempt, ...others] = inHeader(response) as [Attempt, ...Attempt[]];
    const { ms, ...rest } = attempt;
    assert.deepEqual(rest, { target: 'config', provider: 'openai', status: 200, bytes: Buffer.byteLength(await response.text()) });
    assert.ok(Number.isInteger(ms) && ms >= 0);
    assert.deepEqual(others, []);
  });

  it('is an empty list on the answer to a call that was refused before any attempt', async () => {
    const response = await gateway.chat({ strategy: { mode: 'nonsense' }, targets: [{}] });
    assert.equal(response.status, 400);
    assert.deepEqual(inHeader(response), []);
  });

  it('tells the way of a fallback, also where nobody answered', async () => {
    const response = await gateway.chat(fallback([target('down'), target('missing'), target('whole')]));
    assert.deepEqual(shape(inHeader(response)), [
      ['targets[0]', 503, 'overloaded'],
      ['targets[1]', 404, 'invalid_request'],
      ['targets[2]', 200, undefined],
    ]);
    const failed = await gateway.chat(fallback([target('down'), target('', { custom_host: 'http://127.0.0.1:1' })]));
    assert.deepEqual(shape(inHeader(failed)), [
      ['targets[0]', 503, 'overloaded'],
      ['targets[1]', undefined, 'network'],
    ]);
  });

  it('has an entry for each retry', async () => {
    const response = await gateway.chat(target('flaky', { retry: { attempts: 1 } }));
    assert.deepEqual(shape(inHeader(response)), [
      ['config', 429, 'rate_limit'],
      ['config', 200, undefined],
    ]);
  });

  it('shows who lost a race', async () => {
    const config = fallback([target('slow'), target('ok')], { timeouts: { first_event: 50 } });
    const response = await gateway.chat(config, { stream: true });
    const body = await response.text();
    assert.deepEqual(shape(inHeader(response)), [
      ['targets[0]', undefined, 'cancelled'],
      ['targets[1]', 200, undefined],
    ]);
    assert.ok((inHeader(response)[0] as Attempt).ms >= 50);
    assert.deepEqual(inComments(body), []);
  });

  it('tells in the end of a stream that another target has taken it up, and what that one could not be sent', async () => {
    const config = fallback([target('cut'), target('claude', { provider: 'anthropic' })]);
    const response = await gateway.chat(config, { stream: true, seed: 7 });
    const body = await response.text();
    assert.deepEqual(shape(inHeader(response)), [['targets[0]', 200, undefined]]);
    assert.equal(response.headers.get('x-sluice-dropped-params'), null);
    assert.deepEqual(inComments(body).map(shape), [
      [
        ['targets[0]', 200, 'stream_break'],
        ['targets[1]', 200, undefined],
      ],
    ]);
    assert.match(body, /^: x-sluice-dropped-params seed\n\ndata: \[DONE\]\n\n$/m);
  });

  it('tells of a stream that nobody could take up, in front of the error', async () => {
    for (const [config, attempts] of [
      [target('cut'), [['config', 200, 'stream_break']]],
      [
        fallback([target('cut'), target('other')]),
        [
          ['targets[0]', 200, 'stream_break'],
          ['targets[1]', 200, 'cancelled'],
        ],
      ],
      [
        fallback([target('cut'), target('down')]),
        [
          ['targets[0]', 200, 'stream_break'],
          ['targets[1]', 503, 'overloaded'],
        ],
      ],
    ] as const) {
      const body = await (await gateway.chat(config, { stream: true })).text();
      assert.deepEqual(inComments(body).map(shape), [attempts]);
      assert.match(body, /^: x-sluice-attempts .*\n\ndata: .*"stream_truncated".*\n\n$/m);
    }
  });

  it('is left out of streams whose clients know no comments', async () => {
    const headers = { 'x-portkey-config': JSON.stringify(fallback([target('cut'), target('ok')])) };
    const contents = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
    for (const query of ['?alt=sse', '']) {
      const body = await (await gateway.post(`/v1beta/models/gemini:streamGenerateContent${query}`, contents, headers)).text();
      assert.match(body, /rld/);
      assert.ok(!body.includes('x-sluice'));
    }
    const converse = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
    const frames = await (await gateway.post('/model/claude/converse-stream', converse, headers)).text();
    assert.match(frames, /messageStop/);
    assert.ok(!frames.includes('x-sluice'));
  });
});
