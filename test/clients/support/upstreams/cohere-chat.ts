import { keysOf } from './openai-chat.ts';
import { ID, list, member, pictureOf, SAID, sse, USED, wordsOf, type Heard, type HeardCall, type Recorded, type UpstreamKind } from './upstream.ts';

const USAGE = {
  billed_units: { input_tokens: 12, output_tokens: USED.completion },
  tokens: { input_tokens: USED.prompt, output_tokens: USED.completion },
  cached_tokens: USED.cached,
};

function recorded(message: object, events: readonly object[], finish: string): Recorded {
  return {
    whole: { id: ID, message: { role: 'assistant', ...message }, finish_reason: finish, usage: USAGE },
    stream: sse(
      [
        { type: 'message-start', id: ID, delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } } },
        ...events,
        { type: 'message-end', delta: { finish_reason: finish, usage: USAGE } },
      ],
      { named: true },
    ),
  };
}

function text(pieces: readonly string[]): Recorded {
  const events = [
    { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
    ...pieces.map((piece) => ({ type: 'content-delta', index: 0, delta: { message: { content: { text: piece } } } })),
    { type: 'content-end', index: 0 },
  ];
  return recorded({ content: [{ type: 'text', text: pieces.join('') }] }, events, 'COMPLETE');
}

function callOf(index: number, text: string): object {
  return { id: `get_weather_${index}x`, type: 'function', function: { name: 'get_weather', arguments: text } };
}

const PLAN = recorded(
  { tool_plan: SAID.plan, tool_calls: SAID.cities.map((city, index) => callOf(index, JSON.stringify({ city }))) },
  [
    ...[SAID.plan.slice(0, 10), SAID.plan.slice(10)].map((piece) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan: piece } } })),
    ...SAID.cities.flatMap((city, index) => [
      { type: 'tool-call-start', index, delta: { message: { tool_calls: callOf(index, '') } } },
      ...['{"city"', `: "${city}"}`].map((piece) => ({
        type: 'tool-call-delta',
        index,
        delta: { message: { tool_calls: { function: { arguments: piece } } } },
      })),
      { type: 'tool-call-end', index },
    ]),
  ],
  'TOOL_CALL',
);

/** Cohere's chat API. What it thinks before a tool call is the call's plan, and is not signed. */
export const cohereChat: UpstreamKind = {
  name: 'cohere-chat',
  provider: 'cohere',
  basePath: '',
  model: 'command-a-reasoning-08-2025',
  contentType: 'text/event-stream',
  script: { hello: text(SAID.hello), plan: PLAN, report: text(SAID.report), structured: text(SAID.structured) },
  keyOf: ({ headers }) => headers['authorization']?.replace('Bearer ', ''),
  error: (_, message) => ({ id: ID, message }),
  objection(body) {
    const messages = list(body, 'messages');
    const calls = messages.flatMap((message) => list(message, 'tool_calls'));
    const unasked = messages.find(({ role, tool_call_id: id }) => role === 'tool' && !calls.some((call) => call['id'] === id));
    return unasked === undefined ? undefined : `invalid tool_call_id ${String(unasked['tool_call_id'])}`;
  },
  thoughts: { text: SAID.plan, proofs: [] },
  read({ body }): Heard {
    const messages = list(body, 'messages');
    const calls = messages.flatMap((message) => list(message, 'tool_calls'));
    return {
      stream: body?.['stream'] === true,
      system: wordsOf(messages.find(({ role }) => role === 'system')?.['content']),
      words: wordsOf(messages.findLast(({ role }) => role === 'user')?.['content']),
      pictures: messages
        .flatMap((message) => list(message, 'content'))
        .filter(({ type }) => type === 'image_url')
        .map((part) => pictureOf(member(part, 'image_url')['url'])),
      said: messages.map(({ role, content }) => (role === 'assistant' ? wordsOf(content) : '')).join(''),
      tools: list(body, 'tools').map((tool) => String(member(tool, 'function')['name'])),
      // Its models think unless they are told not to.
      thinks: member(body, 'thinking')['type'] !== 'disabled',
      schema: keysOf(member(member(body, 'response_format'), 'json_schema')),
      calls: calls.map(heardCall),
      results: messages
        .filter(({ role }) => role === 'tool')
        .map((message) => {
          const call = calls.find(({ id }) => id === message['tool_call_id']);
          return { call: call && heardCall(call), text: wordsOf(message['content']) };
        }),
      proofs: [],
    };
  },
};

function heardCall(call: object): HeardCall {
  const { name, arguments: text } = member(call, 'function');
  return { name: String(name), input: JSON.parse(String(text)) };
}
