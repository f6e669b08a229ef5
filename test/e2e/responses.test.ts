import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chunk, completion, fakeUpstream, json, sse, type Answer, type FakeUpstream, type SeenRequest } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

type Wire = Record<string, unknown>;

const WEATHER = { type: 'function', name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } }, strict: false };
const ASK = { model: 'm', input: 'How is the weather in Rome?', tools: [WEATHER] };

/** What a provider of each kind answers: a call of the tool first, then words. */
interface Kind {
  readonly target: Wire;
  readonly whole: (body: Wire) => Answer;
  readonly streamed: (body: Wire) => Answer;
  /** What was said in a request, one word an entry. */
  readonly said: (body: Wire) => string[];
  /** The proof of its thoughts that the provider wants back with the call, if it gives one. */
  readonly proof?: Wire;
}

const arrayOf = (value: unknown): Wire[] => value as Wire[];
const partsOf = (content: unknown): Wire[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : arrayOf(content));

function hasResult(text: string): boolean {
  return text.includes('sunny');
}

const CHAT: Kind = {
  target: { provider: 'openai', api_key: 'k' },
  whole: (body) =>
    json(
      200,
      hasResult(JSON.stringify(body))
        ? completion('It is sunny.')
        : completion('', {
            choices: [
              {
                index: 0,
                message: {
                  role: 'assistant',
                  content: null,
                  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
                },
                finish_reason: 'tool_calls',
              },
            ],
          }),
    ),
  streamed: (body) => {
    const usage = { ...chunk({}), choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } };
    if (hasResult(JSON.stringify(body)))
      return sse([chunk({ content: 'It is ' }), chunk({ content: 'sunny.' }), chunk({}, 'stop'), usage, 'data: [DONE]\n\n']);
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":' } };
    return sse([
      chunk({ tool_calls: [call] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
      chunk({}, 'tool_calls'),
      usage,
      'data: [DONE]\n\n',
    ]);
  },
  said: (body) =>
    arrayOf(body['messages']).flatMap(({ role, content, tool_calls: calls }) => [
      ...(content === null || content === undefined
        ? []
        : [
            `${String(role)}: ${partsOf(content)
              .map(({ text }) => text)
              .join('')}`,
          ]),
      ...arrayOf(calls ?? []).map((call) => `call: ${String((call['function'] as Wire)['arguments'])}`),
    ]),
};

const THOUGHT = { type: 'thinking', thinking: 'Rome it is.', signature: 'c2lnbmVk' };

const MESSAGES: Kind = {
  target: { provider: 'anthropic', api_key: 'k' },
  whole: (body) => json(200, anthropicMessage(hasResult(JSON.stringify(body)))),
  streamed: (body) => {
    const isDone = hasResult(JSON.stringify(body));
    const block = isDone ? { type: 'text', text: '' } : { type: 'tool_use', id: 'call_1', name: 'weather', input: {} };
    const deltas = isDone
      ? [
          { type: 'text_delta', text: 'It is ' },
          { type: 'text_delta', text: 'sunny.' },
        ]
      : [
          { type: 'input_json_delta', partial_json: '{"city":' },
          { type: 'input_json_delta', partial_json: '"Rome"}' },
        ];
    const index = isDone ? 0 : 1;
    return sse([
      { type: 'message_start', message: { ...anthropicMessage(isDone), content: [], stop_reason: null } },
      ...(isDone
        ? []
        : [
            { type: 'content_block_start', index: 0, content_block: THOUGHT },
            { type: 'content_block_stop', index: 0 },
          ]),
      { type: 'content_block_start', index, content_block: block },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
      { type: 'message_delta', delta: { stop_reason: isDone ? 'end_turn' : 'tool_use' }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ]);
  },
  said: (body) =>
    arrayOf(body['messages']).flatMap(({ role, content }) =>
      partsOf(content).flatMap((part) => {
        if (part['type'] === 'thinking') return [];
        if (part['type'] === 'tool_use') return `call: ${JSON.stringify(part['input'])}`;
        if (part['type'] !== 'tool_result') return `${String(role)}: ${String(part['text'])}`;
        return `tool: ${partsOf(part['content'])
          .map(({ text }) => text)
          .join('')}`;
      }),
    ),
  proof: THOUGHT,
};

function anthropicMessage(isDone: boolean): Wire {
  const call = { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Rome' } };
  const usage = { input_tokens: 3, output_tokens: 2 };
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: isDone ? [{ type: 'text', text: 'It is sunny.' }] : [THOUGHT, call],
    stop_reason: isDone ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage,
  };
}

const GEMINI_PROOF = { thoughtSignature: 'c2lnbmVk' };

const GEMINI: Kind = {
  target: { provider: 'google', api_key: 'k' },
  whole: (body) => json(200, geminiAnswer(hasResult(JSON.stringify(body)))),
  streamed: (body) => sse([geminiAnswer(hasResult(JSON.stringify(body)))]),
  said: (body) =>
    arrayOf(body['contents']).flatMap(({ role, parts }) =>
      arrayOf(parts).map((part) => {
        if (part['functionCall'] !== undefined) return `call: ${JSON.stringify((part['functionCall'] as Wire)['args'])}`;
        if (part['functionResponse'] !== undefined)
          return `tool: ${JSON.stringify((part['functionResponse'] as Wire)['response']).replace(/^.*?"(\w+)"\}$/, '$1')}`;
        return `${role === 'model' ? 'assistant' : 'user'}: ${String(part['text'])}`;
      }),
    ),
  proof: GEMINI_PROOF,
};

function geminiAnswer(isDone: boolean): Wire {
  const part = isDone ? { text: 'It is sunny.' } : { functionCall: { name: 'weather', args: { city: 'Rome' } }, ...GEMINI_PROOF };
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };
  return {
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata,
    modelVersion: 'g',
    responseId: 'x',
  };
}

const KINDS: Readonly<Record<string, Kind>> = { chat: CHAT, messages: MESSAGES, gemini: GEMINI };

/** A response as a host of this API writes it. */
function nativeResponse(id: string, text: string): Wire {
  const content = [{ type: 'output_text', text, annotations: [] }];
  const output = [{ id: `msg_${id}`, type: 'message', role: 'assistant', status: 'completed', content }];
  return {
    id,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output,
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  };
}

function nativeEvents(response: Wire): string[] {
  const events = [
    { type: 'response.created', sequence_number: 0, response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.output_text.delta', sequence_number: 1, output_index: 0, content_index: 0, item_id: 'msg_1', delta: 'Native.' },
    { type: 'response.completed', sequence_number: 2, response },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

describe('the Responses API', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  let nativeAnswers = 0;

  before(async () => {
    const kinds = Object.entries(KINDS).map(([name, kind]) => {
      const answer: Answer = (request, response, attempt) => {
        if (request.method !== 'POST') return json(404, { error: { message: 'No such thing.' } })(request, response, attempt);
        const body = request.body as Wire;
        const isStreamed = body['stream'] === true || request.url.includes('streamGenerate');
        return (isStreamed ? kind.streamed(body) : kind.whole(body))(request, response, attempt);
      };
      return [name, answer] as const;
    });
    upstream = await fakeUpstream({
      ...Object.fromEntries(kinds),
      native: (request, response, attempt) => {
        if (request.method !== 'POST') return json(200, { from: 'host' })(request, response, attempt);
        if (request.headers['authorization'] === 'Bearer worn' && request.body?.['previous_response_id'] !== undefined)
          return json(429, { error: { message: 'Slow down.' } })(request, response, attempt);
        const answer = nativeResponse(`resp_native${nativeAnswers++}`, 'Native.');
        return (request.body?.['stream'] === true ? sse(nativeEvents(answer)) : json(200, answer))(request, response, attempt);
      },
      failing: json(429, { error: { message: 'Slow down.', type: 'rate_limit', code: 'rate_limit_exceeded' } }),
      stalling: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(chunk({ content: 'Once' }))}\n\n`);
      },
      breaking: sse([chunk({ content: 'Once' })], { cut: true }),
      patching: (request, response, attempt) => {
        const isDone = JSON.stringify(request.body).includes('tool_result');
        const call = { type: 'tool_use', id: 'call_p', name: 'patch', input: { input: 'add "x"' } };
        return json(200, isDone ? anthropicMessage(true) : { ...anthropicMessage(false), content: [call] })(request, response, attempt);
      },
    });
  });
  after(() => upstream.close());

  const configOf = (target: Wire, segment: string, more: Wire = {}): Wire => ({ ...target, custom_host: `${upstream.url}/${segment}`, ...more });
  const headersOf = (config: Wire, key = 'one'): Record<string, string> => ({
    'x-portkey-config': JSON.stringify(config),
    authorization: `Bearer ${key}`,
  });
  const ask = (config: Wire, body: Wire, key?: string): Promise<Response> => gateway.post('/v1/responses', body, headersOf(config, key));
  const askWhole = async (config: Wire, body: Wire, key?: string): Promise<Wire> => {
    const answer = await ask(config, body, key);
    const wire = (await answer.json()) as Wire;
    assert.equal(answer.status, 200, JSON.stringify(wire));
    return wire;
  };
  const askStreamed = async (config: Wire, body: Wire): Promise<Wire> => {
    const text = await (await ask(config, { ...body, stream: true })).text();
    const events = [...text.matchAll(/^data: (\{.*)$/gm)].map((match) => JSON.parse(match[1] as string) as Wire);
    assert.deepEqual(
      events.map((event) => event['sequence_number']),
      events.map((_, index) => index),
    );
    const last = events.at(-1) as Wire;
    assert.equal(last['type'], 'response.completed', text);
    return last['response'] as Wire;
  };
  const call = ([method, path]: readonly [string, string], config: Wire, key?: string): Promise<Response> =>
    fetch(`${gateway.url}/v1/responses/${path}`, { method, headers: headersOf(config, key) });
  const errorOf = async (answer: Response): Promise<Wire> => ((await answer.json()) as Wire)['error'] as Wire;
  const last = (): SeenRequest => upstream.seen.at(-1) as SeenRequest;
  const bodyOf = (): Wire => last().body as Wire;

  for (const [name, kind] of Object.entries(KINDS)) {
    for (const [mode, askFor] of [
      ['whole', askWhole],
      ['streamed', askStreamed],
    ] as const) {
      it(`leads a conversation of three turns with a tool at a provider of the kind ${name}, ${mode}`, async () => {
        const config = configOf(kind.target, name);
        const first = await askFor(config, { ...ASK, instructions: 'Be brief.' });
        assert.match(String(first['id']), /^resp_[0-9a-f]{32}$/);
        const made = arrayOf(first['output']).at(-1);
        assert.deepEqual([made?.['type'], made?.['name'], made?.['arguments']], ['function_call', 'weather', '{"city":"Rome"}']);
        const result = { type: 'function_call_output', call_id: made?.['call_id'], output: 'sunny' };
        const second = await askFor(config, { ...ASK, previous_response_id: first['id'], input: [result] });
        assert.equal(second['previous_response_id'], first['id']);
        assert.deepEqual(kind.said(bodyOf()), ['user: How is the weather in Rome?', 'call: {"city":"Rome"}', 'tool: sunny']);
        assert.ok(last().text.includes(JSON.stringify(kind.proof ?? {}).slice(1, -1)), last().text);
        const third = await askFor(config, { ...ASK, previous_response_id: second['id'], input: 'Thank you.' });
        assert.equal(third['status'], 'completed');
        assert.deepEqual(kind.said(bodyOf()).slice(2), ['tool: sunny', 'assistant: It is sunny.', 'user: Thank you.']);
        assert.ok(!('previous_response_id' in bodyOf()) && !('store' in bodyOf()));
      });
    }
  }

  it('goes on at a provider of another kind where the config leads there', async () => {
    const target = configOf(MESSAGES.target, 'messages');
    const first = await askWhole(configOf(CHAT.target, 'chat'), ASK);
    const [made] = arrayOf(first['output']);
    const input = [{ type: 'function_call_output', call_id: made?.['call_id'], output: 'sunny' }];
    await askWhole(target, { ...ASK, previous_response_id: first['id'], input });
    assert.deepEqual(MESSAGES.said(bodyOf()), ['user: How is the weather in Rome?', 'call: {"city":"Rome"}', 'tool: sunny']);
  });

  it('takes items by their ids', async () => {
    const config = configOf(CHAT.target, 'chat');
    const first = await askWhole(config, ASK);
    const [made] = arrayOf(first['output']);
    const input = [
      { role: 'user', content: 'Rome?' },
      { type: 'item_reference', id: made?.['id'] },
      { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
    ];
    await askWhole(config, { ...ASK, input });
    assert.deepEqual(CHAT.said(bodyOf()), ['user: Rome?', 'call: {"city":"Rome"}', 'tool: sunny']);
    const answer = await ask(config, { ...ASK, input: [{ type: 'item_reference', id: 'msg_nobody' }] });
    assert.equal(answer.status, 404);
    assert.match(String((await errorOf(answer))['message']), /msg_nobody/);
  });

  it('keeps tenants apart, by the key in the header and by the keys of the config', async () => {
    const config = configOf(CHAT.target, 'chat');
    const { id } = await askWhole(config, ASK, 'one');
    const continued = { ...ASK, previous_response_id: id, input: 'Go on.' };
    for (const [other, key] of [
      [config, 'two'],
      [{ ...config, api_key: 'another' }, 'one'],
    ] as const) {
      const answer = await ask(other, continued, key);
      assert.equal(answer.status, 400);
      const { code, param, type } = await errorOf(answer);
      assert.deepEqual({ code, param, type }, { code: 'previous_response_not_found', param: 'previous_response_id', type: 'invalid_request_error' });
      assert.equal((await call(['DELETE', String(id)], other, key)).status, 404);
    }
    await askWhole(config, continued, 'one');
  });

  it('tells, lists and deletes what it keeps', async () => {
    const config = configOf(CHAT.target, 'chat');
    const first = await askWhole(config, { ...ASK, metadata: { a: 'b' } });
    const id = String(first['id']);
    const told = await call(['GET', id], config);
    assert.equal(told.headers.get('x-sluice-provider'), 'openai');
    assert.deepEqual(await told.json(), first);
    assert.deepEqual([first['store'], first['metadata']], [true, { a: 'b' }]);
    const second = await askWhole(config, {
      ...ASK,
      previous_response_id: id,
      input: [{ type: 'function_call_output', call_id: 'call_1', output: 'sunny' }],
    });
    const list = async (query: string): Promise<Wire> =>
      (await (await call(['GET', `${String(second['id'])}/input_items${query}`], config)).json()) as Wire;
    const all = await list('?order=asc');
    assert.deepEqual(
      arrayOf(all['data']).map(({ type }) => type),
      ['message', 'function_call', 'function_call_output'],
    );
    const page = await list(`?order=asc&limit=1&after=${String(all['first_id'])}`);
    assert.deepEqual([arrayOf(page['data']).map(({ type }) => type), page['has_more']], [['function_call'], true]);
    assert.equal(((await list('?limit=0'))['error'] as Wire)['param'], 'limit');
    assert.deepEqual(await (await call(['DELETE', id], config)).json(), { id, object: 'response', deleted: true });
    assert.equal((await call(['GET', id], config)).status, 404);
    const answer = await ask(config, { ...ASK, previous_response_id: id, input: 'x' });
    assert.equal((await errorOf(answer))['code'], 'previous_response_not_found');
  });

  it('refuses what stored responses cannot do', async () => {
    const config = configOf(CHAT.target, 'chat');
    const { id } = await askWhole(config, ASK);
    const cancelled = await call(['POST', `${String(id)}/cancel`], config);
    assert.equal(cancelled.status, 400);
    assert.match(String((await errorOf(cancelled))['message']), /background/);
    const streamed = await call(['GET', `${String(id)}?stream=true`], config);
    assert.equal(streamed.status, 400);
    assert.equal((await errorOf(streamed))['param'], 'stream');
  });

  it('keeps nothing that it is told not to keep, by the request or by the config', async () => {
    const config = configOf(CHAT.target, 'chat');
    const forbidding = { ...config, override_params: { store: false } };
    for (const [with_, body] of [
      [config, { ...ASK, store: false }],
      [forbidding, ASK],
    ] as const) {
      const { id } = await askWhole(with_, body);
      assert.equal((await call(['GET', String(id)], with_)).status, 404);
      assert.equal((await ask(with_, { ...body, previous_response_id: id, input: 'x' })).status, 400);
    }
  });

  it('keeps nothing of an answer that fails, breaks or is left by its client', async () => {
    const failing = await ask(configOf(CHAT.target, 'failing'), ASK);
    assert.equal(failing.status, 429);
    assert.equal((await errorOf(failing))['message'], 'openai error: Slow down.');
    const idIn = (text: string): string => /"id":"(resp_\w+)"/.exec(text)?.[1] ?? '';
    const isKept = async (id: string): Promise<boolean> =>
      (await ask(configOf(CHAT.target, 'chat'), { ...ASK, previous_response_id: id, input: 'x' })).status === 200;
    const broken = await (await ask(configOf(CHAT.target, 'breaking'), { ...ASK, stream: true })).text();
    assert.match(broken, /response\.failed/);
    assert.equal(await isKept(idIn(broken)), false);

    const aborter = new AbortController();
    const headers = { 'content-type': 'application/json', ...headersOf(configOf(CHAT.target, 'stalling')) };
    const left = await fetch(`${gateway.url}/v1/responses`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ ...ASK, stream: true }),
      signal: aborter.signal,
    });
    const { value } = await (left.body as ReadableStream<Uint8Array>).getReader().read();
    aborter.abort();
    while (upstream.aborted.length === 0) await new Promise(setImmediate);
    assert.equal(await isKept(idIn(Buffer.from(value as Uint8Array).toString('utf8'))), false);
  });

  it('describes custom tools as functions where the provider has none, and tells their calls as such', async () => {
    const config = configOf(MESSAGES.target, 'patching');
    const tools = [{ type: 'custom', name: 'patch', description: 'Changes files.' }];
    const first = await askWhole(config, { model: 'm', input: 'Change it.', tools });
    const offered = arrayOf(bodyOf()['tools'])[0] as Wire;
    assert.deepEqual([offered['name'], (offered['input_schema'] as Wire)['required']], ['patch', ['input']]);
    const [made] = arrayOf(first['output']);
    assert.deepEqual([made?.['type'], made?.['name'], made?.['input']], ['custom_tool_call', 'patch', 'add "x"']);
    const input = [{ type: 'custom_tool_call_output', call_id: made?.['call_id'], output: 'Done.' }];
    await askWhole(config, { model: 'm', previous_response_id: first['id'], input, tools });
    assert.deepEqual(MESSAGES.said(bodyOf()), ['user: Change it.', 'call: {"input":"add \\"x\\""}', 'tool: Done.']);
  });

  describe('at a host that speaks it', () => {
    const native = (more: Wire = {}): Wire => configOf(CHAT.target, 'native', { dialect: 'openai-responses', ...more });

    it('sends on what the host keeps itself, whole and streamed, and asks it about its responses', async () => {
      for (const askFor of [askWhole, askStreamed]) {
        const first = await askFor(native(), { model: 'm', input: 'Hi' });
        const next = { model: 'm', previous_response_id: first['id'], input: [{ type: 'item_reference', id: `msg_${String(first['id'])}` }] };
        await askFor(native(), next);
        assert.deepEqual([bodyOf()['previous_response_id'], bodyOf()['input']], [first['id'], next.input]);
        assert.deepEqual(await (await call(['GET', String(first['id'])], native())).json(), { from: 'host' });
        assert.equal(last().url, `/native/responses/${String(first['id'])}`);
      }
      await ask(native(), { model: 'm', previous_response_id: 'resp_elsewhere', input: 'Hi' });
      assert.equal(bodyOf()['previous_response_id'], 'resp_elsewhere');
    });

    it('spells the conversation out where another host takes over', async () => {
      const first = await askStreamed(native(), { model: 'm', input: 'Hi' });
      const targets = [configOf(CHAT.target, 'failing'), configOf(MESSAGES.target, 'messages')];
      await askWhole({ strategy: { mode: 'fallback' }, targets }, { model: 'm', previous_response_id: first['id'], input: 'Go on.' });
      assert.deepEqual(MESSAGES.said(bodyOf()), ['user: Hi', 'assistant: Native.', 'user: Go on.']);
    });

    it('spells it out for the same host with another key too', async () => {
      const config = { strategy: { mode: 'fallback' }, targets: [native({ api_key: 'worn' }), native({ api_key: 'fresh' })] };
      const first = await askWhole(config, { model: 'm', input: 'Hi' });
      await askWhole(config, { model: 'm', previous_response_id: first['id'], input: 'Go on.' });
      const [worn, fresh] = upstream.seen.slice(-2);
      assert.equal(worn?.body?.['previous_response_id'], first['id']);
      assert.equal(fresh?.headers['authorization'], 'Bearer fresh');
      assert.deepEqual(
        arrayOf(fresh?.body?.['input']).map(({ role }) => role),
        ['user', 'assistant', 'user'],
      );
    });

    it('goes on with what other providers answered', async () => {
      const first = await askWhole(configOf(CHAT.target, 'chat'), ASK);
      await askWhole(native(), {
        ...ASK,
        previous_response_id: first['id'],
        input: [{ type: 'function_call_output', call_id: 'call_1', output: 'sunny' }],
      });
      assert.equal(bodyOf()['previous_response_id'], undefined);
      assert.deepEqual(
        arrayOf(bodyOf()['input']).map(({ type }) => type),
        ['message', 'function_call', 'function_call_output'],
      );
    });

    it('offers built-in tools, which others are not sent', async () => {
      const body = { model: 'm', input: 'News?', tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] };
      await askWhole(native(), body);
      assert.deepEqual(bodyOf()['tools'], body.tools);
      const answer = await ask(configOf(MESSAGES.target, 'messages'), body);
      assert.equal(answer.status, 400);
      const { message, param } = await errorOf(answer);
      assert.equal(param, 'tools[0]');
      assert.match(String(message), /file_search.*Anthropic/);
      const before = upstream.seen.length;
      await askWhole({ strategy: { mode: 'fallback' }, targets: [configOf(MESSAGES.target, 'messages'), native()] }, body);
      assert.deepEqual(
        upstream.seen.slice(before).map(({ url }) => url),
        ['/native/responses'],
      );
    });

    it('forgets with the host', async () => {
      const first = await askWhole(native(), { model: 'm', input: 'Hi' });
      await call(['DELETE', String(first['id'])], native());
      assert.deepEqual([last().method, last().url], ['DELETE', `/native/responses/${String(first['id'])}`]);
      const answer = await ask(configOf(CHAT.target, 'chat'), { model: 'm', previous_response_id: first['id'], input: 'x' });
      assert.equal((await errorOf(answer))['code'], 'previous_response_not_found');
    });
  });
});
