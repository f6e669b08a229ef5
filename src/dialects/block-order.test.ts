import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockOrder, type BlockEvent, type BlockStep } from './block-order.ts';

const text = (block: number, value: string): BlockEvent => ({ type: 'text', choice: 0, block, text: value });
const call = (block: number, args = '', custom?: boolean): BlockEvent => ({
  type: 'tool_call',
  choice: 0,
  block,
  id: `call_${block}`,
  name: 'lookup',
  arguments: args,
  custom,
});
const args = (block: number, value: string): BlockEvent => ({ type: 'tool_arguments', choice: 0, block, text: value });

/** Steps in short: `open 0 call`, `delta 0 {}`, `close 0`. */
function short(steps: readonly BlockStep[]): string[] {
  return steps.map(({ type, index, event }) => {
    if (type === 'close') return `close ${index}`;
    return `${type} ${index} ${event.type === 'tool_call' ? `call${event.block}${event.arguments}` : 'text' in event ? event.text : event.type}`;
  });
}

function run(events: readonly BlockEvent[]): string[] {
  const order = new BlockOrder();
  return short([...events.flatMap((event) => order.push(event)), ...order.end()]);
}

test('blocks that follow each other are written as they come', () => {
  const order = new BlockOrder();
  assert.deepEqual(short(order.push(text(0, 'a'))), ['open 0 a']);
  assert.deepEqual(short(order.push(text(0, 'b'))), ['delta 0 b']);
  assert.deepEqual(short(order.push(call(1))), ['close 0', 'open 1 call1']);
  assert.deepEqual(short(order.push(args(1, '{}'))), ['delta 1 {}']);
  assert.deepEqual(short(order.end()), ['close 1']);
});

test('a text that goes on behind another block becomes a new block and loses nothing', () => {
  assert.deepEqual(run([text(0, 'a'), call(1, '{}'), text(0, 'b'), text(0, 'c')]), [
    'open 0 a',
    'close 0',
    'open 1 call1{}',
    'close 1',
    'open 2 b',
    'delta 2 c',
    'close 2',
  ]);
});

test('tool calls that are announced before any arguments arrive keep their arguments', () => {
  assert.deepEqual(run([call(0), call(1), args(0, '{"a":1}'), args(1, '{"b":2}')]), [
    'open 0 call0',
    'delta 0 {"a":1}',
    'close 0',
    'open 1 call1',
    'delta 1 {"b":2}',
    'close 1',
  ]);
});

test('interleaved arguments are held back until the call before them is whole', () => {
  const order = new BlockOrder();
  const begun = [call(0), args(0, '{"a":"}'), call(1), args(1, '{"b"'), call(2), args(2, '{}')].flatMap((event) => order.push(event));
  assert.deepEqual(short(begun), ['open 0 call0', 'delta 0 {"a":"}']);
  assert.deepEqual(short(order.push(args(0, '\\""}'))), ['delta 0 \\""}', 'close 0', 'open 1 call1', 'delta 1 {"b"']);
  assert.deepEqual(short(order.push(args(1, ':[]}'))), ['delta 1 :[]}', 'close 1', 'open 2 call2', 'delta 2 {}']);
  assert.deepEqual(short(order.end()), ['close 2']);
});

test('a call that never gets arguments lets the others follow at the end', () => {
  assert.deepEqual(run([call(0), text(1, 'a'), text(1, 'b')]), ['open 0 call0', 'close 0', 'open 1 a', 'delta 1 b', 'close 1']);
});

test('the free text of a custom tool call is not taken for finished because another call begins', () => {
  assert.deepEqual(run([call(0, 'ls {}', true), call(1, '{}'), args(0, ' -l')]), [
    'open 0 call0ls {}',
    'delta 0  -l',
    'close 0',
    'open 1 call1{}',
    'close 1',
  ]);
});
