import assert from 'node:assert/strict';
import { assertArguments, count, object, text, word, type Members } from './look.ts';
import { assertNamedByType, readSse } from './sse.ts';
import type { Ending } from './ending.ts';

const FINISH_REASONS: ReadonlySet<unknown> = new Set(['COMPLETE', 'STOP_SEQUENCE', 'MAX_TOKENS', 'TOOL_CALL', 'ERROR', 'ERROR_TOXIC', 'TIMEOUT']);

/** https://docs.cohere.com/v2/docs/streaming */
export function check(bytes: Buffer, ending: Ending): void {
  const stream = readSse(bytes);
  assertNamedByType(stream);
  assert.equal(stream.isDone, ending === 'whole', 'only a whole stream is done');
  const [start, ...rest] = stream.events.map(({ data }) => data);
  const last = rest.pop();
  assert.equal(start?.['type'], 'message-start');
  word(start['id'], 'id');
  assert.equal(messageIn(start)['role'], 'assistant');
  assert.equal(last?.['type'], 'message-end', 'the last event does not end the message');
  const { finish_reason: reason, usage, error } = object(last['delta'], 'delta');
  assert.ok(FINISH_REASONS.has(word(reason, 'finish_reason')));
  if (ending === 'error') word(error, 'error');
  else {
    const { input_tokens: input, output_tokens: output } = object(object(usage, 'usage')['tokens'], 'tokens');
    count(input, 'input_tokens');
    count(output, 'output_tokens');
  }
  new Blocks().check(rest, ending);
}

function messageIn(event: Members): Members {
  return object(object(event['delta'], 'delta')['message'], 'message');
}

/** Contents and calls each have a start, deltas and an end; each kind is numbered from 0, and no two of them overlap. */
class Blocks {
  #open: { readonly kind: string; readonly index: number; arguments: string } | undefined;
  #isCited = false;
  readonly #next: Record<string, number> = { content: 0, 'tool-call': 0 };

  check(events: readonly Members[], ending: Ending): void {
    for (const event of events) {
      const [, kind, step] = /^(content|tool-call|citation|tool-plan)-(start|delta|end)$/.exec(String(event['type'])) ?? [];
      assert.ok(kind !== undefined && step !== undefined, `unknown event ${String(event['type'])}`);
      if (kind === 'citation') this.#cite(event, step);
      else if (kind === 'tool-plan') text(messageIn(event)['tool_plan'], 'tool_plan');
      else this.#step(event, kind, step);
    }
    assert.ok(this.#open === undefined || ending === 'error', 'a block is not ended');
  }

  #step(event: Members, kind: string, step: string): void {
    const index = count(event['index'], 'index');
    if (step === 'start') {
      assert.equal(this.#open, undefined, 'a block begins inside of another');
      assert.equal(index, this.#next[kind], `${kind} is not numbered in its order`);
      this.#next[kind] = index + 1;
      this.#open = { kind, index, arguments: '' };
    }
    assert.deepEqual([this.#open?.kind, this.#open?.index], [kind, index], `${kind}-${step} without its start`);
    if (kind === 'tool-call') this.#checkCall(event, step);
    else if (step !== 'end') checkContent(object(messageIn(event)['content'], 'content'), step);
    if (step !== 'end') return;
    assertArguments(this.#open?.arguments ?? '');
    this.#open = undefined;
  }

  #checkCall(event: Members, step: string): void {
    if (step === 'end') return;
    const call = object(messageIn(event)['tool_calls'], 'tool_calls');
    const called = object(call['function'], 'function');
    if (step === 'start') {
      word(call['id'], 'id');
      word(called['name'], 'name');
      assert.equal(call['type'], 'function');
    }
    if (this.#open !== undefined) this.#open.arguments += text(called['arguments'], 'arguments');
  }

  #cite(event: Members, step: string): void {
    assert.equal(step === 'start', !this.#isCited, 'citations overlap');
    this.#isCited = step === 'start';
    if (step === 'start') object(messageIn(event)['citations'], 'citations');
  }
}

function checkContent(content: Members, step: string): void {
  if (step === 'start') assert.ok(['text', 'thinking'].includes(word(content['type'], 'content.type')));
  text(content['text'] ?? content['thinking'], 'content');
}
