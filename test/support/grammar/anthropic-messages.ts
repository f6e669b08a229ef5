import assert from 'node:assert/strict';
import { assertArguments, count, object, text, word, type Members } from './look.ts';
import { assertNamedByType, readSse } from './sse.ts';
import type { Ending } from './ending.ts';

/** The deltas that a block of each type takes. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  redacted_thinking: [],
  tool_use: ['input_json_delta'],
};

const STOP_REASONS: ReadonlySet<unknown> = new Set([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
]);

/** https://platform.claude.com/docs/en/build-with-claude/streaming */
export function check(bytes: Buffer, ending: Ending): void {
  const stream = readSse(bytes);
  assert.ok(!stream.isDone, 'the stream ends with a word of another dialect');
  assertNamedByType(stream);
  const events = stream.events.map(({ data }) => data).filter(({ type }) => type !== 'ping');
  const last = ending === 'error' ? events.pop() : undefined;
  const [start, ...rest] = events;
  if (last !== undefined) {
    assert.equal(last['type'], 'error');
    word(object(last['error'], 'error')['message'], 'error.message');
    if (start === undefined) return;
  }
  checkStart(start as Members);
  if (ending === 'error') return checkBlocks(rest, ending);
  const [delta, stop] = rest.slice(-2) as [Members, Members];
  assert.equal(stop['type'], 'message_stop');
  checkEnd(delta);
  checkBlocks(rest.slice(0, -2), ending);
}

function checkStart({ type, message }: Members): void {
  assert.equal(type, 'message_start');
  const { id, model, role, content, stop_reason: reason, usage } = object(message, 'message');
  word(id, 'id');
  word(model, 'model');
  assert.deepEqual([role, content, reason], ['assistant', [], null]);
  count(object(usage, 'usage')['input_tokens'], 'input_tokens');
}

function checkEnd(event: Members): void {
  assert.equal(event['type'], 'message_delta');
  assert.ok(STOP_REASONS.has(word(object(event['delta'], 'delta')['stop_reason'], 'stop_reason')));
  count(object(event['usage'], 'usage')['output_tokens'], 'output_tokens');
}

interface OpenBlock {
  readonly index: number;
  readonly type: string;
  input: string;
}

/** Blocks are numbered from 0, and one ends before the next begins. */
function checkBlocks(events: readonly Members[], ending: Ending): void {
  let open: OpenBlock | undefined;
  let next = 0;
  for (const event of events) {
    if (event['type'] === 'content_block_start') {
      assert.equal(open, undefined, 'a block begins inside of another');
      assert.equal(event['index'], next, 'blocks are not numbered in their order');
      open = { index: next++, type: startOf(object(event['content_block'], 'content_block')), input: '' };
    } else if (event['type'] === 'content_block_delta') checkDelta(event, open);
    else {
      assert.deepEqual([event['type'], event['index']], ['content_block_stop', open?.index]);
      assertArguments(open?.input ?? '');
      open = undefined;
    }
  }
  assert.ok(open === undefined || ending === 'error', 'a block is not ended');
}

/** A block begins empty, and what it is about is all there. */
function startOf(block: Members): string {
  const type = word(block['type'], 'type');
  if (type === 'text') assert.equal(block['text'], '');
  else if (type === 'thinking') assert.equal(block['thinking'], '');
  else if (type === 'redacted_thinking') word(block['data'], 'data');
  else {
    assert.equal(type, 'tool_use');
    assert.match(word(block['id'], 'id'), /^[a-zA-Z0-9_-]+$/);
    word(block['name'], 'name');
    assert.deepEqual(block['input'], {});
  }
  return type;
}

function checkDelta(event: Members, open: OpenBlock | undefined): void {
  assert.ok(open !== undefined, 'a delta outside of any block');
  assert.equal(event['index'], open.index, 'a delta for another block than the open one');
  const delta = object(event['delta'], 'delta');
  const type = word(delta['type'], 'delta.type');
  assert.ok(DELTAS[open.type]?.includes(type), `${type} in a block of ${open.type}`);
  if (type === 'input_json_delta') open.input += text(delta['partial_json'], 'partial_json');
}
