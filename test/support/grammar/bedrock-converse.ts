import assert from 'node:assert/strict';
import { readAws, type AwsEvent } from './aws.ts';
import { assertArguments, count, object, text, word } from './look.ts';
import type { Ending } from './ending.ts';

const STOP_REASONS: ReadonlySet<unknown> = new Set([
  'end_turn',
  'tool_use',
  'max_tokens',
  'stop_sequence',
  'guardrail_intervened',
  'content_filtered',
  'malformed_model_output',
  'malformed_tool_use',
  'model_context_window_exceeded',
]);

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export function check(bytes: Buffer, ending: Ending): void {
  const events = readAws(bytes);
  const [start, ...rest] = events;
  assert.deepEqual([start?.type, start?.payload['role']], ['messageStart', 'assistant']);
  if (ending === 'error') {
    const last = rest.at(-1) as AwsEvent;
    assert.ok(last.isException && last.type.endsWith('Exception'), 'a broken stream does not end with an exception');
    word(last.payload['message'], 'message');
    // What was used stands before it where that is known by then.
    const isTold = rest.at(-2)?.type === 'metadata';
    if (isTold) checkUsage(rest.at(-2) as AwsEvent);
    return checkBlocks(rest.slice(0, isTold ? -2 : -1), ending);
  }
  assert.ok(!events.some(({ isException }) => isException));
  const [stop, metadata] = rest.slice(-2) as [AwsEvent, AwsEvent];
  assert.equal(stop.type, 'messageStop');
  assert.ok(STOP_REASONS.has(word(stop.payload['stopReason'], 'stopReason')));
  assert.equal(metadata.type, 'metadata');
  checkUsage(metadata);
  checkBlocks(rest.slice(0, -2), ending);
}

function checkUsage({ payload }: AwsEvent): void {
  const usage = object(payload['usage'], 'usage');
  const tokens = ['inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens'].map((name) => count(usage[name] ?? 0, name));
  assert.equal(
    usage['totalTokens'],
    tokens.reduce((sum, value) => sum + value, 0),
  );
}

interface OpenBlock {
  readonly index: number;
  readonly kind: string;
  input: string;
}

/** Blocks are numbered from 0 and do not overlap. Only calls have a start. */
function checkBlocks(events: readonly AwsEvent[], ending: Ending): void {
  let open: OpenBlock | undefined;
  let next = 0;
  for (const { type, payload } of events) {
    const index = count(payload['contentBlockIndex'], 'contentBlockIndex');
    if (open === undefined) assert.equal(index, next++, 'blocks are not numbered in their order');
    else assert.equal(index, open.index, 'blocks overlap');
    if (type === 'contentBlockStart') {
      assert.equal(open, undefined, 'a block begins twice');
      open = { index, kind: startOf(payload['start']), input: '' };
    } else if (type === 'contentBlockDelta') {
      const delta = object(payload['delta'], 'delta');
      const [kind = '', ...others] = Object.keys(delta);
      assert.deepEqual(others, [], 'a delta is not one thing');
      const like = kind === 'citation' ? 'text' : kind;
      open ??= { index, kind: like, input: '' };
      assert.equal(like, open.kind, 'a block changes its kind');
      checkDelta(kind, delta[kind], open);
    } else {
      assert.equal(type, 'contentBlockStop');
      assert.ok(open !== undefined, 'a block ends that did not begin');
      assertArguments(open.input);
      open = undefined;
    }
  }
  assert.ok(open === undefined || ending === 'error', 'a block is not ended');
}

function startOf(start: unknown): string {
  const [kind = '', ...others] = Object.keys(object(start, 'start'));
  assert.deepEqual(others, []);
  const block = object(object(start, 'start')[kind], kind);
  if (kind === 'toolUse') {
    assert.match(word(block['toolUseId'], 'toolUseId'), /^[a-zA-Z0-9_-]{1,64}$/);
    word(block['name'], 'name');
  } else assert.equal(kind, 'image');
  return kind;
}

const REASONING: ReadonlySet<unknown> = new Set(['text', 'signature', 'redactedContent']);

function checkDelta(kind: string, value: unknown, open: OpenBlock): void {
  if (kind === 'text') text(value, 'text');
  else if (kind === 'toolUse') open.input += text(object(value, kind)['input'], 'input');
  else if (kind === 'reasoningContent') assert.ok(Object.keys(object(value, kind)).every((name) => REASONING.has(name)));
  else assert.ok(['citation', 'image'].includes(kind), `unknown delta ${kind}`);
}
