import { ID, list, member, pictureOf, SAID, sse, USED, wordsOf, type Heard, type HeardCall, type Recorded, type UpstreamKind } from './upstream.ts';

const HEAD = { id: `chatcmpl-${ID}`, created: 1_790_000_000, model: 'gpt-5-2025-08-07', system_fingerprint: 'fp_1' };
const USAGE = {
  prompt_tokens: USED.prompt,
  completion_tokens: USED.completion,
  total_tokens: USED.prompt + USED.completion,
  prompt_tokens_details: { cached_tokens: USED.cached },
  completion_tokens_details: { reasoning_tokens: 0 },
};

function recorded(message: object, deltas: readonly object[], finish: string): Recorded {
  const chunk = (choices: readonly object[], more: object = {}): object => ({ ...HEAD, object: 'chat.completion.chunk', choices, ...more });
  const stream = [
    ...deltas.map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason: finish }]),
    chunk([], { usage: USAGE }),
  ];
  return {
    whole: {
      ...HEAD,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: null, refusal: null, ...message }, finish_reason: finish }],
      usage: USAGE,
    },
    stream: [...sse(stream), 'data: [DONE]\n\n'],
  };
}

function text(pieces: readonly string[]): Recorded {
  const deltas = pieces.map((content) => ({ content }));
  return recorded({ content: pieces.join('') }, [{ role: 'assistant', content: '', refusal: null }, ...deltas], 'stop');
}

const PLAN = recorded(
  {
    tool_calls: SAID.cities.map((city, index) => ({
      id: `call_oa${index}`,
      type: 'function',
      function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
    })),
  },
  [
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: 'call_oa0', type: 'function', function: { name: 'get_weather', arguments: '' } }],
    },
    { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '"Paris"}' } }] },
    { tool_calls: [{ index: 1, id: 'call_oa1', type: 'function', function: { name: 'get_weather', arguments: '' } }] },
    { tool_calls: [{ index: 1, function: { arguments: '{"city":"Tō' } }] },
    { tool_calls: [{ index: 1, function: { arguments: 'kyō"}' } }] },
  ],
  'tool_calls',
);

/** OpenAI's chat completions. Its models do not show what they think. */
export const openaiChat: UpstreamKind = {
  name: 'openai-chat',
  provider: 'openai',
  basePath: '/v1',
  model: 'gpt-5',
  contentType: 'text/event-stream; charset=utf-8',
  script: { hello: text(SAID.hello), plan: PLAN, report: text(SAID.report), structured: text(SAID.structured) },
  keyOf: ({ headers }) => headers['authorization']?.replace('Bearer ', ''),
  error: (status, message) => ({ error: { message, type: status === 429 ? 'requests' : 'invalid_request_error', param: null, code: null } }),
  objection(body) {
    const messages = list(body, 'messages');
    const unasked = messages.find(
      ({ role, tool_call_id: id }, index) => role === 'tool' && !callsBefore(messages, index).some((call) => call['id'] === id),
    );
    return unasked === undefined ? undefined : `no tool call with the id ${String(unasked['tool_call_id'])}`;
  },
  thoughts: { text: '', proofs: [] },
  read({ body }): Heard {
    const messages = list(body, 'messages');
    const calls = messages.flatMap((message) => list(message, 'tool_calls'));
    return {
      stream: body?.['stream'] === true,
      system: wordsOf(messages.find(({ role }) => role === 'system' || role === 'developer')?.['content']),
      words: wordsOf(messages.findLast(({ role }) => role === 'user')?.['content']),
      pictures: messages
        .flatMap((message) => list(message, 'content'))
        .filter(({ type }) => type === 'image_url')
        .map((part) => pictureOf(member(part, 'image_url')['url'])),
      said: messages.map(({ role, content }) => (role === 'assistant' ? wordsOf(content) : '')).join(''),
      tools: list(body, 'tools').map((tool) => String(member(tool, 'function')['name'])),
      thinks: typeof body?.['reasoning_effort'] === 'string',
      schema: keysOf(member(member(member(body, 'response_format'), 'json_schema'), 'schema')),
      calls: calls.map(callOf),
      results: messages
        .filter(({ role }) => role === 'tool')
        .map((message) => {
          const call = calls.find(({ id }) => id === message['tool_call_id']);
          return { call: call && callOf(call), text: wordsOf(message['content']) };
        }),
      proofs: [],
    };
  },
};

/** The calls of the message that a tool's message follows. */
function callsBefore(messages: readonly Record<string, unknown>[], index: number): readonly Record<string, unknown>[] {
  return list(
    messages.slice(0, index).findLast(({ role }) => role !== 'tool'),
    'tool_calls',
  );
}

function callOf(call: object): HeardCall {
  const { name, arguments: text } = member(call, 'function');
  return { name: String(name), input: JSON.parse(String(text)) };
}

/** The names of a schema's properties. */
export function keysOf(schema: object): readonly string[] | undefined {
  const keys = Object.keys(member(schema, 'properties'));
  return keys.length === 0 ? undefined : keys;
}
