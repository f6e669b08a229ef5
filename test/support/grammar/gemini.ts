import assert from 'node:assert/strict';
import { count, object, objects, text, word, type Members } from './look.ts';
import { assertUnnamed, readSse } from './sse.ts';
import type { Ending } from './ending.ts';

const PARTS = ['text', 'functionCall', 'inlineData'];

/** https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent, with `alt=sse`. */
export function check(bytes: Buffer, ending: Ending): void {
  const stream = readSse(bytes);
  assertUnnamed(stream);
  assert.ok(!stream.isDone, 'the stream ends with a word of another dialect');
  const wires = stream.events.map(({ data }) => data);
  const chunks = ending === 'error' ? wires.slice(0, -1) : wires;
  if (ending === 'error') checkError(object(wires.at(-1)?.['error'], 'error'));
  for (const name of ['modelVersion', 'responseId']) {
    assert.ok(new Set(chunks.map((chunk) => word(chunk[name], name))).size <= 1, `${name} changes`);
  }
  const usage = chunks.at(-1)?.['usageMetadata'];
  if (ending !== 'error' || usage !== undefined) checkUsage(object(usage, 'usageMetadata'));
  // A stream that breaks tells what was used, where that is known by then, without a candidate.
  const finished = finishedIn(ending === 'error' && usage !== undefined ? chunks.slice(0, -1) : chunks);
  assert.equal(finished > 0, ending !== 'error', 'a broken stream finishes, or a whole one does not');
}

/** How many candidates finish. */
function finishedIn(chunks: readonly Members[]): number {
  const finished = new Set<number>();
  for (const chunk of chunks) for (const candidate of objects(chunk['candidates'], 'candidates')) checkCandidate(candidate, finished);
  return finished.size;
}

function checkError({ code, message, status }: Members): void {
  count(code, 'code');
  word(message, 'message');
  assert.match(word(status, 'status'), /^[A-Z_]+$/);
}

function checkCandidate(candidate: Members, finished: Set<number>): void {
  const index = count(candidate['index'] ?? 0, 'index');
  assert.ok(!finished.has(index), 'a candidate goes on behind its end');
  const { role, parts } = object(candidate['content'], 'content');
  assert.equal(role, 'model');
  for (const part of objects(parts, 'parts')) checkPart(part);
  if (candidate['finishReason'] === undefined) return;
  assert.match(word(candidate['finishReason'], 'finishReason'), /^[A-Z_]+$/);
  finished.add(index);
}

/** A part is one thing, and a call of a function comes whole. */
function checkPart(part: Members): void {
  assert.equal(PARTS.filter((name) => name in part).length, 1, `not one thing: ${JSON.stringify(part)}`);
  if ('text' in part) text(part['text'], 'text');
  if ('functionCall' in part) {
    const { name, args } = object(part['functionCall'], 'functionCall');
    word(name, 'name');
    object(args, 'args');
  }
}

function checkUsage({
  promptTokenCount: prompt,
  candidatesTokenCount: candidates = 0,
  thoughtsTokenCount: thoughts = 0,
  totalTokenCount: total,
}: Members): void {
  assert.equal(count(total, 'total'), count(prompt, 'prompt') + count(candidates, 'candidates') + count(thoughts, 'thoughts'));
}
