import assert from 'node:assert/strict';
import { assertArguments, count, object, objects, text, word, type Members } from './look.ts';
import { assertUnnamed, readSse } from './sse.ts';
import type { Ending } from './ending.ts';

/** https://docs.mistral.ai/api/endpoint/chat: as OpenAI's, but that calls come whole and the last chunk with choices says what was used. */
export function check(bytes: Buffer, ending: Ending): void {
  const stream = readSse(bytes);
  assertUnnamed(stream);
  assert.equal(stream.isDone, ending === 'whole', 'only a whole stream is done');
  const wires = stream.events.map(({ data }) => data);
  const chunks = ending === 'error' ? wires.slice(0, -1) : wires;
  if (ending === 'error') word(wires.at(-1)?.['message'] ?? object(wires.at(-1)?.['error'], 'error')['message'], 'message');
  assert.equal(
    object(objects(chunks[0]?.['choices'] ?? [], 'choices')[0]?.['delta'] ?? {}, 'delta')['role'],
    'assistant',
    'the first delta names no role',
  );
  const finished = new Set<number>();
  for (const chunk of chunks) for (const choice of objects(chunk['choices'], 'choices')) checkChoice(choice, finished);
  chunks.forEach((chunk, index) => checkUsage(chunk, ending === 'whole' && index === chunks.length - 1));
  assert.equal(finished.size > 0, ending === 'whole');
}

function checkUsage({ usage }: Members, isLast: boolean): void {
  if (isLast) count(object(usage, 'usage')['total_tokens'], 'total_tokens');
  else assert.ok((usage ?? null) === null, 'usage comes before the last chunk');
}

function checkChoice(choice: Members, finished: Set<number>): void {
  const index = count(choice['index'], 'index');
  assert.ok(!finished.has(index), 'a choice goes on behind its end');
  const { content = '', tool_calls: calls } = object(choice['delta'], 'delta');
  if (typeof content !== 'string') objects(content, 'content').forEach((part) => assert.ok(['text', 'thinking'].includes(String(part['type']))));
  for (const call of objects(calls ?? [], 'tool_calls')) {
    word(call['id'], 'id');
    const called = object(call['function'] ?? call['custom'], 'function');
    word(called['name'], 'name');
    if ('function' in call) assertArguments(text(called['arguments'], 'arguments'));
  }
  if ((choice['finish_reason'] ?? null) === null) return;
  assert.ok(['stop', 'length', 'tool_calls', 'error', 'model_length', 'content_filter'].includes(String(choice['finish_reason'])));
  finished.add(index);
}
