/** What a provider says in these tests, in pieces; some of the letters take several bytes. */
export const TOKENS: readonly string[] = Array.from({ length: 40 }, (_, i) => `${['tea', 'café', '茶', '🍵'][i % 4]}${i} `);
export const TEXT = TOKENS.join('');

/** What a client made of a response. */
export interface Reading {
  readonly text: string;
  /** The answer says that it is over: a reason, and the dialect's closing where it has one. */
  readonly isFinished: boolean;
  /** The message of an error in the client's own dialect. */
  readonly error: string | undefined;
  /** What no client of this dialect could read. */
  readonly unreadable: readonly string[];
}

/** One of the main dialects, from both ends: how a client asks and reads, and how a provider answers. */
export interface Speech {
  readonly id: 'openai-chat' | 'anthropic-messages' | 'gemini';
  /** The id that a config names the provider by. */
  readonly provider: string;
  readonly path: (stream: boolean) => string;
  readonly body: (stream: boolean, more?: object) => object;
  /** Events of a stream: those before the first content, one a token, those behind the last. */
  readonly opening: readonly string[];
  readonly token: (text: string) => string;
  /** The reason why it ended, and what closes the stream behind that. */
  readonly finish: readonly string[];
  readonly closing: readonly string[];
  /** An error as it stands in a stream, and as the body of a response. */
  readonly errorEvent: (message: string) => string;
  readonly error: (status: number, message: string, code?: string) => string;
  readonly whole: (text: string) => string;
  /** Events of a tool call, with its arguments in two pieces. */
  readonly toolCall: readonly string[];
  readonly readStream: (body: string) => Reading;
  readonly readWhole: (body: string) => Reading;
}

type Json = Record<string, unknown>;

const data = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;
const named = (type: string, more: object = {}): string => `event: ${type}\n${data({ type, ...more })}`;
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);
const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const text = at(value, ...path);
  return typeof text === 'string' ? text : '';
};

/** The events of a stream. A client that meets one that is no JSON fails. */
function eventsOf(body: string): { readonly events: readonly (Json | '[DONE]')[]; readonly unreadable: readonly string[] } {
  const events: (Json | '[DONE]')[] = [];
  const unreadable: string[] = [];
  const blocks = body.replaceAll('\r\n', '\n').split('\n\n');
  if (blocks.at(-1)?.trim() !== '') unreadable.push(`the last event is not terminated: ${JSON.stringify(blocks.at(-1))}`);
  for (const block of blocks) {
    const lines = block.split('\n').filter((line) => line.startsWith('data:'));
    if (lines.length === 0) continue;
    const payload = lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n');
    try {
      events.push(payload === '[DONE]' ? payload : (JSON.parse(payload) as Json));
    } catch {
      unreadable.push(payload);
    }
  }
  return { events, unreadable };
}

interface Marks {
  readonly text: (event: Json) => string;
  readonly hasReason: (event: Json) => boolean;
  readonly closes: (event: Json | '[DONE]') => boolean;
  readonly error: (event: Json) => string | undefined;
}

function readEvents(body: string, { text, hasReason, closes, error }: Marks): Reading {
  const { events, unreadable } = eventsOf(body);
  const objects = events.filter((event) => event !== '[DONE]');
  const last = events.findIndex(closes);
  const tail = last < 0 ? [] : events.slice(last + 1).filter((event) => event === '[DONE]' || text(event) !== '');
  const behind = tail.map((event) => `behind the end: ${JSON.stringify(event)}`);
  return {
    text: objects.map(text).join(''),
    isFinished: objects.some(hasReason) && last >= 0,
    error: objects.map(error).find((message) => message !== undefined),
    unreadable: [...unreadable, ...behind],
  };
}

function readJson(body: string, read: (json: Json) => Omit<Reading, 'unreadable'>): Reading {
  try {
    return { ...read(JSON.parse(body) as Json), unreadable: [] };
  } catch {
    return { text: '', isFinished: false, error: undefined, unreadable: [body.slice(0, 200)] };
  }
}

const QUESTION = 'Which teas are there?';
const USAGE = { prompt_tokens: 5, completion_tokens: 40, total_tokens: 45 };
const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'gpt-4o-mini' };
const chunk = (delta: object, finish: string | null = null, more: object = {}): string =>
  data({ ...CHUNK, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...more });
const openaiError = (value: unknown): string | undefined =>
  at(value, 'error', 'type') === undefined ? undefined : textAt(value, 'error', 'message') || undefined;

const openaiChat: Speech = {
  id: 'openai-chat',
  provider: 'openai',
  path: () => '/v1/chat/completions',
  body: (stream, more) => ({ model: 'gpt-4o-mini', stream, messages: [{ role: 'user', content: QUESTION }], ...more }),
  opening: [chunk({ role: 'assistant', content: '', refusal: null })],
  token: (content) => chunk({ content }),
  finish: [chunk({}, 'stop', { usage: USAGE })],
  closing: ['data: [DONE]\n\n'],
  errorEvent: (message) => data({ error: { message, type: 'server_error', param: null, code: 'overloaded' } }),
  error: (_, message, code = 'some_code') => JSON.stringify({ error: { message, type: 'some_type', param: null, code } }),
  whole: (content) =>
    JSON.stringify({
      ...CHUNK,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: USAGE,
    }),
  toolCall: [
    chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'brew', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"tea":' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '"green"}' } }] }),
  ],
  readStream: (body) =>
    readEvents(body, {
      text: (event) => textAt(event, 'choices', 0, 'delta', 'content'),
      hasReason: (event) => textAt(event, 'choices', 0, 'finish_reason') !== '',
      closes: (event) => event === '[DONE]',
      error: openaiError,
    }),
  readWhole: (body) =>
    readJson(body, (json) => ({
      text: textAt(json, 'choices', 0, 'message', 'content'),
      isFinished: textAt(json, 'choices', 0, 'finish_reason') !== '',
      error: openaiError(json),
    })),
};

const MESSAGE = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-3-5-haiku-20241022' };
const anthropicError = (value: unknown): string | undefined =>
  at(value, 'type') === 'error' && textAt(value, 'error', 'type') !== '' ? textAt(value, 'error', 'message') || undefined : undefined;

const anthropicMessages: Speech = {
  id: 'anthropic-messages',
  provider: 'anthropic',
  path: () => '/v1/messages',
  body: (stream, more) => ({ model: 'claude-3-5-haiku-20241022', max_tokens: 500, stream, messages: [{ role: 'user', content: QUESTION }], ...more }),
  opening: [
    named('message_start', {
      message: { ...MESSAGE, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 5, output_tokens: 1 } },
    }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    named('ping'),
  ],
  token: (text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  finish: [
    named('content_block_stop', { index: 0 }),
    named('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 40 } }),
  ],
  closing: [named('message_stop')],
  errorEvent: (message) => named('error', { error: { type: 'overloaded_error', message } }),
  error: (_, message, code = 'api_error') => JSON.stringify({ type: 'error', error: { type: code, message } }),
  whole: (text) =>
    JSON.stringify({
      ...MESSAGE,
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 5, output_tokens: 40 },
    }),
  toolCall: [
    named('content_block_stop', { index: 0 }),
    named('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 'toolu_1', name: 'brew', input: {} } }),
    named('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{"tea":' } }),
    named('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '"green"}' } }),
  ],
  readStream: (body) =>
    readEvents(body, {
      text: (event) => (at(event, 'delta', 'type') === 'text_delta' ? textAt(event, 'delta', 'text') : ''),
      hasReason: (event) => at(event, 'type') === 'message_delta' && textAt(event, 'delta', 'stop_reason') !== '',
      closes: (event) => at(event, 'type') === 'message_stop',
      error: anthropicError,
    }),
  readWhole: (body) =>
    readJson(body, (json) => ({
      text: textAt(json, 'content', 0, 'text'),
      isFinished: textAt(json, 'stop_reason') !== '',
      error: anthropicError(json),
    })),
};

const candidate = (parts: readonly object[], finish?: string, more: object = {}): object => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...(finish === undefined ? {} : { finishReason: finish }) }],
  ...more,
  modelVersion: 'gemini-2.0-flash',
  responseId: 'r1',
});
const GEMINI_USAGE = { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 40, totalTokenCount: 45 } };
const geminiError = (value: unknown): string | undefined =>
  typeof at(value, 'error', 'code') === 'number' && textAt(value, 'error', 'status') !== ''
    ? textAt(value, 'error', 'message') || undefined
    : undefined;

const gemini: Speech = {
  id: 'gemini',
  provider: 'google',
  path: (stream) => `/v1beta/models/gemini-2.0-flash:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body: (_, more) => ({ contents: [{ role: 'user', parts: [{ text: QUESTION }] }], ...more }),
  opening: [],
  token: (text) => data(candidate([{ text }])),
  finish: [data(candidate([{ text: '' }], 'STOP', GEMINI_USAGE))],
  closing: [],
  errorEvent: (message) => data({ error: { code: 503, message, status: 'UNAVAILABLE' } }),
  error: (status, message, code = 'INTERNAL') => JSON.stringify({ error: { code: status, message, status: code } }),
  whole: (text) => JSON.stringify(candidate([{ text }], 'STOP', GEMINI_USAGE)),
  toolCall: [data(candidate([{ functionCall: { name: 'brew', args: { tea: 'green' } } }]))],
  readStream: (body) =>
    readEvents(body, {
      text: (event) => textAt(event, 'candidates', 0, 'content', 'parts', 0, 'text'),
      hasReason: (event) => textAt(event, 'candidates', 0, 'finishReason') !== '',
      closes: (event) => textAt(event, 'candidates', 0, 'finishReason') !== '',
      error: geminiError,
    }),
  readWhole: (body) =>
    readJson(body, (json) => ({
      text: textAt(json, 'candidates', 0, 'content', 'parts', 0, 'text'),
      isFinished: textAt(json, 'candidates', 0, 'finishReason') !== '',
      error: geminiError(json),
    })),
};

export const SPEECHES = { 'openai-chat': openaiChat, 'anthropic-messages': anthropicMessages, gemini } as const;

/** All events of a whole streamed answer. */
export function streamOf(speech: Speech, tokens: readonly string[] = TOKENS): string[] {
  return [...speech.opening, ...tokens.map(speech.token), ...speech.finish, ...speech.closing];
}
