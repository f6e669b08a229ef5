import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage } from '../../ir/request.ts';
import type { ReplyContext } from '../dialect.ts';
import { objectOf } from '../lenient.ts';
import { anthropicMessages } from './index.ts';

const CONTEXT: ReplyContext = { id: 'c0ffee', created: 1700000000, model: 'asked', strict: true, includeUsage: true };
const START: ChatEvent = { type: 'start', id: 'up-1', model: 'up-model' };
const FINISH: ChatEvent = { type: 'finish', choice: 0, reason: 'stop' };
const text = (value: string, block = 0): ChatEvent => ({ type: 'text', choice: 0, block, text: value });

function encode(events: readonly ChatEvent[]): JsonObject[] {
  const encoder = anthropicMessages.stream.encoder(CONTEXT);
  return JSON.parse(JSON.stringify([...events.flatMap((event) => encoder.push(event)), ...encoder.end()])) as JsonObject[];
}

/** The types of the events, with the index of blocks. */
function outline(events: readonly JsonObject[]): string[] {
  return events.map(({ type, index }) => (index === undefined ? String(type) : `${String(type)} ${String(index)}`));
}

/** The blocks that a client puts together from a stream, as it would send them back. */
function replayed(events: readonly ChatEvent[]): AssistantMessage['parts'] {
  const content = anthropicMessages.reply.encode(events, CONTEXT).content;
  const { messages } = anthropicMessages.request.decode({ model: 'm', messages: [{ role: 'assistant', content }] }, {});
  const [message] = messages;
  return message?.role === 'assistant' ? message.parts : [];
}

test('usage that comes behind the finish is in message_delta, and what is known at the start in message_start', () => {
  const early: ChatEvent = { type: 'usage', usage: { input: 10, cacheRead: 5 } };
  const late: ChatEvent = { type: 'usage', usage: { input: 10, cacheRead: 5, cacheWrite: 2, output: 3, reasoning: 4, toolPrompt: 1 } };
  const [start, ...rest] = encode([START, early, text('Hi'), FINISH, late]);
  assert.deepEqual(objectOf(start?.message).usage, {
    input_tokens: 10,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 5,
    output_tokens: 0,
  });
  assert.deepEqual(rest.at(-2), {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: {
      input_tokens: 11,
      cache_creation_input_tokens: 2,
      cache_read_input_tokens: 5,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 4 },
    },
  });
  assert.deepEqual(rest.at(-1), { type: 'message_stop' });
});

test('blocks follow one another and are numbered without gaps', () => {
  const events = encode([
    START,
    { type: 'reasoning', choice: 0, block: 0, text: 'Hm', signature: { value: 's', origin: 'gemini' } },
    text('Hi', 1),
    { type: 'media', choice: 0, block: 2, kind: 'image', source: { kind: 'url', url: 'u' } },
    { type: 'tool_call', choice: 0, block: 3, id: '', name: 'f', arguments: '{}' },
    { type: 'finish', choice: 0, reason: 'tool_calls' },
  ]);
  assert.deepEqual(outline(events), [
    'message_start',
    'content_block_start 0',
    'content_block_delta 0',
    'content_block_delta 0',
    'content_block_stop 0',
    'content_block_start 1',
    'content_block_delta 1',
    'content_block_stop 1',
    'content_block_start 2',
    'content_block_delta 2',
    'content_block_stop 2',
    'message_delta',
    'message_stop',
  ]);
  assert.deepEqual(events[3]?.delta, { type: 'signature_delta', signature: 'sluice.gemini.reasoning.s' });
  assert.deepEqual(events[8]?.content_block, { type: 'tool_use', id: 'toolu_c0ffee_3', name: 'f', input: {} });
});

test('the message opens as soon as something is said, also without a start', () => {
  const encoder = anthropicMessages.stream.encoder(CONTEXT);
  assert.deepEqual(encoder.push(START), []);
  assert.deepEqual(outline(encoder.push(text('Hi')) as JsonObject[]), ['message_start', 'content_block_start 0', 'content_block_delta 0']);
  const [start] = encode([text('Hi'), FINISH]);
  assert.deepEqual([objectOf(start?.message).id, objectOf(start?.message).model], ['msg_c0ffee', 'asked']);
});

test('a stream that broke off is not closed', () => {
  assert.deepEqual(outline(encode([START, text('Hi')])), ['message_start', 'content_block_start 0', 'content_block_delta 0']);
});

test('nothing follows an error', () => {
  const events = encode([START, text('Hi'), { type: 'error', error: { status: 529, message: 'Busy' } }, text('!'), FINISH]);
  assert.deepEqual(events.slice(3), [{ type: 'error', error: { type: 'overloaded_error', message: 'Busy' } }]);
});

test('only the first choice is written', () => {
  const events = encode([text('one'), { ...text('two'), choice: 1 } as ChatEvent, { type: 'finish', choice: 1, reason: 'length' }, FINISH]);
  assert.deepEqual(
    events.flatMap(({ delta }) => (delta === undefined ? [] : [delta])),
    [
      { type: 'text_delta', text: 'one' },
      { stop_reason: 'end_turn', stop_sequence: null },
    ],
  );
});

test('blocks of the same dialect are written again as they were, with the stop reason in its own words', () => {
  const value = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'rain' } };
  const events = encode([
    { type: 'opaque', choice: 0, block: 0, dialect: 'gemini', value: {} },
    { type: 'opaque', choice: 0, block: 1, dialect: 'anthropic-messages', value },
    { ...FINISH, native: { dialect: 'anthropic-messages', value: 'compaction' } },
  ]);
  assert.deepEqual(events[1], { type: 'content_block_start', index: 0, content_block: value });
  assert.equal(objectOf(events.at(-2)?.delta).stop_reason, 'compaction');
});

test('a refusal is explained where the message is refused, and is said as text where it is not', () => {
  const refusal: ChatEvent = { type: 'refusal', choice: 0, block: 0, text: 'No.' };
  const refused = encode([START, refusal, { type: 'finish', choice: 0, reason: 'refusal' }]);
  assert.deepEqual(refused[1]?.delta, {
    stop_reason: 'refusal',
    stop_sequence: null,
    stop_details: { type: 'refusal', category: null, explanation: 'No.' },
  });
  assert.deepEqual(encode([START, refusal, FINISH])[2]?.delta, { type: 'text_delta', text: 'No.' });
  assert.deepEqual(anthropicMessages.reply.encode([START, refusal, FINISH], CONTEXT).content, [{ type: 'text', text: 'No.' }]);
});

test('citations of other dialects become web citations where they have an address', () => {
  const cite = (citation: { url?: string; title?: string }): ChatEvent => ({ type: 'citation', choice: 0, block: 0, citation });
  const events = encode([text('Wet.'), cite({ title: 'no address' }), cite({ url: 'https://example.com', title: 'Rain' }), FINISH]);
  assert.deepEqual(
    events.filter(({ delta }) => (delta as JsonObject | undefined)?.type === 'citations_delta').map(({ delta }) => delta),
    [
      {
        type: 'citations_delta',
        citation: { type: 'web_search_result_location', url: 'https://example.com', title: 'Rain', cited_text: '', encrypted_index: '' },
      },
    ],
  );
});

test('signatures of other dialects come back from a client that replays the message to where they belong', () => {
  const signature = { value: 'dGhvdWdodA==', origin: 'gemini' } as const;
  const parts = replayed([
    { type: 'reasoning', choice: 0, block: 0, text: 'Hm', signature },
    { type: 'text', choice: 0, block: 1, text: 'Hi', signature },
    { type: 'tool_call', choice: 0, block: 2, id: 'c1', name: 'f', arguments: '{}', signature },
    { type: 'tool_call', choice: 0, block: 3, id: 'c2', name: 'f', arguments: '{}' },
    FINISH,
  ]);
  assert.deepEqual(
    parts.map((part) => [part.type, 'signature' in part ? part.signature : undefined]),
    [
      ['reasoning', signature],
      ['text', signature],
      ['tool_call', signature],
      ['tool_call', undefined],
    ],
  );
});
