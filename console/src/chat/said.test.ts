import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIn, eventsIn, saidIn } from './said.ts';

test('conversations are read from every dialect', () => {
  const openai = saidIn('{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"u"}]}]}');
  assert.deepEqual(
    openai.map(({ role, text }) => [role, text]),
    [
      ['system', 's'],
      ['user', 'u'],
    ],
  );
  const anthropic = saidIn({ system: 's', messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'f', input: { a: 1 } }] }] });
  assert.deepEqual(anthropic[0], { role: 'system', text: 's', images: [], calls: [] });
  assert.deepEqual(anthropic[1]?.calls, [{ name: 'f', arguments: '{"a":1}' }]);
  assert.equal(saidIn({ contents: [{ role: 'model', parts: [{ text: 'g' }] }] })[0]?.text, 'g');
  assert.equal(saidIn({ input: 'plain' })[0]?.text, 'plain');
  assert.equal(saidIn({ input: [{ type: 'function_call_output', output: 'found' }] })[0]?.role, 'tool');
});

test('pictures are shown only where they came with the message', () => {
  const image = (url: string) => saidIn({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] })[0]?.images;
  assert.deepEqual(image('data:image/png;base64,AA'), ['data:image/png;base64,AA']);
  assert.deepEqual(image('https://elsewhere.example/a.png'), []);
});

test('a streamed answer is put together from its events', () => {
  const body = 'data: {"choices":[{"delta":{"content":"He"}}]}\n\n: a comment\n\ndata: {"choices":[{"delta":{"content":"llo"}}]}\n\ndata: [DONE]\n\n';
  assert.equal(eventsIn(body).length, 3);
  assert.equal(answerIn(body).text, 'Hello');
  assert.deepEqual(eventsIn('{"choices":[]}'), []);
  assert.equal(answerIn('not JSON at all').text, 'not JSON at all');
});

test('bodies that are nothing, or odd, are no trouble', () => {
  for (const body of [undefined, null, '', 3, [], { messages: [null, 3, 'x'] }]) assert.ok(Array.isArray(saidIn(body)));
  assert.equal(answerIn(null).text, '');
});
