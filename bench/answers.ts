import type { Api } from './scenarios.ts';

/** The bytes of an answer, in the pieces in which they are written. */
export interface Answer {
  readonly parts: readonly Buffer[];
  /** Milliseconds between two pieces. */
  readonly delay: number;
}

const WORDS = [' the', ' export', ' fails', ' twice', ',', ' so', ' invoice', ' 4711', ' stays', ' unsent', '.'];
const USAGE = { input: 212, output: 180 };

const made = new Map<string, Answer>();

/** The answer of an API with that many content events, 0 for a whole one. Made once, then only sent. */
export function answerFor(api: Api, events: number, delay: number): Answer {
  const key = `${api} ${events} ${delay}`;
  let answer = made.get(key);
  if (answer === undefined) made.set(key, (answer = { parts: events === 0 ? whole(api) : streamed(api, events), delay }));
  return answer;
}

const HEAD = [
  'HTTP/1.1 200 OK',
  'Date: Thu, 01 Jan 2026 00:00:00 GMT',
  'Connection: keep-alive',
  'Cache-Control: no-store',
  'x-request-id: req_0123456789abcdef0123456789abcdef',
  'x-ratelimit-limit-requests: 10000',
  'x-ratelimit-remaining-requests: 9999',
  'Server: bench',
].join('\r\n');

function whole(api: Api): Buffer[] {
  const text = Array.from({ length: USAGE.output }, (_, index) => WORDS[index % WORDS.length]).join('');
  const body = JSON.stringify(api === 'openai' ? openaiReply(text) : anthropicReply(text));
  return [Buffer.from(`${HEAD}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)];
}

function streamed(api: Api, events: number): Buffer[] {
  const words = Array.from({ length: events }, (_, index) => WORDS[index % WORDS.length] ?? '');
  const lines = api === 'openai' ? openaiEvents(words) : anthropicEvents(words);
  const chunks = lines.map((line) => Buffer.from(`${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`));
  const head = Buffer.from(`${HEAD}\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n`);
  return [Buffer.concat([head, chunks[0] ?? head]), ...chunks.slice(1), Buffer.from('0\r\n\r\n')];
}

function openaiReply(text: string): object {
  return {
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1767225600,
    model: 'bench',
    choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: USAGE.input, completion_tokens: USAGE.output, total_tokens: USAGE.input + USAGE.output },
    system_fingerprint: 'fp_bench',
  };
}

function openaiEvents(words: readonly string[]): string[] {
  const chunk = (choices: readonly object[], usage: object | null): string =>
    `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1767225600, model: 'bench', system_fingerprint: 'fp_bench', choices, usage })}\n\n`;
  const choice = (delta: object, finish: string | null = null): object => ({ index: 0, delta, logprobs: null, finish_reason: finish });
  return [
    chunk([choice({ role: 'assistant', content: '', refusal: null })], null),
    ...words.map((content) => chunk([choice({ content })], null)),
    chunk([choice({}, 'stop')], null),
    chunk([], { prompt_tokens: USAGE.input, completion_tokens: words.length, total_tokens: USAGE.input + words.length }),
    'data: [DONE]\n\n',
  ];
}

function anthropicReply(text: string): object {
  return {
    id: 'msg_bench',
    type: 'message',
    role: 'assistant',
    model: 'bench',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: USAGE.input, output_tokens: USAGE.output },
  };
}

function anthropicEvents(words: readonly string[]): string[] {
  const event = (value: { readonly type: string; readonly [member: string]: unknown }): string =>
    `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
  const start = { ...anthropicReply(''), content: [], stop_reason: null, usage: { input_tokens: USAGE.input, output_tokens: 1 } };
  return [
    event({ type: 'message_start', message: start }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...words.map((text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: words.length } }),
    event({ type: 'message_stop' }),
  ];
}
