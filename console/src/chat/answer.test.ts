import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, beginningOf, NOTHING, prettyArguments, withEvent, type Answer } from './answer.ts';

const answered = (...events: readonly object[]): Answer => events.map((event) => JSON.stringify(event)).reduce(withEvent, NOTHING);

test('a stream of OpenAI chat completions becomes text, tool calls and usage', () => {
  const answer = answered(
    { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }], model: 'gpt' },
    { choices: [{ index: 0, delta: { content: 'Let me ' } }] },
    { choices: [{ index: 1, delta: { content: 'another choice' } }] },
    { choices: [{ index: 0, delta: { content: 'look.', tool_calls: [{ index: 0, id: 'c1', function: { name: 'find', arguments: '{"a"' } }] } }] },
    { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }, finish_reason: 'tool_calls' }] },
    { choices: [], usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14, prompt_tokens_details: { cached_tokens: 6 }, cost: 0.5 } },
  );
  assert.equal(answer.text, 'Let me look.');
  assert.deepEqual(answer.tools, [{ id: 'c1', name: 'find', arguments: '{"a":1}' }]);
  assert.equal(answer.finish, 'tool_calls');
  assert.equal(answer.cost, 0.5);
  assert.deepEqual(answer.usage, { input: 4, cache_read: 6, output: 4, reasoning: 0, total: 14 });
});

test('a stream of Anthropic messages does too', () => {
  const answer = answered(
    { type: 'message_start', message: { model: 'claude', usage: { input_tokens: 7, output_tokens: 1 } } },
    { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'Hm. ' } },
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Yes' } },
    { type: 'content_block_start', content_block: { type: 'tool_use', id: 't1', name: 'go', input: {} } },
    { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{}' } },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
  );
  assert.equal(answer.text, 'Yes');
  assert.equal(answer.reasoning, 'Hm. ');
  assert.deepEqual(answer.tools, [{ id: 't1', name: 'go', arguments: '{}' }]);
  assert.equal(answer.usage?.total, 16);
});

test('so do streams of responses, of Gemini, and the events that the log keeps', () => {
  const responses = answered(
    { type: 'response.output_text.delta', delta: 'Hel' },
    {
      type: 'response.completed',
      response: { output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }], status: 'completed' },
    },
  );
  assert.equal(responses.text, 'Hello');
  const gemini = answered(
    { candidates: [{ content: { parts: [{ text: 'thinks', thought: true }, { text: 'Hel' }] } }] },
    {
      candidates: [{ content: { parts: [{ text: 'lo' }, { functionCall: { name: 'f', args: { a: 1 } } }] } }],
      usageMetadata: { totalTokenCount: 3 },
    },
  );
  assert.equal(gemini.text, 'Hello');
  assert.equal(gemini.reasoning, 'thinks');
  assert.equal(gemini.tools[0]?.arguments, '{"a":1}');
  const kept = answered(
    { type: 'start', model: 'm' },
    { type: 'text', choice: 0, block: 0, text: 'Hello' },
    { type: 'tool_call', choice: 0, block: 1, id: 'x', name: 'f', arguments: '{' },
    { type: 'tool_arguments', choice: 0, block: 1, text: '}' },
    { type: 'usage', usage: { input: 2, output: 3 } },
    { type: 'finish', choice: 0, reason: 'stop' },
  );
  assert.deepEqual([kept.text, kept.tools[0]?.arguments, kept.usage?.total, kept.finish], ['Hello', '{}', 5, 'stop']);
});

test('whole answers of each dialect are read', () => {
  assert.equal(answerOf({ choices: [{ message: { content: 'a' } }] }).text, 'a');
  assert.equal(answerOf({ type: 'message', content: [{ type: 'text', text: 'b' }] }).text, 'b');
  assert.equal(answerOf({ output: [{ type: 'message', content: [{ text: 'c' }] }] }).text, 'c');
  assert.equal(answerOf({ candidates: [{ content: { parts: [{ text: 'd' }] } }] }).text, 'd');
  assert.equal(answerOf({ message: { content: [{ type: 'text', text: 'e' }] } }).text, 'e');
  assert.equal(answerOf({ output: { message: { content: [{ text: 'f' }] } } }).text, 'f');
});

test('errors show their words, in streams and out of them', () => {
  assert.equal(answerOf({ error: { message: 'no' } }).error, 'no');
  assert.equal(answered({ type: 'error', error: { message: 'broke' } }).error, 'broke');
});

test('what is no event changes nothing', () => {
  assert.equal(withEvent(NOTHING, '[DONE]'), NOTHING);
  assert.equal(withEvent(NOTHING, '{"half'), NOTHING);
  assert.equal(withEvent(NOTHING, '{"choice":null}'), NOTHING);
});

test('arguments are laid out where they are JSON', () => {
  assert.equal(prettyArguments('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(prettyArguments('{"a'), '{"a');
});

test('of an answer that is seen coming, thoughts come first, then text, then the arguments of tools', () => {
  const answer = { text: 'abcd', reasoning: 'xy', tools: [{ id: 't', name: 'f', arguments: '{}' }], error: 'cut' };
  assert.deepEqual(beginningOf(answer, 0.25), { text: '', reasoning: 'xy', tools: [], error: undefined });
  assert.deepEqual(beginningOf(answer, 0.5), { text: 'ab', reasoning: 'xy', tools: [], error: undefined });
  assert.deepEqual(beginningOf(answer, 0.8).tools, [{ id: 't', name: 'f', arguments: '{' }]);
  assert.deepEqual(beginningOf(answer, 1), answer);
});
