import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { CLIENTS } from './clients.ts';
import { curlCommand, pythonLiteral, scriptLiteral, shellWord } from './literals.ts';
import { SNIPPETS } from './snippets.ts';

const NASTY = `it's "quoted", $HOME \`id\` \\ and\nover lines`;

test('a word of the shell is taken as it is', () => {
  const { stdout } = spawnSync('/bin/sh', ['-c', `printf %s ${shellWord(NASTY)}`], { encoding: 'utf8' });
  assert.equal(stdout, NASTY);
});

test('a command of curl sends what it says', () => {
  const command = curlCommand({ url: 'http://x/v1', headers: { 'x-a': NASTY }, body: { text: NASTY } });
  const { stdout } = spawnSync('/bin/sh', ['-c', `curl() { for one; do printf '%s\\0' "$one"; done; }\n${command}`], { encoding: 'utf8' });
  assert.deepEqual(stdout.split('\0').slice(0, 4), ['http://x/v1', '-H', `x-a: ${NASTY}`, '-d']);
  assert.deepEqual(JSON.parse(stdout.split('\0')[4] ?? ''), { text: NASTY });
});

test('literals of JavaScript mean what was given', () => {
  const value = { plain: 1, 'a-b': [true, null, NASTY], empty: {}, none: [], deep: { list: Array.from({ length: 30 }, (_, i) => `entry ${i}`) } };
  assert.deepEqual(JSON.parse(spawnSync(process.execPath, ['-p', `JSON.stringify((${scriptLiteral(value)}))`], { encoding: 'utf8' }).stdout), value);
});

test('literals of Python have its own words', () => {
  assert.equal(pythonLiteral({ a: [true, false, null], b: 'x"y' }), '{"a": [True, False, None], "b": "x\\"y"}');
});

const CALL = {
  origin: 'http://127.0.0.1:8787',
  headers: { 'x-sluice-config': 'pc-1' },
  body: {
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
    ],
    temperature: 0.5,
    stream: true,
    stream_options: { include_usage: true },
  },
};

test('every snippet has the address, the header and the message', () => {
  for (const { id, write } of SNIPPETS) {
    const text = write(CALL);
    assert.match(text, /127\.0\.0\.1:8787/, id);
    assert.match(text, /pc-1/, id);
    assert.match(text, /Hello/, id);
    assert.match(text, /Be brief\./, id);
    assert.doesNotMatch(text, /undefined/, id);
  }
});

test('a library of its own dialect gets tools, pictures, results and the schema too', () => {
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGVsbG8=' } };
  const body = {
    ...CALL.body,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Where is this?' }, picture] },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'locate', arguments: '{"x":1}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: 'in Delft' },
    ],
    tools: [{ type: 'function', function: { name: 'locate', parameters: { type: 'object', properties: { x: { type: 'number' } } } } }],
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object', properties: { town: { type: 'string' } } } } },
  };
  for (const { id, write } of SNIPPETS) {
    const text = write({ ...CALL, body });
    for (const word of ['Where is this?', 'aGVsbG8=', 'locate', 'in Delft', 'town']) assert.ok(text.includes(word), `${id}: ${word}`);
  }
});

test('snippets in JavaScript can be read by it', () => {
  for (const { id, write } of SNIPPETS.filter((snippet) => snippet.id !== 'curl' && snippet.id !== 'openai-python')) {
    const { status, stderr } = spawnSync(process.execPath, ['--check', '--input-type=module', '-'], { input: write(CALL), encoding: 'utf8' });
    assert.equal(status, 0, `${id}: ${stderr}`);
  }
});

test('every client is told the address, where its calls go, and the key', () => {
  for (const { id, write } of CLIENTS) {
    const text = write({ origin: 'http://127.0.0.1:8787', target: '@prod', model: 'gpt-4o', key: 'sl-secret' })
      .map((piece) => piece.text)
      .join('\n');
    assert.match(text, /127\.0\.0\.1:8787/, id);
    assert.match(text, /gpt-4o/, id);
    assert.match(text, /sl-secret/, id);
    if (id !== 'cursor') assert.match(text, /@prod/, id);
  }
});
