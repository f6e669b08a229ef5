import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { JsonReader } from './json-reader.ts';

/** Each text, as the reader of a stream reads it behind those before it. */
function assertReads(texts: readonly string[]): void {
  const reader = new JsonReader();
  for (const text of texts) {
    let expected: unknown;
    try {
      expected = JSON.parse(text);
    } catch {
      assert.throws(() => reader.parse(text), SyntaxError, text);
      continue;
    }
    assert.deepEqual(reader.parse(text), expected, text);
  }
}

const delta = (text: string): string => `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}`;
const chunk = (text: string): string =>
  `{"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}]}`;

describe('the JSON of a stream', () => {
  for (const [dialect, write] of [
    ['Anthropic', delta],
    ['OpenAI', chunk],
  ] as const)
    it(`is read as JSON.parse reads it, in the shape of ${dialect}, whatever the pieces of text`, () => {
      fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), (texts) => assertReads(texts.map(write))));
    });

  it('is read as JSON.parse reads it, whatever the events are and however they resemble each other', () => {
    const value = fc.oneof(fc.string(), fc.constantFrom('a', 'b', 'text', '~', '__proto__'), fc.integer({ max: 2, min: 0 }), fc.constant(null));
    const tree = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, value, fc.array(tie('any'), { maxLength: 3 }), tie('object')),
      object: fc.dictionary(fc.constantFrom('a', 'b', 'text', '__proto__', 'delta'), tie('any'), { maxKeys: 4 }),
    }));
    const stream = fc
      .tuple(tree.object, fc.array(fc.tuple(value, value), { maxLength: 12 }))
      .map(([base, changes]) =>
        changes.map(([one, other]) => JSON.stringify({ type: 'a_name_that_all_events_begin_with', ...(base as object), one, other })),
      );
    fc.assert(fc.property(stream, assertReads));
  });

  it('is read as JSON.parse reads it where members repeat, letters are escaped, and lines are damaged', () => {
    const begin = '{"type":"content_block_delta","index":0,';
    assertReads([
      ...['a', 'b', 'c'].map((text) => `${begin}"text":"x","text":"${text}"}`),
      ...['a', 'b', 'c'].map((text) => `${begin}"text":"${text}","text":"x"}`),
      ...['text', 'b', 'c'].map((text) => `${begin}"\\u0074ext":"${text}"}`),
      ...['\\u0061', 'b', 'c\\n', '\\', '"', '","index":7,"x":"', '\n', 'd'].map((text) => `${begin}"text":"${text}"}`),
    ]);
  });

  it('gives every event an object of its own', () => {
    const reader = new JsonReader();
    const [one, other] = ['a', 'b', 'c', 'd'].map((text) => reader.parse(delta(text))).slice(2) as [{ delta: object }, { delta: object }];
    assert.notEqual(one, other);
    assert.notEqual(one.delta, other.delta);
  });
});
