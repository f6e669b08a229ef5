import assert from 'node:assert/strict';
import { assertArguments, count, object, text, word, type Members } from './look.ts';
import { assertNamedByType, readSse } from './sse.ts';
import type { Ending } from './ending.ts';

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export function check(bytes: Buffer, ending: Ending): void {
  const stream = readSse(bytes);
  assertNamedByType(stream);
  assert.ok(!stream.isDone, 'the stream ends with a word of another dialect');
  const events = stream.events.map(({ data }) => data);
  events.forEach((event, index) => assert.equal(event['sequence_number'], index, 'events are not numbered one by one'));
  const [created, progress, ...rest] = events as [Members, Members, ...Members[]];
  assert.deepEqual([created['type'], progress['type']], ['response.created', 'response.in_progress']);
  const responses = [created, progress, ...rest.slice(-1)].flatMap(({ response }) => (response === undefined ? [] : [object(response, 'response')]));
  assert.equal(new Set(responses.map(({ id }) => word(id, 'id'))).size, 1, 'the response changes its id');
  if (ending === 'error') return checkBreak(rest);
  const { type, response: value } = rest.pop() as Members;
  const response = object(value, 'response');
  assert.ok(['completed', 'incomplete'].includes(String(response['status'])), 'a whole answer is not completed');
  assert.equal(type, `response.${String(response['status'])}`);
  assert.deepEqual(response['output'], checkItems(rest, ending), 'the last event does not hold all items as they were');
  checkUsage(object(response['usage'], 'usage'));
}

/** An error ends the stream, by itself or told by the response that failed of it. */
function checkBreak(events: Members[]): void {
  const last = events.at(-1);
  if (last?.['type'] === 'response.failed') {
    const { status, error } = object(last['response'], 'response');
    assert.equal(status, 'failed');
    word(object(error, 'response.error')['message'], 'response.error.message');
    events.pop();
  }
  const error = events.pop();
  assert.equal(error?.['type'], 'error');
  word(error['message'], 'message');
  checkItems(events, 'error');
}

function checkUsage(usage: Members): void {
  assert.equal(count(usage['total_tokens'], 'total'), count(usage['input_tokens'], 'input') + count(usage['output_tokens'], 'output'));
  object(usage['input_tokens_details'], 'input_tokens_details');
  object(usage['output_tokens_details'], 'output_tokens_details');
}

/** Items follow one another, numbered from 0; gives them as they were when they were done. */
function checkItems(events: readonly Members[], ending: Ending): readonly Members[] {
  const done: Members[] = [];
  let open: OpenItem | undefined;
  for (const event of events) {
    const index = count(event['output_index'], 'output_index');
    assert.equal(index, done.length, 'items overlap, or are not numbered in their order');
    if (event['type'] === 'response.output_item.added') {
      assert.equal(open, undefined, 'an item begins inside of another');
      open = new OpenItem(object(event['item'], 'item'));
    } else if (event['type'] === 'response.output_item.done') {
      assert.ok(open !== undefined, 'an item ends that did not begin');
      done.push(open.close(object(event['item'], 'item')));
      open = undefined;
    } else {
      assert.ok(open !== undefined, `${String(event['type'])} outside of any item`);
      open.take(event);
    }
  }
  assert.ok(open === undefined || ending === 'error', 'an item is not done');
  return done;
}

/** What is written piece by piece: the member that holds it, the events that bring it, and the list of the item that it becomes a part of. */
interface Kind {
  readonly member: string;
  readonly event: string;
  /** The events around it, and the number among them. */
  readonly part?: { readonly event: string; readonly index: string };
}

const SUMMARY: Kind = {
  member: 'text',
  event: 'response.reasoning_summary_text',
  part: { event: 'response.reasoning_summary_part', index: 'summary_index' },
};
const CONTENT = { event: 'response.content_part', index: 'content_index' };

/** Kinds of pieces by the type of their item. */
const KINDS: Readonly<Record<string, readonly Kind[]>> = {
  message: [
    { member: 'text', event: 'response.output_text', part: CONTENT },
    { member: 'refusal', event: 'response.refusal', part: CONTENT },
  ],
  reasoning: [SUMMARY],
  function_call: [{ member: 'arguments', event: 'response.function_call_arguments' }],
  custom_tool_call: [{ member: 'input', event: 'response.custom_tool_call_input' }],
  image_generation_call: [],
};

class OpenItem {
  readonly #id: string;
  readonly #type: string;
  readonly #kinds: readonly Kind[];
  #parts = 0;
  #isPartOpen = false;
  #written = '';

  constructor(item: Members) {
    this.#id = word(item['id'], 'item.id');
    this.#type = word(item['type'], 'item.type');
    const kinds = KINDS[this.#type];
    assert.ok(kinds !== undefined, `an item of type ${this.#type}`);
    this.#kinds = kinds;
    if ('call_id' in item) word(item['name'], 'item.name');
  }

  take(event: Members): void {
    const type = String(event['type']);
    assert.equal(event['item_id'], this.#id, `${type} is for another item than the open one`);
    if (type === 'response.output_text.annotation.added') return void object(event['annotation'], 'annotation');
    const [name, step] = [type.slice(0, type.lastIndexOf('.')), type.slice(type.lastIndexOf('.') + 1)];
    const kind = this.#kinds.find(({ event: own, part }) => own === name || part?.event === name);
    assert.ok(kind !== undefined, `${type} in an item of type ${this.#type}`);
    if (kind.part !== undefined) assert.equal(event[kind.part.index], this.#parts, 'parts are not numbered in their order');
    if (kind.part?.event === name) this.#bracket(event, step);
    else this.#write(event, step, kind);
  }

  /** A part opens, is written, and is done. */
  #bracket(event: Members, step: string): void {
    assert.equal(this.#isPartOpen, step === 'done', `a part is ${step} at the wrong time`);
    const part = object(event['part'], 'part');
    const said = text(part['text'] ?? part['refusal'], 'part');
    assert.equal(said, step === 'done' ? this.#written : '', 'a part does not hold what was written');
    this.#isPartOpen = step === 'added';
    this.#written = '';
    if (step === 'done') this.#parts += 1;
  }

  #write(event: Members, step: string, { member, part }: Kind): void {
    assert.equal(this.#isPartOpen, part !== undefined, 'something is written outside of its part');
    if (step === 'delta') this.#written += text(event['delta'], 'delta');
    else {
      assert.equal(step, 'done');
      assert.equal(event[member], this.#written, 'what is done is not what was written');
    }
  }

  /** The item as it is done: of the same id and type, and with what was written. */
  close(item: Members): Members {
    assert.deepEqual([item['id'], item['type']], [this.#id, this.#type], 'another item is done than began');
    assert.ok(!this.#isPartOpen, 'a part is not done');
    if (this.#type === 'function_call') assertArguments(text(item['arguments'], 'arguments'));
    if ('call_id' in item) assert.equal(item['arguments'] ?? item['input'], this.#written, 'the item does not hold what was written');
    if (this.#type === 'message') assert.equal((item['content'] as unknown[]).length, this.#parts);
    return item;
  }
}
