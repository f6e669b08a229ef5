import type { ChatRequest, MediaPart, Message, Tool } from '../../ir/request.ts';

/** A canonical request and the one thing that it shows. */
export interface RequestSample {
  readonly name: RequestSampleName;
  readonly request: ChatRequest;
}

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

const WEATHER: Tool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a place',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
};
const CLOCK: Tool = { type: 'function', name: 'get_time', description: 'The time', parameters: { type: 'object', properties: {} } };

const HELLO: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
const ASKS: Message = { role: 'user', parts: [{ type: 'text', text: 'Weather in Bern and Rome?' }] };
const CALLS: Message = {
  role: 'assistant',
  parts: [
    { type: 'text', text: 'I will look.' },
    { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: '{"place":"Bern"}' },
    { type: 'tool_call', id: 'call_2', name: 'get_weather', arguments: '{"place":"Rome"}' },
  ],
};
const ONE_CALL: Message = { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: '{"place":"Bern"}' }] };

function ask(change: Partial<ChatRequest>): ChatRequest {
  return { model: 'some-model', stream: false, messages: [HELLO], ...change, sampling: { maxTokens: 1000, ...change.sampling }, extra: {} };
}

function askAbout(media: MediaPart): ChatRequest {
  return ask({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'What is this?' }, media] }] });
}

function afterResult(result: Extract<Message, { role: 'user' }>['parts']): ChatRequest {
  return ask({ tools: [WEATHER], messages: [ASKS, ONE_CALL, { role: 'user', parts: result }] });
}

const REQUESTS = {
  'a question': ask({}),
  'a streamed question': ask({ stream: true }),
  'a system prompt': ask({ messages: [{ role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] }, HELLO] }),
  'a conversation': ask({
    messages: [
      HELLO,
      { role: 'assistant', parts: [{ type: 'text', text: 'Hi! "Ünïcode" 🎉\n\tand more' }] },
      { role: 'user', parts: [{ type: 'text', text: 'And you?' }] },
    ],
  }),
  sampling: ask({ sampling: { maxTokens: 99, temperature: 0.5, topP: 0.9 } }),
  'top k': ask({ sampling: { topK: 40 } }),
  'stop sequences': ask({ sampling: { stop: ['END', 'STOP'] } }),
  seed: ask({ sampling: { seed: 7 } }),
  penalties: ask({ sampling: { presencePenalty: 0.5, frequencyPenalty: -0.5 } }),
  'several choices': ask({ sampling: { choices: 2 } }),
  logprobs: ask({ sampling: { logprobs: true, topLogprobs: 3 } }),
  tools: ask({ messages: [ASKS], tools: [WEATHER, CLOCK] }),
  'strict tool': ask({ messages: [ASKS], tools: [{ ...WEATHER, strict: true }] }),
  'tool choice auto': ask({ messages: [ASKS], tools: [WEATHER], toolChoice: { mode: 'auto' } }),
  'tool choice none': ask({ messages: [ASKS], tools: [WEATHER], toolChoice: { mode: 'none' } }),
  'tool choice required': ask({ messages: [ASKS], tools: [WEATHER], toolChoice: { mode: 'required' } }),
  'one named tool': ask({ messages: [ASKS], tools: [WEATHER, CLOCK], toolChoice: { mode: 'tool', name: 'get_weather' } }),
  'some named tools': ask({
    messages: [ASKS],
    tools: [WEATHER, CLOCK],
    toolChoice: { mode: 'allowed', names: ['get_weather', 'get_time'], required: true },
  }),
  'one tool call at a time': ask({ messages: [ASKS], tools: [WEATHER], toolChoice: { mode: 'auto' }, parallelToolCalls: false }),
  'tool results': ask({
    tools: [WEATHER],
    messages: [
      ASKS,
      CALLS,
      {
        role: 'user',
        parts: [
          { type: 'tool_result', id: 'call_1', name: 'get_weather', content: [{ type: 'text', text: 'rain' }] },
          { type: 'tool_result', id: 'call_2', name: 'get_weather', content: [{ type: 'text', text: 'sun' }] },
        ],
      },
    ],
  }),
  'tool result and a question': afterResult([
    { type: 'tool_result', id: 'call_1', name: 'get_weather', content: [{ type: 'text', text: 'rain' }] },
    { type: 'text', text: 'And tomorrow?' },
  ]),
  'failed tool': afterResult([
    { type: 'tool_result', id: 'call_1', name: 'get_weather', content: [{ type: 'text', text: 'no such place' }], isError: true },
  ]),
  'tool result with an image': afterResult([
    {
      type: 'tool_result',
      id: 'call_1',
      name: 'get_weather',
      content: [
        { type: 'text', text: 'a map' },
        { type: 'media', kind: 'image', source: { kind: 'base64', mime: 'image/png', data: PIXEL } },
      ],
    },
  ]),
  image: askAbout({ type: 'media', kind: 'image', source: { kind: 'base64', mime: 'image/png', data: PIXEL } }),
  'image by URL': askAbout({ type: 'media', kind: 'image', source: { kind: 'url', url: 'https://example.com/cat.png' } }),
  document: askAbout({ type: 'media', kind: 'document', name: 'a.pdf', source: { kind: 'base64', mime: 'application/pdf', data: 'JVBERi0xLjQ=' } }),
  'document by URL': askAbout({
    type: 'media',
    kind: 'document',
    source: { kind: 'url', url: 'https://example.com/a.pdf', mime: 'application/pdf' },
  }),
  'text document': askAbout({ type: 'media', kind: 'document', name: 'a.txt', source: { kind: 'text', text: 'Once upon a time' } }),
  audio: askAbout({ type: 'media', kind: 'audio', source: { kind: 'base64', mime: 'audio/wav', data: 'UklGRg==' } }),
  video: askAbout({ type: 'media', kind: 'video', source: { kind: 'base64', mime: 'video/mp4', data: 'AAAAGGZ0eXA=' } }),
  'JSON answer': ask({ format: { type: 'json' } }),
  'JSON answer with a schema': ask({
    format: {
      type: 'json_schema',
      name: 'person',
      schema: { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'], additionalProperties: false },
      strict: true,
    },
  }),
  'reasoning effort': ask({ reasoning: { effort: 'low' } }),
  'reasoning budget': ask({ reasoning: { mode: 'enabled', budgetTokens: 2048 }, sampling: { maxTokens: 4096 } }),
  'no reasoning': ask({ reasoning: { mode: 'disabled' } }),
  'cache hint': ask({ messages: [{ role: 'system', parts: [{ type: 'text', text: 'A long text.', cache: { ttl: '1h' } }] }, HELLO] }),
  user: ask({ user: 'user-17' }),
} as const satisfies Record<string, ChatRequest>;

/** The plainest of the samples. */
export const PLAIN_QUESTION: ChatRequest = REQUESTS['a question'];

export type RequestSampleName = keyof typeof REQUESTS;

/** Requests that every dialect is asked to express, one feature each. */
export const REQUEST_SAMPLES: readonly RequestSample[] = Object.entries(REQUESTS).map(([name, request]) => ({
  name: name as RequestSampleName,
  request,
}));
