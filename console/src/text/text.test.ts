import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffLines, nearChanges } from './diff.ts';
import { jsonTokens } from './json-tokens.ts';
import { parseInline, parseMarkdown } from './markdown.ts';

test('a difference gives both texts back, and no more lines than needed', () => {
  const before = 'a\nb\nc\nd';
  const after = 'a\nx\nc\nd\ne';
  const lines = diffLines(before, after);
  const side = (kind: string): string =>
    lines
      .filter((line) => line.kind === 'same' || line.kind === kind)
      .map(({ text }) => text)
      .join('\n');
  assert.equal(side('removed'), before);
  assert.equal(side('added'), after);
  assert.equal(lines.filter(({ kind }) => kind !== 'same').length, 3);
});

test('only what is near a change is shown', () => {
  const many = Array.from({ length: 40 }, (_, i) => `line ${i}`);
  const shown = nearChanges(diffLines(many.join('\n'), many.with(20, 'changed').join('\n')), 2);
  assert.equal(shown.filter((line) => line === undefined).length, 2);
  assert.equal(shown.filter((line) => line !== undefined).length, 6);
});

test('pieces of JSON put together are the text, whole or half-written', () => {
  const text = '{"name": "a \\" b", "n": [-1.5e3, true, null, "half';
  const tokens = jsonTokens(text);
  assert.equal(tokens.map((token) => token.text).join(''), text);
  assert.deepEqual(
    tokens.filter(({ kind }) => kind !== 'plain').map(({ kind }) => kind),
    ['name', 'string', 'name', 'number', 'word', 'word', 'string'],
  );
});

test('blocks of Markdown are told apart', () => {
  const kinds = parseMarkdown(
    '# Title\n\ntext\nmore\n\n- one\n  - two\n\n1. first\n\n> said\n\n```js\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---',
  ).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['heading', 'paragraph', 'list', 'list', 'quote', 'code', 'table', 'rule']);
});

test('a fence that is still open holds all that comes', () => {
  assert.deepEqual(parseMarkdown('```\na\n\nb'), [{ kind: 'code', language: '', text: 'a\n\nb' }]);
});

test('text always moves on, whatever it is made of', () => {
  for (const text of ['#', '|', '|\n|-', '- ', '>', '```', '* * *', '\t', '1.', '#no', '-x', '|a|\n', '~~~', '> \n>'])
    assert.ok(parseMarkdown(text).length <= 2, text);
});

test('links that a click could run as a script stay text', () => {
  const kinds = (text: string): string[] => parseInline(text).map(({ kind }) => kind);
  assert.deepEqual(kinds('[a](https://a.example)'), ['link']);
  assert.deepEqual(kinds('[a](javascript:alert%281%29)'), ['text']);
  assert.deepEqual(kinds('[a](data:text/html,x)'), ['text']);
});

test('pieces of a line keep their letters', () => {
  assert.deepEqual(parseInline('a **b _c_** `d*e*` snake_case_name'), [
    { kind: 'text', text: 'a ' },
    {
      kind: 'strong',
      children: [
        { kind: 'text', text: 'b ' },
        { kind: 'emphasis', children: [{ kind: 'text', text: 'c' }] },
      ],
    },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'd*e*' },
    { kind: 'text', text: ' snake_case_name' },
  ]);
});
