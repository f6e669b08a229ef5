import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { collectAnswer } from '../answer.ts';
import type { WireEvent } from '../dialect.ts';
import { decodeResponse, streamDecoder } from './stream-decoder.ts';

function decode(events: readonly WireEvent[]): ChatEvent[] {
  const decoder = streamDecoder();
  return JSON.parse(JSON.stringify([...events.flatMap((event) => decoder.push(event)), ...decoder.end()])) as ChatEvent[];
}

const event = (type: string, members: JsonObject = {}): JsonObject => ({ type: `response.${type}`, ...members });
const CREATED = event('created', { response: { id: 'resp_1', model: 'm', created_at: 7, service_tier: 'default', status: 'in_progress' } });
const completed = (output: readonly JsonObject[] = [], members: JsonObject = {}): JsonObject =>
  event('completed', { response: { id: 'resp_1', model: 'm', status: 'completed', output, ...members } });

const message = (text: string): JsonObject => ({ type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text }] });
const call = (args: string): JsonObject => ({ type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: args });

const says = (events: readonly ChatEvent[]) => collectAnswer(events).choices[0]?.blocks.map((block) => ('text' in block ? block.text : block.type));

describe('decoding a stream', () => {
  it('passes on texts as they come and nothing twice', () => {
    const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
    const events = decode([
      CREATED,
      event('in_progress', { response: { id: 'resp_1' } }),
      event('output_item.added', { output_index: 0, item: { ...message(''), content: [], phase: 'final_answer' } }),
      event('content_part.added', { ...at, part: { type: 'output_text', text: '' } }),
      event('output_text.delta', { ...at, delta: 'Hel', obfuscation: 'x7' }),
      event('output_text.delta', { ...at, delta: 'lo' }),
      event('output_text.done', { ...at, text: 'Hello' }),
      event('content_part.done', { ...at, part: { type: 'output_text', text: 'Hello' } }),
      event('output_item.done', { output_index: 0, item: message('Hello') }),
      completed([message('Hello')], { usage: { input_tokens: 12, input_tokens_details: { cached_tokens: 4 }, output_tokens: 3 } }),
      '[DONE]',
    ]);
    assert.deepEqual(events, [
      { type: 'start', id: 'resp_1', model: 'm', created: 7, serviceTier: 'default' },
      { type: 'text', choice: 0, block: 0, text: 'Hel', native: { dialect: 'openai-responses', value: { id: 'msg_1', phase: 'final_answer' } } },
      { type: 'text', choice: 0, block: 0, text: 'lo' },
      { type: 'finish', choice: 0, reason: 'stop', native: { dialect: 'openai-responses', value: 'completed' } },
      {
        type: 'usage',
        usage: {
          input: 8,
          cacheRead: 4,
          output: 3,
          native: {
            dialect: 'openai-responses',
            value: { input_tokens: 12, input_tokens_details: { cached_tokens: 4 }, output_tokens: 3 },
          },
        },
      },
    ]);
  });

  it('believes the status of the final response before the name of its event', () => {
    const at = (status: string, members: JsonObject = {}): unknown => {
      const last = decode([CREATED, completed([message('Hello')], { status, ...members })]).at(-1);
      return last?.type === 'finish' ? last.reason : last?.type;
    };
    assert.equal(at('incomplete', { incomplete_details: { reason: 'max_output_tokens' } }), 'length');
    assert.equal(at('incomplete', { incomplete_details: { reason: 'content_filter' } }), 'content_filter');
    assert.equal(at('failed'), 'error');
    assert.equal(at('in_progress'), 'stop');
  });

  it('counts reasoning as part of the output unless the total says that it was counted apart', () => {
    const counted = (total_tokens: number): unknown => {
      const usage = { input_tokens: 3, output_tokens: 4, output_tokens_details: { reasoning_tokens: 9 }, total_tokens };
      const last = decode([completed([message('Hello')], { usage })]).at(-1);
      return last?.type === 'usage' ? [last.usage.output, last.usage.reasoning] : last;
    };
    assert.deepEqual(counted(7), [0, 4]);
    assert.deepEqual(counted(16), [4, 9]);
  });

  it('makes up for whatever events a host leaves out', () => {
    const at = { output_index: 0, content_index: 0 };
    const delta = event('output_text.delta', { ...at, delta: 'Hel' });
    const done = event('output_text.done', { ...at, text: 'Hello' });
    const part = event('content_part.done', { ...at, part: { type: 'output_text', text: 'Hello' } });
    const item = event('output_item.done', { output_index: 0, item: message('Hello') });
    for (const stream of [
      [delta, done, completed()],
      [delta, part, completed()],
      [delta, item, completed()],
      [delta, completed([message('Hello')])],
      [done, item, completed([message('Hello')])],
      [item, completed()],
      [completed([message('Hello')])],
      [event('output_text.delta', { delta: 'Hello' }), item, completed([message('Hello')])],
      [event('output_item.added', { item: message('') }), event('output_text.delta', { delta: 'Hello' }), completed([message('Hello')])],
      [event('output_text.delta', { ...at, content_index: 1, delta: 'Hello' }), item, completed([message('Hello')])],
      [item, '[DONE]'],
    ] satisfies WireEvent[][]) {
      const events = decode(stream);
      assert.deepEqual(says(events), ['Hello'], JSON.stringify(stream));
      assert.equal(events.filter(({ type }) => type === 'finish').length, 1);
    }
  });

  it('keeps apart items that share an index or change their id', () => {
    const item = (id: string, text: string) => event('output_item.done', { output_index: 0, item: { ...message(text), id } });
    assert.deepEqual(says(decode([item('a', 'one'), item('b', 'two'), completed([message('one'), message('two')])])), ['one', 'two']);
    const renamed = decode([
      event('output_item.added', { output_index: 0, item: { ...message(''), id: 'x' } }),
      event('output_text.delta', { output_index: 0, item_id: 'y', content_index: 0, delta: 'Hello' }),
      item('z', 'Hello'),
      completed([{ ...message('Hello'), id: 'w' }]),
    ]);
    assert.deepEqual(says(renamed), ['Hello']);
  });

  it('opens a tool call with its name and streams the arguments', () => {
    const at = { output_index: 0, item_id: 'fc_1' };
    const events = decode([
      event('output_item.added', { output_index: 0, item: { ...call(''), namespace: 'tools' } }),
      event('function_call_arguments.delta', { ...at, delta: '{"a"' }),
      event('function_call_arguments.done', { ...at, arguments: '{"a":1}' }),
      event('output_item.done', { output_index: 0, item: call('{"a":1}') }),
      completed([call('{"a":1}')]),
    ]);
    assert.deepEqual(
      events.filter(({ type }) => type.startsWith('tool')),
      [
        {
          type: 'tool_call',
          choice: 0,
          block: 0,
          id: 'call_1',
          name: 'f',
          arguments: '',
          native: { dialect: 'openai-responses', value: { id: 'fc_1', namespace: 'tools' } },
        },
        { type: 'tool_arguments', choice: 0, block: 0, text: '{"a"' },
        { type: 'tool_arguments', choice: 0, block: 0, text: ':1}' },
      ],
    );
    assert.equal(collectAnswer(events).choices[0]?.finish?.reason, 'tool_calls');
  });

  it('holds arguments until the tool is known', () => {
    const events = decode([
      event('function_call_arguments.delta', { output_index: 0, delta: '{"a"' }),
      event('function_call_arguments.delta', { output_index: 0, delta: ':1' }),
      event('output_item.done', { output_index: 0, item: call('{"a":1}') }),
      completed(),
    ]);
    assert.deepEqual(
      events.flatMap((part) => (part.type === 'tool_call' ? [part.name, part.arguments] : [])),
      ['f', '{"a":1}'],
    );
  });

  it('reads custom calls, and arguments that are no text', () => {
    const custom = { type: 'custom_tool_call', call_id: 'call_1', name: 'shell', input: 'ls -l' };
    const events = decode([
      event('output_item.added', { output_index: 0, item: { ...custom, input: '' } }),
      event('custom_tool_call_input.delta', { output_index: 0, delta: 'ls' }),
      event('custom_tool_call_input.done', { output_index: 0, input: 'ls -l' }),
      event('output_item.done', { output_index: 0, item: custom }),
      event('output_item.done', { output_index: 1, item: { ...call(''), call_id: undefined, arguments: { a: 1 } } }),
      completed(),
    ]);
    assert.deepEqual(
      collectAnswer(events).choices[0]?.blocks.map((block) => (block.type === 'tool_call' ? [block.id, block.custom, block.arguments] : [])),
      [
        ['call_1', true, 'ls -l'],
        ['fc_1', false, '{"a":1}'],
      ],
    );
  });

  it('makes one block of the parts of a summary, signed by the finished item only', () => {
    const at = { output_index: 0, item_id: 'rs_1' };
    const events = decode([
      event('output_item.added', { output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'not yet' } }),
      event('reasoning_summary_part.added', { ...at, summary_index: 0, part: { type: 'summary_text', text: '' } }),
      event('reasoning_summary_text.delta', { ...at, summary_index: 0, delta: 'one' }),
      event('reasoning_summary_text.done', { ...at, summary_index: 0, text: 'one' }),
      event('reasoning_summary_text.delta', { ...at, summary_index: 1, delta: 'tw' }),
      event('reasoning_summary_text.done', { ...at, summary_index: 1, text: 'two' }),
      event('output_item.done', {
        output_index: 0,
        item: { type: 'reasoning', id: 'rs_1', summary: [{ text: 'one' }, { text: 'two' }], encrypted_content: 'eA==' },
      }),
      completed(),
    ]);
    assert.deepEqual(collectAnswer(events).choices[0]?.blocks, [
      { type: 'reasoning', text: 'one\n\ntwo', signature: { value: 'eA==', origin: 'openai-responses' }, redacted: undefined },
    ]);
  });

  it('reads plain reasoning, whose parts come in events of several names', () => {
    const item = { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Hm.' }] };
    const part = { output_index: 0, content_index: 0, part: { type: 'reasoning_text', text: 'Hm.' } };
    const events = decode([
      event('output_item.added', { output_index: 0, item: { ...item, content: [] } }),
      event('reasoning_part.added', part),
      event('reasoning_text.delta', { output_index: 0, content_index: 0, delta: 'H' }),
      event('reasoning_text.done', { output_index: 0, content_index: 0, text: 'Hm.' }),
      event('content_part.done', part),
      event('output_item.done', { output_index: 0, item }),
      completed([item]),
    ]);
    assert.deepEqual(says(events), ['Hm.']);
  });

  it('reads refusals, citations and log probabilities', () => {
    const at = { output_index: 0, content_index: 0 };
    const [first, second] = [
      { type: 'url_citation', url: 'https://example.com/1' },
      { type: 'file_citation', file_id: 'f', filename: 'a.pdf' },
    ];
    const logprobs = [{ token: 'Hi', logprob: -1, top_logprobs: [] }];
    const finished = { type: 'output_text', text: 'Hi', annotations: [first, second], logprobs };
    const { choices } = collectAnswer(
      decode([
        event('output_text.delta', { ...at, delta: 'Hi', logprobs }),
        event('output_text.annotation.added', { ...at, annotation_index: 0, annotation: first }),
        event('content_part.done', { ...at, part: finished }),
        event('refusal.delta', { output_index: 0, content_index: 1, delta: 'No' }),
        event('refusal.done', { output_index: 0, content_index: 1, refusal: 'No.' }),
        completed([{ type: 'message', content: [finished, { type: 'refusal', refusal: 'No.' }] }]),
      ]),
    );
    assert.deepEqual(choices[0]?.logprobs, logprobs);
    assert.deepEqual(
      choices[0]?.blocks.map((block) => (block.type === 'text' ? block.citations.map(({ url, title }) => url ?? title) : block)),
      [['https://example.com/1', 'a.pdf'], { type: 'refusal', text: 'No.' }],
    );
  });

  it("passes on finished calls of the provider's own tools, and pictures as pictures", () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const picture = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: '/9j/4AAQ' };
    const events = decode([
      event('output_item.added', { output_index: 0, item: { ...search, status: 'in_progress' } }),
      event('web_search_call.searching', { output_index: 0 }),
      event('output_item.done', { output_index: 0, item: search }),
      event('image_generation_call.partial_image', { output_index: 1, partial_image_b64: 'x' }),
      event('output_item.done', { output_index: 1, item: picture }),
      event('output_item.done', { output_index: 2, item: { type: 'reasoning', id: 'rs_1', summary: [] } }),
      completed([search, picture]),
    ]);
    assert.deepEqual(
      collectAnswer(events).choices[0]?.blocks.map((block) => (block.type === 'media' ? block.media.source : block)),
      [
        { type: 'opaque', dialect: 'openai-responses', value: search },
        { kind: 'base64', mime: 'image/jpeg', data: '/9j/4AAQ' },
        { type: 'opaque', dialect: 'openai-responses', value: { type: 'reasoning', id: 'rs_1', summary: [] } },
      ],
    );
  });

  it('collects speech that comes beside the items', () => {
    const events = decode([
      event('audio.delta', { delta: 'UklG' }),
      event('audio.delta', { delta: 'Rg==' }),
      event('audio.transcript.delta', { delta: 'Hi' }),
      completed(),
    ]);
    assert.deepEqual(events[1], {
      type: 'media',
      choice: 0,
      block: 0,
      kind: 'audio',
      source: { kind: 'base64', mime: 'audio/wav', data: 'UklGRg==' },
      transcript: 'Hi',
    });
  });

  it('tells why an answer is incomplete', () => {
    const reasonOf = (reason: string | undefined) =>
      collectAnswer(decode([event('incomplete', { response: { status: 'incomplete', incomplete_details: { reason }, output: [call('{')] } })]))
        .choices[0]?.finish?.reason;
    assert.equal(reasonOf('max_output_tokens'), 'length');
    assert.equal(reasonOf('content_filter'), 'content_filter');
    assert.equal(reasonOf(undefined), 'length');
  });

  it('reports failures as errors, with the status that their code stands for', () => {
    const errorOf = (wire: JsonObject) =>
      decode([CREATED, wire, completed([message('x')])]).flatMap((part) => (part.type === 'error' ? [part.error] : []));
    assert.deepEqual(errorOf(event('failed', { response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } } })), [
      { status: 429, message: 'Slow down.', code: 'rate_limit_exceeded' },
    ]);
    assert.deepEqual(errorOf({ type: 'error', code: 'server_error', message: 'Oh.', param: null, sequence_number: 3 }), [
      { status: 500, message: 'Oh.', code: 'server_error' },
    ]);
    assert.deepEqual(errorOf({ type: 'error', error: { type: 'invalid_request_error', code: 'invalid_prompt', message: 'Bad.' } }), [
      { status: 400, message: 'Bad.', type: 'invalid_request_error', code: 'invalid_prompt' },
    ]);
    assert.equal(errorOf(event('cancelled', { response: { status: 'cancelled' } }))[0]?.message, 'The response was cancelled.');
    assert.equal(errorOf(event('failed', {}))[0]?.message, 'The response failed.');
  });

  it('does not take an answer for finished that broke off', () => {
    const events = decode([CREATED, event('output_text.delta', { delta: 'Half' })]);
    assert.ok(!events.some(({ type }) => type === 'finish' || type === 'error'));
    assert.deepEqual(
      decode([CREATED, '[DONE]']).map(({ type }) => type),
      ['start'],
    );
  });
});

describe('decoding a whole response', () => {
  it('reads it as a stream of one event', () => {
    const events = decodeResponse({ id: 'resp_1', model: 'm', object: 'response', status: 'completed', output: [message('Hi'), call('{}')] });
    assert.deepEqual(says(events), ['Hi', 'tool_call']);
    assert.equal(collectAnswer(events).choices[0]?.finish?.reason, 'tool_calls');
  });

  it('takes an error body, a failed and a cancelled response for errors', () => {
    const messageOf = (wire: JsonObject) => collectAnswer(decodeResponse(wire)).error?.message;
    assert.equal(messageOf({ error: { message: 'No.' } }), 'No.');
    assert.equal(messageOf({ object: 'response', status: 'failed', error: { code: 'server_error', message: 'Oh.' }, output: [] }), 'Oh.');
    assert.equal(messageOf({ object: 'response', status: 'completed', error: { message: 'Odd.' }, output: [] }), 'Odd.');
    assert.equal(messageOf({ object: 'response', status: 'cancelled', output: [] }), 'The response was cancelled.');
  });

  it('does not take a response that still runs for finished', () => {
    for (const status of ['queued', 'in_progress']) {
      assert.deepEqual(
        decodeResponse({ id: 'resp_1', object: 'response', status, output: [] }).map(({ type }) => type),
        ['start'],
      );
    }
  });
});
