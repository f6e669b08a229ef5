import { keysOf } from './openai-chat.ts';
import { ID, list, member, pictureOf, SAID, sse, USED, wordsOf, type Heard, type HeardCall, type Recorded, type UpstreamKind } from './upstream.ts';

const HEAD = { id: ID, object: 'response', created_at: 1_790_000_000, model: 'gpt-5-2025-08-07', error: null, incomplete_details: null };
const USAGE = {
  input_tokens: USED.prompt,
  input_tokens_details: { cached_tokens: USED.cached },
  output_tokens: USED.completion,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: USED.prompt + USED.completion,
};
const PROOF = 'gAAAAABsigned-by-OpenAI==';

/** An item of the answer: how it is announced, what happens to it, and the whole of it. */
interface Item {
  readonly opens: object;
  readonly events: readonly object[];
  readonly whole: object;
}

function recorded(items: readonly Item[]): Recorded {
  const whole = { ...HEAD, status: 'completed', output: items.map((item) => item.whole), usage: USAGE };
  const opening = { ...HEAD, status: 'in_progress', output: [], usage: null };
  const events = [
    { type: 'response.created', response: opening },
    { type: 'response.in_progress', response: opening },
    ...items.flatMap((item, output_index) => [
      { type: 'response.output_item.added', output_index, item: item.opens },
      ...item.events.map((event) => ({ ...event, output_index })),
      { type: 'response.output_item.done', output_index, item: item.whole },
    ]),
    { type: 'response.completed', response: whole },
  ];
  return {
    whole,
    stream: sse(
      events.map((event, sequence_number) => ({ ...event, sequence_number })),
      { named: true },
    ),
  };
}

function text(pieces: readonly string[]): Recorded {
  const place = { item_id: 'msg_1', content_index: 0 };
  const said = pieces.join('');
  const part = (words: string): object => ({ type: 'output_text', text: words, annotations: [] });
  const message = { id: 'msg_1', type: 'message', role: 'assistant' };
  return recorded([
    {
      opens: { ...message, status: 'in_progress', content: [] },
      events: [
        { type: 'response.content_part.added', ...place, part: part('') },
        ...pieces.map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
        { type: 'response.output_text.done', ...place, text: said },
        { type: 'response.content_part.done', ...place, part: part(said) },
      ],
      whole: { ...message, status: 'completed', content: [part(said)] },
    },
  ]);
}

const SUMMARY = { type: 'summary_text', text: SAID.plan };
const SUMMARY_PLACE = { item_id: 'rs_1', summary_index: 0 };
const REASONING: Item = {
  opens: { id: 'rs_1', type: 'reasoning', summary: [] },
  events: [
    { type: 'response.reasoning_summary_part.added', ...SUMMARY_PLACE, part: { type: 'summary_text', text: '' } },
    ...[SAID.plan.slice(0, 10), SAID.plan.slice(10)].map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...SUMMARY_PLACE, delta })),
    { type: 'response.reasoning_summary_text.done', ...SUMMARY_PLACE, text: SAID.plan },
    { type: 'response.reasoning_summary_part.done', ...SUMMARY_PLACE, part: SUMMARY },
  ],
  whole: { id: 'rs_1', type: 'reasoning', summary: [SUMMARY], encrypted_content: PROOF },
};

const CALLS = SAID.cities.map((city, index): Item => {
  const call = { id: `fc_${index}`, type: 'function_call', call_id: `call_rs${index}`, name: 'get_weather' };
  const text = JSON.stringify({ city });
  return {
    opens: { ...call, status: 'in_progress', arguments: '' },
    events: [
      ...[text.slice(0, 9), text.slice(9)].map((delta) => ({ type: 'response.function_call_arguments.delta', item_id: call.id, delta })),
      { type: 'response.function_call_arguments.done', item_id: call.id, arguments: text },
    ],
    whole: { ...call, status: 'completed', arguments: text },
  };
});

/** Conversations by the id of their last answer. */
const kept = new Map<unknown, Record<string, unknown>[]>();

/** The items that a request sends, continues or refers to. */
function itemsOf(body: unknown): Record<string, unknown>[] {
  const earlier = kept.get((body as { previous_response_id?: string }).previous_response_id) ?? [];
  const known = [...kept.values()].flat();
  const own = list(body, 'input').map((item) => (item['type'] === 'item_reference' ? (known.findLast(({ id }) => id === item['id']) ?? item) : item));
  return [...earlier, ...own];
}

/** OpenAI's Responses API, with reasoning that the caller carries. */
export const openaiResponses: UpstreamKind = {
  name: 'openai-responses',
  provider: 'openai',
  options: { dialect: 'openai-responses' },
  basePath: '/v1',
  model: 'gpt-5',
  contentType: 'text/event-stream; charset=utf-8',
  script: { hello: text(SAID.hello), plan: recorded([REASONING, ...CALLS]), report: text(SAID.report), structured: text(SAID.structured) },
  error: (status, message) => ({ error: { message, type: status === 429 ? 'requests' : 'invalid_request_error', param: null, code: null } }),
  objection(body) {
    const items = itemsOf(body);
    const unasked = items.find(
      ({ type, call_id: id }) => type === 'function_call_output' && !items.some((item) => item['type'] === 'function_call' && item['call_id'] === id),
    );
    return unasked === undefined ? undefined : `No tool call found for function call output with call_id ${String(unasked['call_id'])}.`;
  },
  thoughts: { text: SAID.plan, proofs: [PROOF] },
  keep: (id, { body }, answer) => void kept.set(id, [...itemsOf(body), ...list(answer, 'output')]),
  read({ body }): Heard {
    const items = itemsOf(body);
    const calls = items.filter(({ type }) => type === 'function_call');
    const system = items.find(({ role }) => role === 'system' || role === 'developer');
    const words = typeof body?.['input'] === 'string' ? body['input'] : wordsOf(items.findLast(({ role }) => role === 'user')?.['content']);
    return {
      stream: body?.['stream'] === true,
      system: wordsOf(body?.['instructions'] ?? system?.['content']),
      words,
      pictures: items
        .flatMap((item) => list(item, 'content'))
        .filter(({ type }) => type === 'input_image')
        .map((part) => pictureOf(part['image_url'])),
      said: items.map(({ role, content }) => (role === 'assistant' ? wordsOf(content) : '')).join(''),
      tools: list(body, 'tools').map(({ name }) => String(name)),
      thinks: typeof member(body, 'reasoning')['effort'] === 'string',
      schema: keysOf(member(member(member(body, 'text'), 'format'), 'schema')),
      calls: calls.map(heardCall),
      results: items
        .filter(({ type }) => type === 'function_call_output')
        .map((item) => {
          const call = calls.find(({ call_id: id }) => id === item['call_id']);
          return { call: call && heardCall(call), text: wordsOf(item['output']) };
        }),
      proofs: items.filter(({ type }) => type === 'reasoning').map((item) => String(item['encrypted_content'])),
    };
  },
};

function heardCall({ name, arguments: text }: Record<string, unknown>): HeardCall {
  return { name: String(name), input: JSON.parse(String(text)) };
}
