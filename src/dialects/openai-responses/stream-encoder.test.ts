import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { answersInPieces } from '../contract/pieces.ts';
import type { ReplyContext } from '../dialect.ts';
import { objectOf, objectsOf } from '../lenient.ts';
import { reply } from './response.ts';
import { stream } from './stream.ts';

const CONTEXT: ReplyContext = { id: 'c0ffee', created: 7, model: 'asked', strict: true, includeUsage: true };

function encode(events: readonly ChatEvent[]): JsonObject[] {
  const encoder = stream.encoder(CONTEXT);
  const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.end()];
  return JSON.parse(JSON.stringify(wire)) as JsonObject[];
}

const at = (block: number) => ({ choice: 0, block });
const text = (value: string, block = 0): ChatEvent => ({ type: 'text', ...at(block), text: value });
const finish = (reason: 'stop' | 'length' | 'tool_calls' = 'stop'): ChatEvent => ({ type: 'finish', choice: 0, reason });
const START: ChatEvent = { type: 'start', id: 'chatcmpl-1', model: 'm', created: 3 };
const USAGE: ChatEvent = { type: 'usage', usage: { input: 10, cacheRead: 5, output: 2, reasoning: 1 } };

const types = (wire: readonly JsonObject[]) => wire.map(({ type }) => String(type).replace('response.', ''));
const last = (wire: readonly JsonObject[]) => wire.at(-1)?.response as JsonObject;
const items = (wire: readonly JsonObject[]) => last(wire).output as JsonObject[];
const parts = (item: JsonObject | undefined) => objectsOf(item?.content);

describe('encoding a stream', () => {
  it('tells a text in the full grammar', () => {
    const wire = encode([START, text('Hel'), text('lo'), finish(), USAGE]);
    assert.deepEqual(types(wire), [
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    assert.deepEqual(
      wire.map((event) => event.sequence_number),
      wire.map((_, index) => index),
    );
    assert.deepEqual(wire[2], {
      type: 'response.output_item.added',
      sequence_number: 2,
      output_index: 0,
      item: { id: 'msg_c0ffee_0', type: 'message', status: 'in_progress', content: [], role: 'assistant' },
    });
    assert.deepEqual(wire[4], {
      type: 'response.output_text.delta',
      sequence_number: 4,
      item_id: 'msg_c0ffee_0',
      output_index: 0,
      content_index: 0,
      delta: 'Hel',
      logprobs: [],
    });
    assert.deepEqual(wire[8]?.item, items(wire)[0]);
    assert.deepEqual(items(wire), [
      {
        id: 'msg_c0ffee_0',
        type: 'message',
        status: 'completed',
        content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'Hello' }],
        role: 'assistant',
      },
    ]);
    assert.deepEqual(last(wire).usage, {
      input_tokens: 15,
      input_tokens_details: { cached_tokens: 5 },
      output_tokens: 3,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 18,
    });
  });

  it('echoes the members that clients expect of a response', () => {
    const { output: _output, usage: _usage, ...response } = last(encode([START, finish()]));
    assert.deepEqual(response, {
      id: 'resp_c0ffee',
      object: 'response',
      created_at: 3,
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      model: 'm',
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: null,
      store: false,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      user: null,
      metadata: {},
    });
  });

  it('keeps the ids that are of this API', () => {
    const ids = ['resp_0a1', 'a3258cae-2a47-9105-97d7-3130e401533d', 'msg_01', ''].map((id) => last(encode([{ type: 'start', id }, finish()])).id);
    assert.deepEqual(ids, ['resp_0a1', 'resp_c0ffee', 'resp_c0ffee', 'resp_c0ffee']);
  });

  it('repeats what the request said', () => {
    const request = { model: 'm', input: 'x', instructions: 'Be brief.', metadata: { a: '1' }, reasoning: { effort: 'low' }, top_p: 0.5 };
    const encoder = stream.encoder({ ...CONTEXT, request });
    const [created] = encoder.push(START) as JsonObject[];
    const { instructions, metadata, reasoning, store, temperature, top_p: topP } = created?.response as JsonObject;
    const expected = {
      instructions: 'Be brief.',
      metadata: { a: '1' },
      reasoning: { effort: 'low', summary: null },
      store: true,
      temperature: null,
      topP: 0.5,
    };
    assert.deepEqual({ instructions, metadata, reasoning, store, temperature, topP }, expected);
  });

  it('waits with the end for the usage behind the finish, or for the end of the answer', () => {
    const encoder = stream.encoder(CONTEXT);
    const steps = [USAGE, START, text('Hi'), finish()].map((event) => encoder.push(event));
    assert.deepEqual(types(steps.flat() as JsonObject[]).includes('completed'), false);
    assert.deepEqual(types(encoder.end() as JsonObject[]), ['completed']);
    assert.deepEqual(encoder.end(), []);
  });

  it('names no usage before the end, by which a broken stream is told', () => {
    const wire = encode([USAGE, START, text('Half')]);
    assert.ok(!JSON.stringify(wire).includes('total_tokens'));
    assert.equal(types(wire).at(-1), 'output_text.delta');
  });

  it('makes neighbouring texts and refusals the parts of one message', () => {
    const wire = encode([START, text('a', 0), text('b', 1), { type: 'refusal', ...at(2), text: 'No.' }, finish()]);
    assert.deepEqual(
      items(wire).map((item) => parts(item).map((part) => part.text ?? part.refusal)),
      [['a', 'b', 'No.']],
    );
    assert.deepEqual(
      wire.flatMap((event) => (event.type === 'response.content_part.added' ? [event.content_index] : [])),
      [0, 1, 2],
    );
  });

  it('begins a message for each that the upstream told apart, with its id and phase', () => {
    const native = (id: string, phase: string) => ({ native: { dialect: 'openai-responses', value: { id, phase } } }) as const;
    const wire = encode([
      START,
      { ...(text('Looking.', 0) as Extract<ChatEvent, { type: 'text' }>), ...native('msg_a', 'commentary') },
      { ...(text('Done.', 1) as Extract<ChatEvent, { type: 'text' }>), ...native('foreign', 'final_answer') },
      finish(),
    ]);
    assert.deepEqual(
      items(wire).map((item) => [item.id, item.phase]),
      [
        ['msg_a', 'commentary'],
        ['msg_c0ffee_1', 'final_answer'],
      ],
    );
  });

  it('tells tool calls one after the other, each with an object for its arguments', () => {
    const wire = encode([
      START,
      { type: 'tool_call', ...at(0), id: 'call_1', name: 'f', arguments: '' },
      { type: 'tool_call', ...at(1), id: '', name: 'g', arguments: '{"a":' },
      { type: 'tool_arguments', ...at(1), text: '1}' },
      { type: 'tool_call', ...at(2), id: 'call_3', name: 'shell', arguments: 'ls', custom: true },
      finish('tool_calls'),
      USAGE,
    ]);
    assert.deepEqual(items(wire), [
      { id: 'fc_c0ffee_0', status: 'completed', call_id: 'call_1', name: 'f', type: 'function_call', arguments: '{}' },
      { id: 'fc_c0ffee_1', status: 'completed', call_id: 'call_fc_c0ffee_1', name: 'g', type: 'function_call', arguments: '{"a":1}' },
      { id: 'ctc_c0ffee_2', status: 'completed', call_id: 'call_3', name: 'shell', type: 'custom_tool_call', input: 'ls' },
    ]);
    assert.deepEqual(types(wire).slice(2, 6), [
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
    ]);
    assert.deepEqual(types(wire).slice(-5), [
      'output_item.added',
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
      'output_item.done',
      'completed',
    ]);
  });

  it('marks what a limit cut off', () => {
    const wire = encode([START, { type: 'tool_call', ...at(0), id: 'call_1', name: 'f', arguments: '{"a' }, finish('length')]);
    assert.deepEqual(last(wire).incomplete_details, { reason: 'max_output_tokens' });
    assert.deepEqual(items(wire)[0], {
      id: 'fc_c0ffee_0',
      status: 'incomplete',
      call_id: 'call_1',
      name: 'f',
      type: 'function_call',
      arguments: '{"a',
    });
    assert.equal(items(encode([START, text('Cu'), finish('length')]))[0]?.status, 'incomplete');
  });

  it('lets foreign signatures travel in items of their own, before a call and behind a text', () => {
    const signature = { value: 'c2ln', origin: 'gemini' } as const;
    const wire = encode([
      START,
      { type: 'text', ...at(0), text: 'Hi', signature },
      text(' there'),
      { type: 'tool_call', ...at(1), id: 'call_1', name: 'f', arguments: '{}', signature },
      { type: 'text', ...at(2), text: '', signature },
      finish('tool_calls'),
    ]);
    assert.deepEqual(
      items(wire).map((item) => item.encrypted_content ?? item.type),
      ['message', 'sluice.gemini.text.c2ln', 'sluice.gemini.tool.c2ln', 'function_call', 'sluice.gemini.text.c2ln'],
    );
    assert.deepEqual(parts(items(wire)[0])[0]?.text, 'Hi there');
  });

  it('tells reasoning as a summary and its proof as encrypted content', () => {
    const wire = encode([
      START,
      { type: 'reasoning', ...at(0), text: 'Hm.' },
      { type: 'reasoning', ...at(0), text: '', signature: { value: 'eA==' } },
      { type: 'reasoning', ...at(1), text: '', redacted: 'eg==' },
      text('42', 2),
      finish(),
    ]);
    assert.deepEqual(items(wire).slice(0, 2), [
      { id: 'rs_c0ffee_0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'eA==' },
      { id: 'rs_c0ffee_1', type: 'reasoning', summary: [], encrypted_content: 'sluice.openai-responses.redacted.eg==' },
    ]);
    assert.deepEqual(types(wire).slice(2, 8), [
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
    ]);
  });

  it('annotates the text with the sources that have an address', () => {
    const wire = encode([
      START,
      text('Rain is wet.'),
      { type: 'citation', ...at(0), citation: { url: 'https://example.com' } },
      { type: 'citation', ...at(0), citation: { quote: 'wet' } },
      finish(),
    ]);
    const annotation = { type: 'url_citation', start_index: 0, end_index: 12, title: 'https://example.com', url: 'https://example.com' };
    assert.deepEqual(parts(items(wire)[0])[0]?.annotations, [annotation]);
    assert.equal(types(wire).filter((type) => type === 'output_text.annotation.added').length, 1);
  });

  it("passes on the own tools' items, leaves out those of other dialects, and shows media", () => {
    const own = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const speech = { kind: 'base64', mime: 'audio/wav', data: 'UklGRg==' } as const;
    const wire = encode([
      START,
      text('a', 0),
      { type: 'opaque', ...at(1), dialect: 'anthropic-messages', value: { type: 'server_tool_use' } },
      text('b', 2),
      { type: 'opaque', ...at(3), dialect: 'openai-responses', value: own },
      { type: 'media', ...at(4), kind: 'image', source: { kind: 'base64', mime: 'image/jpeg', data: '/9j/' } },
      { type: 'media', ...at(5), kind: 'audio', source: speech, transcript: 'Hi' },
      finish(),
    ]);
    const [said, search, picture, spoken] = items(wire);
    assert.equal(parts(said).length, 2);
    assert.deepEqual(search, own);
    assert.deepEqual(picture, {
      id: 'ig_c0ffee_2',
      type: 'image_generation_call',
      status: 'completed',
      output_format: 'jpeg',
      result: '/9j/',
    });
    assert.deepEqual(spoken?.content, [{ type: 'output_audio', data: 'UklGRg==', format: 'wav', transcript: 'Hi' }]);
  });

  it('puts log probabilities to their text, also when they come first', () => {
    const logprobs = (token: string): ChatEvent => ({ type: 'logprobs', choice: 0, value: { content: [{ token, logprob: 0 }] } });
    const wire = encode([START, logprobs('H'), text('H'), text('i'), logprobs('i'), finish()]);
    assert.deepEqual(
      objectsOf(parts(items(wire)[0])[0]?.logprobs).map(({ token }) => token),
      ['H', 'i'],
    );
  });

  it('ends with a failure where the answer broke, and does not finish calls that were still being written', () => {
    const wire = encode([
      { type: 'tool_call', ...at(0), id: 'call_1', name: 'f', arguments: '{"a' },
      { type: 'error', error: { status: 429, message: 'Slow down.' } },
      text('more'),
      finish(),
    ]);
    assert.deepEqual(types(wire), ['created', 'in_progress', 'output_item.added', 'function_call_arguments.delta', 'error', 'failed']);
    assert.deepEqual(wire.at(-2), { type: 'error', sequence_number: 4, code: 'rate_limit_exceeded', message: 'Slow down.', param: null });
    assert.equal(last(wire).status, 'failed');
    assert.deepEqual(last(wire).error, { code: 'rate_limit_exceeded', message: 'Slow down.' });
    assert.deepEqual(last(wire).output, []);
  });

  it('keeps what was said and used before the answer broke', () => {
    const usage: ChatEvent = { type: 'usage', usage: { input: 3, output: 1 } };
    const wire = encode([START, usage, text('Half'), { type: 'error', error: { status: 502, message: 'Cut off.' } }]);
    assert.deepEqual(types(wire).slice(-5), ['output_text.done', 'content_part.done', 'output_item.done', 'error', 'failed']);
    const [message] = items(wire);
    assert.deepEqual([message?.status, parts(message)[0]?.text], ['incomplete', 'Half']);
    assert.equal(objectOf(last(wire).usage).input_tokens, 3);
  });
});

describe('encoding a failure', () => {
  it('of a stream that somebody else began is one event', () => {
    const wire = encode([{ type: 'error', error: { status: 502, message: 'Cut off.' } }]);
    assert.deepEqual(wire, [{ type: 'error', sequence_number: 0, code: 'server_error', message: 'Cut off.', param: null }]);
  });

  it('has the number behind the last event where that is known', () => {
    const encoder = stream.encoder({ ...CONTEXT, after: { type: 'response.output_text.delta', sequence_number: 11, delta: 'Hel' } });
    const [error] = encoder.push({ type: 'error', error: { status: 502, message: 'Cut off.' } }) as JsonObject[];
    assert.equal(error?.sequence_number, 12);
  });
});

describe('encoding a whole answer', () => {
  it('gives what the last event of the stream holds', () => {
    fc.assert(
      fc.property(answersInPieces({ reasoning: true, calls: true }), (events) => {
        assert.deepEqual(JSON.parse(JSON.stringify(reply.encode(events, CONTEXT))), last(encode(events)));
      }),
      { numRuns: 50 },
    );
  });

  it('is incomplete without a finish', () => {
    assert.equal(reply.encode([START, text('Half')], CONTEXT).status, 'incomplete');
    assert.equal(reply.encode([], CONTEXT).model, 'asked');
  });
});
