import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../ir/json.ts';
import { repairChunk, repairer } from './repair.ts';
import type { RepairRules } from './repair.ts';

function chunk(delta: JsonObject, finish: string | null = null): JsonObject {
  return { id: 'gen-1', object: 'chat.completion.chunk', vendor: { a: 1 }, choices: [{ index: 0, delta, finish_reason: finish, seed: 7 }] };
}

function whole(message: JsonObject, finish?: string | null): JsonObject {
  return { id: 'gen-1', choices: [{ index: 0, message, finish_reason: finish }] };
}

const choiceOf = (wire: JsonObject): JsonObject => (wire.choices as readonly JsonObject[])[0] ?? {};
const mendedChoice = (wire: JsonObject, rules: RepairRules = {}): JsonObject => choiceOf(repairChunk(wire, rules));

describe('repairing answers of hosts that deviate', () => {
  it('gives back the same object where there is nothing to repair', () => {
    for (const wire of [
      chunk({ content: 'a' }),
      chunk({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] }),
      chunk({ tool_calls: [{ index: 3, function: { arguments: '{}' } }] }),
      chunk({}, 'function_call'),
      chunk({}, 'a_word_of_tomorrow'),
      whole({ content: 'a', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }, 'tool_calls'),
      { error: { message: 'No.' } },
      { choices: null, usage: null },
      { choices: [null, 7] },
    ] as JsonObject[]) {
      assert.equal(repairChunk(wire, { finish: { eos: 'stop' }, usagePath: 'x.usage', reasoningExcluded: true }), wire);
    }
  });

  it('changes a finish reason by rule, or by what model servers are known to write, and keeps all else', () => {
    const wire = chunk({ content: 'a', token_id: 5 }, 'eos');
    assert.deepEqual(repairChunk(wire, {}), { ...wire, choices: [{ ...choiceOf(wire), finish_reason: 'stop' }] });
    assert.equal(mendedChoice(chunk({}, 'eos'), { finish: { eos: 'length' } }).finish_reason, 'length');
    assert.equal(mendedChoice(chunk({}, 'constructor'), { finish: {} }).finish_reason, 'constructor');
  });

  it('takes an empty finish reason for none in a chunk, and finds the reason in a whole reply', () => {
    assert.equal(mendedChoice(chunk({ content: 'a' }, '')).finish_reason, null);
    assert.equal(mendedChoice(whole({ content: 'a' }, '')).finish_reason, 'stop');
    assert.equal(mendedChoice(whole({ content: 'a' })).finish_reason, 'stop');
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    assert.equal(mendedChoice(whole({ content: '', tool_calls: [call] }, '')).finish_reason, 'tool_calls');
  });

  it('adds reasoning to the completion where the total says that it was counted apart, and by rule where there is no total', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 10 } };
    const counted = (total: number | undefined, rules: RepairRules = {}): unknown =>
      (repairChunk({ choices: [], usage: { ...usage, total_tokens: total } }, rules).usage as JsonObject).completion_tokens;
    assert.equal(counted(25), 15);
    assert.equal(counted(15), 5);
    assert.equal(counted(undefined), 5);
    assert.equal(counted(undefined, { reasoningExcluded: true }), 15);
    assert.equal(counted(15, { reasoningExcluded: true }), 5);
  });

  it('numbers choices that have no index, and lists none beside a usage that has none', () => {
    const bare = { choices: [{ delta: { content: 'a' } }, { delta: { content: 'b' } }] };
    assert.deepEqual(repairChunk(bare, {}), {
      choices: [
        { index: 0, delta: { content: 'a' } },
        { index: 1, delta: { content: 'b' } },
      ],
    });
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    assert.deepEqual(repairChunk({ id: 'x', usage }, {}), { id: 'x', choices: [], usage });
    assert.deepEqual(repairChunk({ id: 'x', choices: null, usage }, {}), { id: 'x', choices: [], usage });
  });

  it('keeps to the id that it gave a call whose own came late', () => {
    const mend = repairer({});
    const first = mend(chunk({ tool_calls: [{ index: 0, function: { name: 'f' } }] })) as JsonObject;
    const second = mend(chunk({ tool_calls: [{ index: 0, id: 'late', function: { arguments: '{}' } }] })) as JsonObject;
    const calls = (wire: JsonObject): unknown => (choiceOf(wire).delta as JsonObject).tool_calls;
    assert.deepEqual(calls(first), [{ index: 0, id: 'call_gen-1_0_0', type: 'function', function: { name: 'f' } }]);
    assert.deepEqual(calls(second), [{ index: 0, function: { arguments: '{}' } }]);
  });

  it('takes a call that stands alone for a list of one', () => {
    const alone = { index: 0, id: '', type: 'function', function: { name: 'f', arguments: '{' } };
    assert.deepEqual(mendedChoice(chunk({ tool_calls: alone })).delta, { tool_calls: [{ ...alone, id: 'call_gen-1_0_0' }] });
  });

  it('makes reasoning_content of summaries of thoughts among the content', () => {
    const parts = [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.', signature: 's' }] },
      { type: 'text', text: 'Yes' },
    ];
    assert.deepEqual(mendedChoice(whole({ content: parts }, 'stop')).message, { content: 'Yes', reasoning_content: 'Hm.' });
  });

  it('makes a text of content that comes in parts, and reasoning_content of the thoughts among them', () => {
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
      { type: 'text', text: 'Yes' },
      { type: 'reference', reference_ids: [1] },
      { type: 'text', text: '!' },
    ];
    assert.deepEqual(mendedChoice(whole({ role: 'assistant', content: parts }, 'stop')).message, {
      role: 'assistant',
      content: 'Yes!',
      reasoning_content: 'Hm.',
    });
    assert.deepEqual(mendedChoice(chunk({ content: [{ type: 'text', text: 'a' }] })).delta, { content: 'a' });
  });

  it('numbers tool calls that have no index, one by one over the whole stream', () => {
    const mend = repairer({});
    const pieces = [
      [{ id: 'a', function: { name: 'f', arguments: '{' } }],
      [{ function: { arguments: '}' } }],
      [{ id: 'b', function: { name: 'f', arguments: '{}' } }, { function: { name: 'g', arguments: '{}' } }],
    ].map((calls) => choiceOf(mend(chunk({ tool_calls: calls })) as JsonObject).delta as { tool_calls: JsonObject[] });
    assert.deepEqual(
      pieces.flatMap((delta) => delta.tool_calls.map((call) => [call.index, call.id, call.type])),
      [
        [0, 'a', 'function'],
        [0, undefined, undefined],
        [1, 'b', 'function'],
        [2, 'call_gen-1_0_2', 'function'],
      ],
    );
    assert.equal(mend('[DONE]'), '[DONE]');
  });

  it('numbers tool calls that all have the same index', () => {
    const mend = repairer({});
    const indices = ['a', 'b', 'b', ''].map((id) => {
      const delta = choiceOf(mend(chunk({ tool_calls: [{ index: 0, id, function: { arguments: '{' } }] })) as JsonObject).delta;
      return (delta as { tool_calls: JsonObject[] }).tool_calls[0]?.index;
    });
    assert.deepEqual(indices, [0, 1, 1, 1]);
  });

  it('gives the tool calls of a whole reply ids and arguments that are text, but no index', () => {
    const { message } = mendedChoice(whole({ tool_calls: [{ function: { name: 'f', arguments: { x: 1 } } }] }, 'tool_calls'));
    assert.deepEqual(message, { tool_calls: [{ id: 'call_gen-1_0_0', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }] });
  });

  it('puts the usage where OpenAI has it and keeps it where it was', () => {
    const used = { prompt_tokens: 1 };
    const rules = { usagePath: 'vendor_data.usage' };
    assert.deepEqual(repairChunk({ choices: [], vendor_data: { usage: used } }, rules), { choices: [], vendor_data: { usage: used }, usage: used });
    assert.deepEqual(repairChunk({ choices: [], x_groq: { usage: used } }, {}).usage, used);
    assert.deepEqual(repairChunk({ choices: [], usage: { own: 1 }, vendor_data: { usage: used } }, rules).usage, { own: 1 });
  });

  it('adds reasoning to the completion where the host leaves it out', () => {
    const record = (total: number) => ({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: total,
      completion_tokens_details: { reasoning_tokens: 20 },
    });
    const completion = (total: number) =>
      (repairChunk({ choices: [], usage: record(total) }, { reasoningExcluded: true }).usage as JsonObject).completion_tokens;
    assert.deepEqual([completion(35), completion(15)], [25, 5]);
  });
});
