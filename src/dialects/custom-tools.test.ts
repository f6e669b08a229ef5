import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ChatEvent } from '../ir/events.ts';
import type { ChatRequest } from '../ir/request.ts';
import { customToolNames, withCustomCalls, withoutCustomTools } from './custom-tools.ts';
import type { Dialect } from './dialect.ts';
import { FreeText } from './free-text.ts';

const REQUEST: ChatRequest = {
  model: 'm',
  stream: true,
  tools: [
    { type: 'custom', name: 'patch', description: 'Changes files.', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
    { type: 'function', name: 'clock' },
  ],
  messages: [
    { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'patch', arguments: 'say "x"', custom: true }] },
    { role: 'user', parts: [{ type: 'tool_result', id: 'c1', content: [{ type: 'text', text: 'done' }] }] },
  ],
  sampling: {},
  extra: {},
};

/** A dialect whose wire events are lists of canonical ones. */
const plain = {
  reply: { decode: (wire: unknown) => wire },
  stream: { decoder: () => ({ push: (wire: unknown) => [wire], end: () => [] }) },
} as unknown as Dialect;

describe('tools that take free text, where tools take JSON only', () => {
  it('are described as functions with one text', () => {
    const { tools, messages } = withoutCustomTools(REQUEST);
    assert.deepEqual(customToolNames(REQUEST), new Set(['patch']));
    assert.deepEqual(tools, [
      {
        type: 'function',
        name: 'patch',
        description: 'Changes files.\n\nThe input must match this lark grammar:\nstart: "x"',
        parameters: {
          type: 'object',
          properties: { input: { type: 'string', description: 'The input of the tool, as plain text.' } },
          required: ['input'],
          additionalProperties: false,
        },
      },
      { type: 'function', name: 'clock' },
    ]);
    assert.deepEqual(messages[0]?.parts, [{ type: 'tool_call', id: 'c1', name: 'patch', arguments: '{"input":"say \\"x\\""}', custom: undefined }]);
    assert.deepEqual(messages[1], REQUEST.messages[1]);
  });

  it('are called by their text again, streamed and whole, beside functions', () => {
    const at = { choice: 0, block: 1 } as const;
    const events: ChatEvent[] = [
      { type: 'tool_call', choice: 0, block: 0, id: 'c0', name: 'clock', arguments: '{"input":"x"}' },
      { type: 'tool_call', ...at, id: 'c1', name: 'patch', arguments: '' },
      { type: 'tool_arguments', ...at, text: '{"inp' },
      { type: 'tool_arguments', ...at, text: 'ut": "a\\' },
      { type: 'tool_arguments', ...at, text: 'nb"}' },
      { type: 'finish', choice: 0, reason: 'tool_calls' },
    ];
    const dialect = withCustomCalls(plain, customToolNames(REQUEST));
    const decoder = dialect.stream.decoder();
    const streamed = [...events.flatMap((event) => decoder.push(event as never)), ...decoder.end()];
    assert.deepEqual(dialect.reply.decode(events as never), streamed);
    assert.deepEqual(streamed[0], events[0]);
    assert.deepEqual(streamed[1], { ...events[1], custom: true });
    assert.equal(streamed.map((event) => (event.type === 'tool_arguments' ? event.text : '')).join(''), 'a\nb');
    assert.equal(streamed.at(-1), events.at(-1));
  });

  it('are called by whatever the model wrote where it did not keep to the form', () => {
    const call = (text: string): string =>
      withCustomCalls(plain, new Set(['patch']))
        .reply.decode([
          { type: 'tool_call', choice: 0, block: 0, id: 'c', name: 'patch', arguments: text },
          { type: 'finish', choice: 0, reason: 'tool_calls' },
        ] as never)
        .map((event) => ('arguments' in event ? event.arguments : event.type === 'tool_arguments' ? event.text : ''))
        .join('');
    assert.equal(call('{"patch":"a"}'), 'a');
    assert.equal(call('{"a":"b","c":"d"}'), '{"a":"b","c":"d"}');
    assert.equal(call('plain words'), 'plain words');
    assert.equal(call(''), '');
  });
});

describe('FreeText', () => {
  it('gives the same text however its JSON is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(40), { maxLength: 8 }), fc.boolean(), (text, cuts, isSpaced) => {
        const json = isSpaced ? JSON.stringify({ input: text }, null, 1) : JSON.stringify({ input: text });
        const places = [0, ...cuts.map((cut) => Math.min(cut, json.length)).sort((a, b) => a - b), json.length];
        const reader = new FreeText();
        const read = places.map((place, index) => reader.push(json.slice(place, places[index + 1])));
        assert.equal(read.join('') + reader.end(), text);
      }),
    );
  });
});
