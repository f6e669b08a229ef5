import assert from 'node:assert/strict';
import { assertArguments, count, object, objects, text, word, type Members } from './look.ts';
import { assertUnnamed, readSse } from './sse.ts';
import type { Ending } from './ending.ts';

/** https://platform.openai.com/docs/api-reference/chat-streaming, for a request with `stream_options.include_usage`. */
export function check(bytes: Buffer, ending: Ending): void {
  const stream = readSse(bytes);
  assertUnnamed(stream);
  const wires = stream.events.map(({ data }) => data);
  const chunks = ending === 'error' ? wires.slice(0, -1) : wires;
  assert.equal(stream.isDone, ending === 'whole', 'only a whole stream is done');
  if (ending === 'error') word(object(wires.at(-1)?.['error'], 'error')['message'], 'error.message');
  for (const name of ['id', 'model', 'created']) assert.equal(new Set(chunks.map((chunk) => chunk[name])).size, 1, `${name} changes`);
  for (const chunk of chunks) assert.equal(chunk['object'], 'chat.completion.chunk');
  const content = tellsUsage(chunks, ending) ? chunks.slice(0, -1) : chunks;
  if (content.length < chunks.length) checkUsage(chunks.at(-1) as Members);
  for (const chunk of content) assert.ok((chunk['usage'] ?? null) === null, 'usage comes before the last chunk');
  checkChoices(content, ending);
}

/** A stream that breaks tells what was used where that is known by then. */
function tellsUsage(chunks: readonly Members[], ending: Ending): boolean {
  return ending === 'whole' || (ending === 'error' && (chunks.at(-1)?.['usage'] ?? null) !== null);
}

/** The last chunk has no choices and says what was used. */
function checkUsage(chunk: Members): void {
  assert.deepEqual(chunk['choices'], [], 'the last chunk has choices');
  const usage = object(chunk['usage'], 'usage');
  const [prompt, completion, total] = ['prompt_tokens', 'completion_tokens', 'total_tokens'].map((name) => count(usage[name], name)) as [
    number,
    number,
    number,
  ];
  assert.equal(total, prompt + completion);
}

interface ChoiceState {
  finished: boolean;
  readonly calls: { arguments: string }[];
}

function checkChoices(chunks: readonly Members[], ending: Ending): void {
  const states = new Map<number, ChoiceState>();
  for (const chunk of chunks) {
    const choices = objects(chunk['choices'], 'choices');
    assert.ok(choices.length > 0, 'a chunk without choices that is not the last');
    for (const choice of choices) checkChoice(choice, states);
  }
  for (const { finished, calls } of states.values()) {
    assert.equal(finished, ending === 'whole', 'a choice does not finish');
    if (ending === 'whole') for (const call of calls) assertArguments(call.arguments);
  }
}

function checkChoice(choice: Members, states: Map<number, ChoiceState>): void {
  const index = count(choice['index'], 'index');
  const delta = object(choice['delta'], 'delta');
  let state = states.get(index);
  if (state === undefined) {
    assert.equal(delta['role'], 'assistant', 'the first delta names no role');
    states.set(index, (state = { finished: false, calls: [] }));
  } else assert.equal(delta['role'], undefined, 'a later delta names a role');
  assert.ok(!state.finished, 'a choice goes on behind its end');
  for (const call of objects(delta['tool_calls'] ?? [], 'tool_calls')) checkCall(call, state);
  if (choice['finish_reason'] === null) return;
  assert.ok(['stop', 'length', 'tool_calls', 'content_filter'].includes(text(choice['finish_reason'], 'finish_reason')));
  state.finished = true;
}

/** The first piece of a call names it; later pieces only add to its arguments. */
function checkCall(call: Members, { calls }: ChoiceState): void {
  const index = count(call['index'], 'tool_calls.index');
  const isFirst = index === calls.length;
  assert.ok(isFirst || index < calls.length, 'calls are not numbered in their order');
  const body = object(call['function'] ?? call['custom'], 'function');
  if (isFirst) {
    calls.push({ arguments: '' });
    word(call['id'], 'id');
    word(body['name'], 'name');
    assert.equal(call['type'], 'custom' in call ? 'custom' : 'function');
  } else assert.deepEqual([call['id'], body['name']], [undefined, undefined], 'a call is named twice');
  if ('function' in call) (calls[index] as { arguments: string }).arguments += text(body['arguments'], 'arguments');
}
