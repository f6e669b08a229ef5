import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { WireEvent } from '../dialect.ts';
import { anthropicMessages } from './index.ts';

const START = { type: 'message_start', message: { id: 'msg_1', model: 'claude', content: [], usage: { input_tokens: 10, output_tokens: 1 } } };
const END = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } };
const begin = (index: number, block: JsonObject): JsonObject => ({ type: 'content_block_start', index, content_block: block });
const delta = (index: number, value: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta: value });
const stop = (index: number): JsonObject => ({ type: 'content_block_stop', index });

function decode(events: readonly WireEvent[]): ChatEvent[] {
  const decoder = anthropicMessages.stream.decoder();
  return JSON.parse(JSON.stringify([...events.flatMap((event) => decoder.push(event)), ...decoder.end()])) as ChatEvent[];
}

/** The events of a kind. */
function only<T extends ChatEvent['type']>(type: T, events: readonly ChatEvent[]): Extract<ChatEvent, { type: T }>[] {
  return events.filter((event): event is Extract<ChatEvent, { type: T }> => event.type === type);
}

test('a message opens with what is known of it and ends with its usage and its finish', () => {
  const events = decode([START, { type: 'ping' }, END, { type: 'message_stop' }, '[DONE]']);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['start', 'usage', 'usage', 'finish'],
  );
  assert.deepEqual(events[0], { type: 'start', id: 'msg_1', model: 'claude' });
});

test('later usage corrects earlier usage member by member, and null corrects nothing', () => {
  const usage = { input_tokens: 7, cache_read_input_tokens: 3, cache_creation_input_tokens: null, output_tokens: 9 };
  const started = { ...START, message: { usage: { input_tokens: 1, cache_creation_input_tokens: 2, output_tokens: 1 } } };
  const [, last] = only('usage', decode([started, { ...END, usage }]));
  assert.deepEqual(last?.usage, {
    input: 7,
    cacheRead: 3,
    cacheWrite: 2,
    output: 9,
    native: {
      dialect: 'anthropic-messages',
      value: { input_tokens: 7, cache_creation_input_tokens: 2, output_tokens: 9, cache_read_input_tokens: 3 },
    },
  });
});

test('the buckets of usage are disjoint', () => {
  const usage = {
    input_tokens: 1,
    cache_creation_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    output_tokens: 100,
    output_tokens_details: { thinking_tokens: 60 },
  };
  const [{ usage: decoded } = { usage: {} }] = only('usage', decode([{ ...END, usage }]));
  assert.deepEqual({ ...decoded, native: undefined }, { input: 1, cacheWrite: 30, cacheWriteHour: 20, output: 40, reasoning: 60, native: undefined });
});

test('the input of a tool call comes from its deltas, else from its start, else it is empty', () => {
  const call = (input: JsonObject) => ({ type: 'tool_use', id: 't', name: 'f', input });
  const input = (...events: WireEvent[]) =>
    only('tool_arguments', decode(events))
      .map(({ text }) => text)
      .join('');
  const piece = (json: string) => delta(0, { type: 'input_json_delta', partial_json: json });
  assert.equal(input(begin(0, call({})), piece(''), piece('{"a":'), piece('1}'), stop(0)), '{"a":1}');
  assert.equal(input(begin(0, call({ a: 1 })), stop(0)), '{"a":1}');
  assert.equal(input(begin(0, call({ a: 1 })), piece(''), stop(0)), '{"a":1}');
  assert.equal(input(begin(0, call({ a: 1 })), piece('{"b":2}'), stop(0)), '{"b":2}');
  assert.equal(input(begin(0, call({})), stop(0)), '{}');
  assert.equal(input(begin(0, call({})), END), '{}');
});

test('blocks that the provider ran itself are never tool calls for the client, and keep what their deltas brought', () => {
  const events = decode([
    begin(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{"query":' }),
    delta(0, { type: 'input_json_delta', partial_json: '"rain"}' }),
    stop(0),
    begin(1, { type: 'compaction', content: null }),
    delta(1, { type: 'compaction_delta', content: 'So ' }),
    delta(1, { type: 'compaction_delta', content: 'far.' }),
    stop(1),
    begin(2, { type: 'mcp_tool_use', id: 'm', name: 'x', server_name: 'y', input: {} }),
    stop(2),
  ]);
  assert.deepEqual(events, [
    {
      type: 'opaque',
      choice: 0,
      block: 0,
      dialect: 'anthropic-messages',
      value: { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'rain' } },
    },
    { type: 'opaque', choice: 0, block: 1, dialect: 'anthropic-messages', value: { type: 'compaction', content: 'So far.' } },
    {
      type: 'opaque',
      choice: 0,
      block: 2,
      dialect: 'anthropic-messages',
      value: { type: 'mcp_tool_use', id: 'm', name: 'x', server_name: 'y', input: {} },
    },
  ]);
});

test('a thinking block gives its signature whole, when it ends', () => {
  const events = decode([
    begin(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
    delta(0, { type: 'signature_delta', signature: 'ab' }),
    delta(0, { type: 'signature_delta', signature: 'cd' }),
    stop(0),
    begin(1, { type: 'redacted_thinking', data: 'xyz' }),
    stop(1),
  ]);
  assert.deepEqual(events, [
    { type: 'reasoning', choice: 0, block: 0, text: 'Hm.' },
    { type: 'reasoning', choice: 0, block: 0, text: '', signature: { value: 'abcd', origin: 'anthropic-messages' } },
    { type: 'reasoning', choice: 0, block: 1, text: '', redacted: 'xyz' },
  ]);
});

test('citations belong to the text that they stand in', () => {
  const cited = { type: 'char_location', cited_text: 'wet', document_title: 'Rain' };
  const events = decode([
    begin(0, { type: 'text', text: '' }),
    delta(0, { type: 'text_delta', text: 'Wet.' }),
    delta(0, { type: 'citations_delta', citation: cited }),
  ]);
  assert.deepEqual(events[1], {
    type: 'citation',
    choice: 0,
    block: 0,
    citation: { title: 'Rain', quote: 'wet', native: { dialect: 'anthropic-messages', value: cited } },
  });
});

test('a text without a start is still a text', () => {
  const events = decode([delta(0, { type: 'text_delta', text: 'Hi' }), delta(0, { type: 'text_delta', text: '!' })]);
  assert.deepEqual(events, [
    { type: 'text', choice: 0, block: 0, text: 'Hi' },
    { type: 'text', choice: 0, block: 0, text: '!' },
  ]);
});

test('a second message_start starts no second answer', () => {
  const events = decode([START, START, END]);
  assert.equal(only('start', events).length, 1);
  assert.equal(only('finish', events).length, 1);
});

test('an error inside the stream has the status that it would have had outside', () => {
  const status = (type: string) => only('error', decode([{ type: 'error', error: { type, message: 'No.' } }]))[0]?.error.status;
  assert.deepEqual(['overloaded_error', 'rate_limit_error', 'api_error', 'timeout_error', 'new_error'].map(status), [529, 429, 500, 504, 500]);
});

test('every stop reason has a finish, and keeps its own word', () => {
  const finish = (reason: string) => {
    const [event] = only('finish', decode([{ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null } }]));
    assert.deepEqual(event?.native, { dialect: 'anthropic-messages', value: reason });
    return event?.reason;
  };
  const words = ['end_turn', 'max_tokens', 'model_context_window_exceeded', 'tool_use', 'stop_sequence', 'pause_turn', 'refusal', 'new_reason'];
  assert.deepEqual(words.map(finish), ['stop', 'length', 'length', 'tool_calls', 'stop_sequence', 'pause', 'refusal', 'stop']);
});

test('message_stop without a reason ends the answer by what it holds', () => {
  const finish = (...events: WireEvent[]) => only('finish', decode([...events, { type: 'message_stop' }])).map(({ reason }) => reason);
  assert.deepEqual(finish(START), ['stop']);
  assert.deepEqual(finish(START, begin(0, { type: 'tool_use', id: 't', name: 'f', input: {} })), ['tool_calls']);
});

test('what is explained about a refusal is the refusal', () => {
  const details = { type: 'refusal', category: 'bio', explanation: 'Not allowed.' };
  const events = decode([{ type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: details } }]);
  assert.deepEqual(only('refusal', events), [{ type: 'refusal', choice: 0, block: 0, text: 'Not allowed.' }]);
});

test('a whole reply that is an error is an error', () => {
  const events = anthropicMessages.reply.decode({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
  assert.equal(only('error', events)[0]?.error.status, 529);
  assert.equal(only('finish', events).length, 0);
});
