import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aReply } from '../../test/support/calls.ts';
import { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { Flow } from '../ir/flow.ts';
import type { EventBatch, Reply } from '../pipeline/step.ts';
import { recoverable } from './recover.ts';

const text = (piece: string, block = 0): ChatEvent => ({ type: 'text', choice: 0, block, text: piece });
const start: ChatEvent = { type: 'start', id: 'x' };
const finish: ChatEvent = { type: 'finish', choice: 0, reason: 'stop' };
const call: ChatEvent = { type: 'tool_call', choice: 0, block: 1, id: 'c', name: 'f', arguments: '' };
const thought: ChatEvent = { type: 'reasoning', choice: 0, block: 0, text: 'hm' };
const broken = new GatewayError('stream_truncated', 'broken');

/** A flow that delivers events one by one and then ends, or breaks. */
function flowOf(events: readonly ChatEvent[], error?: GatewayError): Flow<EventBatch> {
  return {
    start: (sink) => {
      for (const event of events) sink.write({ events: [event] });
      if (error === undefined) sink.end();
      else sink.fail(error);
    },
    resume: () => {},
    cancel: () => {},
  };
}

const streamed = (flow: Flow<EventBatch>): Reply => ({ ...aReply('x'), body: { kind: 'events', flow } });

/** What a client gets of a stream that breaks after some events, with another answer standing by. */
async function received(
  first: readonly ChatEvent[],
  second: readonly ChatEvent[] | Error,
  goesOnFrom?: string,
): Promise<{ events: ChatEvent[]; error: GatewayError | undefined }> {
  const events: ChatEvent[] = [];
  const next = async (): Promise<Reply> => {
    if (second instanceof Error) throw second;
    return { ...streamed(flowOf(second)), goesOnFrom };
  };
  const error = await new Promise<GatewayError | undefined>((resolve) =>
    recoverable(flowOf(first, broken), next).start({
      write: (batch) => (events.push(...batch.events), true),
      end: () => resolve(undefined),
      fail: resolve,
    }),
  );
  return { events, error };
}

const said = (events: readonly ChatEvent[]): string => events.map((event) => (event.type === 'text' ? event.text : '')).join('');

describe('a stream that breaks', () => {
  it('is not whole while one of several choices is not', async () => {
    const second: ChatEvent = { type: 'text', choice: 1, block: 0, text: 'Bon' };
    const { error } = await received([start, text('Hello'), second, finish], [start, text('Hello'), finish]);
    assert.equal(error, broken);
    const { error: none } = await received([start, text('Hello'), second, finish, { ...finish, choice: 1 }], new Error('nobody asks'));
    assert.equal(none, undefined);
  });

  it('is gone on from by an answer that does not say again what was delivered, in the block that was open', async () => {
    const { events, error } = await received([start, text('Hello wo')], [start, text('rld'), text('!'), finish], 'Hello wo');
    assert.equal(error, undefined);
    const heard = events.map((event) => ('text' in event ? [event.block, event.text] : event.type));
    assert.deepEqual(heard, ['start', [0, 'Hello wo'], [0, 'rld'], [0, '!'], 'finish']);
  });

  it('is taken for what it is where it says all again, though it was asked to go on', async () => {
    for (const pieces of [['Hello world'], ['Hel', 'lo wo', 'rld'], 'Hello world'.split('')]) {
      const { events, error } = await received([start, text('Hello wo')], [start, ...pieces.map((piece) => text(piece)), finish], 'Hello wo');
      assert.equal(error, undefined);
      assert.equal(said(events), 'Hello world');
      assert.equal(events.at(-1), finish);
    }
    const { events } = await received([start, text('to be or not ')], [start, text('to'), text(' be'), finish], 'to be or not');
    assert.equal(said(events), 'to be or not to be');
  });

  it('has its white space once where the answer that goes on says it again, or does not', async () => {
    for (const pieces of [['world'], [' world'], [' ', 'world'], ['  world'], [' ', ' ', 'world']]) {
      const { events } = await received([start, text('Hello  ')], [start, ...pieces.map((piece) => text(piece)), finish], 'Hello');
      assert.equal(said(events), 'Hello  world');
    }
  });

  it('is whole for the client, wherever it breaks and however the other answer is cut, when both say the same', async () => {
    const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(), fc.nat({ max: 6 }), async (words, cut, size) => {
        const whole = words.join('');
        const first = [start, ...words.slice(0, cut % (words.length + 1)).map((word) => text(word))];
        const again = size === 0 ? [whole] : (whole.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? []);
        const { events, error } = await received(first, [start, ...again.map((word) => text(word)), finish]);
        assert.equal(error, undefined);
        assert.equal(said(events), whole);
        assert.deepEqual(events.filter(({ type }) => type === 'start').length, 1);
        assert.equal(events.at(-1)?.type, 'finish');
      }),
    );
  });

  it('ends with its error when the other answer differs, is shorter, fails, or begins with something else', async () => {
    const first = [start, text('Hello wor')];
    for (const second of [[text('Hello World'), finish], [text('Hello'), finish], [call, finish], new Error('down')]) {
      const { events, error } = await received(first, second);
      assert.equal(error, broken);
      assert.equal(said(events), 'Hello wor');
      assert.ok(!events.some(({ type }) => type === 'finish'));
    }
  });

  it('is never taken up in the middle of tool calls or of several choices', async () => {
    for (const first of [[call], [text('a'), call], [{ ...text('b'), choice: 1 } as ChatEvent]]) {
      assert.equal((await received(first, [...first, finish])).error, broken);
    }
  });

  it('is not taken up when it was too long to be kept', async () => {
    const half = text('x'.repeat(128 * 1024));
    assert.equal((await received([start, half, half], [half, half, text('y'), finish])).error, undefined);
    assert.equal((await received([start, half, half, text('y')], [half, half, text('y'), finish])).error, broken);
  });

  it('keeps one train of thought: the second answer’s is left out', async () => {
    const { events, error } = await received([start, thought], [start, { ...thought, text: 'other' }, text('Hi', 2), call, finish]);
    assert.equal(error, undefined);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['start', 'reasoning', 'text', 'tool_call', 'finish'],
    );
    assert.deepEqual(new Set(events.flatMap((event) => ('block' in event ? [event.block] : []))).size, 3);
  });

  it('goes on in the block where it stopped', async () => {
    const { events } = await received([start, text('Hel', 4)], [start, text('Hel', 0), text('lo', 0), text('!', 2), finish]);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'text' ? [[event.block, event.text]] : [])),
      [
        [4, 'Hel'],
        [4, 'lo'],
        [7, '!'],
      ],
    );
  });

  it('is only closed when it broke after its end', async () => {
    const { events, error } = await received([start, text('Hi'), finish], new Error('must not be asked'));
    assert.equal(error, undefined);
    assert.equal(said(events), 'Hi');
  });
});
