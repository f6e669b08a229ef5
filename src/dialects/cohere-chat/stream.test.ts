import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatEvent } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { collectAnswer } from '../answer.ts';
import type { WireEvent } from '../dialect.ts';
import { cohereChat } from './index.ts';

const CONTEXT = { id: 'c0ffee', created: 1, model: 'm', strict: true, includeUsage: true };

function event(type: string, message: JsonObject, more: JsonObject = {}): WireEvent {
  return { type, delta: { message }, ...more };
}

function decode(...wire: readonly WireEvent[]): ChatEvent[] {
  const decoder = cohereChat.stream.decoder();
  return [...wire.flatMap((item) => decoder.push(item)), ...decoder.end()];
}

function blocks(...wire: readonly WireEvent[]): unknown {
  return JSON.parse(JSON.stringify(collectAnswer(decode(...wire)).choices[0]?.blocks ?? []));
}

function encode(...events: readonly ChatEvent[]): readonly WireEvent[] {
  const encoder = cohereChat.stream.encoder(CONTEXT);
  const wire = [...events.flatMap((item) => encoder.push(item)), ...encoder.end()];
  return wire.map((item) => JSON.parse(JSON.stringify(item)) as WireEvent);
}

function types(wire: readonly WireEvent[]): readonly (Json | undefined)[] {
  return wire.map((item) => (item === '[DONE]' ? item : item.type));
}

describe('streams of Cohere', () => {
  it('give a plan as reasoning, and calls with their arguments', () => {
    const call = (members: JsonObject) => ({ tool_calls: members });
    assert.deepEqual(
      blocks(
        event('tool-plan-delta', { tool_plan: 'I will ' }),
        event('tool-plan-delta', { tool_plan: 'look.' }),
        event('tool-call-start', call({ id: 'a', function: { name: 'f', arguments: '' } }), { index: 0 }),
        event('tool-call-delta', call({ function: { arguments: '{"x":' } }), { index: 0 }),
        event('tool-call-delta', call({ function: { arguments: 'null' } }), { index: 0 }),
        event('tool-call-delta', call({ function: { arguments: '}' } }), { index: 0 }),
        event('tool-call-end', {}, { index: 0 }),
      ),
      [
        { type: 'reasoning', text: 'I will look.' },
        { type: 'tool_call', id: 'a', name: 'f', arguments: '{"x":null}', custom: false },
      ],
    );
  });

  it('take lists where objects belong, and `null` for no arguments', () => {
    const started = event('tool-call-start', { tool_calls: [{ id: 'a', function: { name: 'f', arguments: 'null' } }] }, { index: 0 });
    assert.deepEqual(blocks(started), [{ type: 'tool_call', id: 'a', name: 'f', arguments: '', custom: false }]);
    const late = event('tool-call-delta', { tool_calls: [{ function: { arguments: 'null' } }] }, { index: 0 });
    assert.deepEqual(blocks(event('tool-call-start', { tool_calls: { id: 'a', function: { name: 'f' } } }, { index: 0 }), late), [
      { type: 'tool_call', id: 'a', name: 'f', arguments: '', custom: false },
    ]);
  });

  it('take arguments that are no text but the value itself', () => {
    const started = event('tool-call-start', { tool_calls: { id: 'a', function: { name: 'f', arguments: { x: 1 } } } }, { index: 0 });
    assert.deepEqual(blocks(started), [{ type: 'tool_call', id: 'a', name: 'f', arguments: '{"x":1}', custom: false }]);
  });

  it('take content as a text or a list, with or without a start', () => {
    for (const content of ['Hi', { text: 'Hi' }, [{ type: 'text', text: 'Hi' }]]) {
      assert.deepEqual(blocks(event('content-delta', { content }, { index: 0 })), [{ type: 'text', text: 'Hi', citations: [] }]);
    }
  });

  it('keep thoughts and text apart, even under one index', () => {
    assert.deepEqual(
      blocks(
        event('content-delta', { content: { thinking: 'Hm.' } }, { index: 0 }),
        event('content-delta', { content: { text: 'Yes.' } }, { index: 0 }),
      ),
      [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'text', text: 'Yes.', citations: [] },
      ],
    );
  });

  it('cite the text that a citation names, and nothing for citations of thoughts', () => {
    const source = { type: 'document', id: 'd', document: { title: 'Facts', url: 'https://example.com' } };
    const citation = (more: JsonObject) => event('citation-start', { citations: { start: 0, end: 3, text: 'Yes', sources: [source], ...more } });
    const [, text] =
      collectAnswer(
        decode(
          event('content-delta', { content: { thinking: 'Hm.' } }, { index: 0 }),
          event('content-delta', { content: { text: 'Yes.' } }, { index: 1 }),
          citation({ content_index: 1, type: 'TEXT_CONTENT' }),
          citation({ content_index: 0, type: 'THINKING_CONTENT' }),
        ),
      ).choices[0]?.blocks ?? [];
    assert.ok(text?.type === 'text');
    assert.deepEqual(
      text.citations.map(({ url, title, start, end }) => ({ url, title, start, end })),
      [{ url: 'https://example.com', title: 'Facts', start: 0, end: 3 }],
    );
  });

  it('count cached tokens and thoughts apart', () => {
    const usage = {
      billed_units: { input_tokens: 1, output_tokens: 1 },
      tokens: { input_tokens: 100, output_tokens: 50, reasoning_tokens: 20 },
      cached_tokens: 60,
    };
    const events = decode({ type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } }, '[DONE]');
    const native = { dialect: 'cohere-chat', value: usage } as const;
    assert.deepEqual(events, [
      { type: 'usage', usage: { input: 40, cacheRead: 60, output: 30, reasoning: 20, native } },
      { type: 'finish', choice: 0, reason: 'stop', native: { dialect: 'cohere-chat', value: 'COMPLETE' } },
    ]);
  });

  it('fail where the end names an error', () => {
    const [failure, ...rest] = decode({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'Out of memory.' } });
    assert.deepEqual(failure, { type: 'error', error: { status: 502, message: 'Out of memory.' } });
    assert.deepEqual(rest, []);
    assert.deepEqual(decode({ message: 'Try again.' }), [{ type: 'error', error: { status: 500, message: 'Try again.' } }]);
  });
});

describe('streams for Cohere clients', () => {
  it('have the order of events that the API has, with usage last though it came late', () => {
    const wire = encode(
      { type: 'start', id: 'up' },
      { type: 'reasoning', choice: 0, block: 0, text: 'Hm.' },
      { type: 'text', choice: 0, block: 1, text: 'Yes.' },
      { type: 'citation', choice: 0, block: 1, citation: { title: 'Facts' } },
      { type: 'tool_call', choice: 0, block: 2, id: 'a', name: 'f', arguments: '' },
      { type: 'tool_arguments', choice: 0, block: 2, text: '{}' },
      { type: 'finish', choice: 0, reason: 'tool_calls' },
      { type: 'usage', usage: { input: 3, output: 2 } },
    );
    assert.deepEqual(types(wire), [
      'message-start',
      'content-start',
      'content-delta',
      'content-end',
      'content-start',
      'content-delta',
      'citation-start',
      'citation-end',
      'content-end',
      'tool-call-start',
      'tool-call-delta',
      'tool-call-end',
      'message-end',
      '[DONE]',
    ]);
    const counts = { input_tokens: 3, output_tokens: 2 };
    assert.deepEqual((wire.at(-2) as JsonObject).delta, { finish_reason: 'TOOL_CALL', usage: { billed_units: counts, tokens: counts } });
  });

  it('cite a text that another block has followed', () => {
    const wire = encode(
      { type: 'text', choice: 0, block: 0, text: 'Yes.' },
      { type: 'tool_call', choice: 0, block: 1, id: 'a', name: 'f', arguments: '{}' },
      { type: 'citation', choice: 0, block: 0, citation: { title: 'Facts' } },
    );
    const cited = wire.find((item) => item !== '[DONE]' && item.type === 'citation-start');
    assert.match(JSON.stringify(cited), /"content_index":0/);
    assert.ok(!types(wire).slice(3).includes('content-start'));
  });

  it('end with an error and what was used until then', () => {
    const usage: ChatEvent = { type: 'usage', usage: { input: 3, output: 1 } };
    const [end, ...rest] = encode(usage, { type: 'error', error: { status: 502, message: 'Broke.' } });
    const counts = { input_tokens: 3, output_tokens: 1 };
    assert.deepEqual(JSON.parse(JSON.stringify(end)), {
      type: 'message-end',
      delta: { finish_reason: 'ERROR', error: 'Broke.', usage: { billed_units: counts, tokens: counts } },
    });
    assert.deepEqual(rest, []);
  });

  it('show a refusal as text, unless the answer was kept back for it', () => {
    const refusal: ChatEvent = { type: 'refusal', choice: 0, block: 0, text: 'I cannot.' };
    assert.deepEqual(types(encode(refusal, { type: 'finish', choice: 0, reason: 'stop' })), [
      'message-start',
      'content-start',
      'content-delta',
      'content-end',
      'message-end',
      '[DONE]',
    ]);
    const kept = encode(refusal, { type: 'finish', choice: 0, reason: 'refusal' });
    assert.deepEqual(kept[1], { type: 'message-end', delta: { finish_reason: 'ERROR_TOXIC', error: 'I cannot.' } });
  });

  it('leave out what the client cannot know: media, hosted blocks, calls of tools that take free text', () => {
    assert.deepEqual(
      types(
        encode(
          { type: 'media', choice: 0, block: 0, kind: 'audio', source: { kind: 'base64', mime: 'audio/wav', data: 'AAAA' } },
          { type: 'opaque', choice: 0, block: 1, dialect: 'gemini', value: {} },
          { type: 'tool_call', choice: 0, block: 2, id: 'a', name: 'sh', arguments: 'ls', custom: true },
          { type: 'tool_arguments', choice: 0, block: 2, text: ' -l' },
        ),
      ),
      ['message-start'],
    );
  });
});
