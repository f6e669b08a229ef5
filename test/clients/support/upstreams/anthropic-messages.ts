import { keysOf } from './openai-chat.ts';
import { ID, list, member, SAID, sse, USED, wordsOf, type Heard, type HeardCall, type Recorded, type UpstreamKind } from './upstream.ts';

const HEAD = { id: `msg_${ID}`, type: 'message', role: 'assistant', model: 'claude-haiku-4-5' };
const PROMPT = { input_tokens: USED.prompt - USED.cached, cache_read_input_tokens: USED.cached, cache_creation_input_tokens: 0 };
const PROOF = 'EqQBCkYIBxgCKkDsigned+by/Anthropic==';

/** A block of the answer: what it opens with, how it goes on, and the whole of it. */
interface Block {
  readonly opens: object;
  readonly deltas: readonly object[];
  readonly whole: object;
}

function recorded(blocks: readonly Block[], stopReason: string): Recorded {
  const usage = { ...PROMPT, output_tokens: USED.completion };
  const events = [
    { type: 'message_start', message: { ...HEAD, content: [], stop_reason: null, stop_sequence: null, usage: { ...PROMPT, output_tokens: 1 } } },
    { type: 'ping' },
    ...blocks.flatMap(({ opens, deltas }, index) => [
      { type: 'content_block_start', index, content_block: opens },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens: USED.completion } },
    { type: 'message_stop' },
  ];
  return {
    whole: { ...HEAD, content: blocks.map(({ whole }) => whole), stop_reason: stopReason, stop_sequence: null, usage },
    stream: sse(events, { named: true }),
  };
}

function text(pieces: readonly string[]): Block {
  return {
    opens: { type: 'text', text: '' },
    deltas: pieces.map((piece) => ({ type: 'text_delta', text: piece })),
    whole: { type: 'text', text: pieces.join('') },
  };
}

const THINKING: Block = {
  opens: { type: 'thinking', thinking: '', signature: '' },
  deltas: [
    { type: 'thinking_delta', thinking: SAID.plan.slice(0, 10) },
    { type: 'thinking_delta', thinking: SAID.plan.slice(10) },
    { type: 'signature_delta', signature: PROOF },
  ],
  whole: { type: 'thinking', thinking: SAID.plan, signature: PROOF },
};

const CALLS = SAID.cities.map((city, index): Block => {
  const call = { type: 'tool_use', id: `toolu_an${index}`, name: 'get_weather' };
  const pieces = ['', '{"city"', `: "${city}"}`];
  return {
    opens: { ...call, input: {} },
    deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    whole: { ...call, input: { city } },
  };
});

/** Conversations by the id of their last answer. */
const kept = new Map<unknown, Record<string, unknown>[]>();

/** The messages that a request sends, behind those of the thread that it continues. */
function messagesOf(body: unknown): Record<string, unknown>[] {
  return [...(kept.get(member(body, 'thread')['previous_message_id']) ?? []), ...list(body, 'messages')];
}

/** Anthropic's Messages. */
export const anthropicMessages: UpstreamKind = {
  name: 'anthropic-messages',
  provider: 'anthropic',
  basePath: '/v1',
  model: 'claude-haiku-4-5',
  contentType: 'text/event-stream; charset=utf-8',
  script: {
    hello: recorded([text(SAID.hello)], 'end_turn'),
    plan: recorded([THINKING, ...CALLS], 'tool_use'),
    report: recorded([text(SAID.report)], 'end_turn'),
    structured: recorded([text(SAID.structured)], 'end_turn'),
  },
  keyOf: ({ headers }) => headers['x-api-key'],
  error: (status, message) => ({
    type: 'error',
    error: { type: status === 429 ? 'rate_limit_error' : 'invalid_request_error', message },
    request_id: 'req_1',
  }),
  objection(body) {
    const messages = messagesOf(body);
    const { type, budget_tokens: budget } = member(body, 'thinking');
    const limit = (body as { max_tokens?: number }).max_tokens ?? 0;
    if (limit <= Number(budget ?? 0)) return 'max_tokens must be greater than thinking.budget_tokens';
    const last = messages.findLast(({ role }) => role === 'assistant');
    const [first] = list(last, 'content');
    const isLoop = list(last, 'content').some((block) => block['type'] === 'tool_use');
    return type === 'enabled' && isLoop && first?.['type'] !== 'thinking' ? 'a final assistant message must start with a thinking block' : undefined;
  },
  thoughts: { text: SAID.plan, proofs: [PROOF] },
  keep: (id, { body }, answer) => void kept.set(`msg_${id}`, [...messagesOf(body), answer as Record<string, unknown>]),
  read({ body }): Heard {
    const messages = messagesOf(body);
    const blocks = messages.flatMap((message) => list(message, 'content'));
    const calls = blocks.filter(({ type }) => type === 'tool_use');
    return {
      stream: body?.['stream'] === true,
      system: wordsOf(body?.['system']),
      words: wordsOf(messages.findLast(({ role }) => role === 'user')?.['content']),
      pictures: blocks.filter(({ type }) => type === 'image').map((block) => String(member(block, 'source')['data'])),
      said: messages.map(({ role, content }) => (role === 'assistant' ? wordsOf(content) : '')).join(''),
      tools: list(body, 'tools').map(({ name }) => String(name)),
      thinks: /^(enabled|adaptive)$/.test(String(member(body, 'thinking')['type'])),
      schema: keysOf(member(member(member(body, 'output_config'), 'format'), 'schema')),
      calls: calls.map(callOf),
      results: blocks
        .filter(({ type }) => type === 'tool_result')
        .map((result) => {
          const call = calls.find(({ id }) => id === result['tool_use_id']);
          return { call: call && callOf(call), text: wordsOf(result['content']) };
        }),
      proofs: blocks.filter(({ type }) => type === 'thinking').map(({ signature }) => String(signature)),
    };
  },
};

function callOf({ name, input }: Record<string, unknown>): HeardCall {
  return { name: String(name), input };
}
