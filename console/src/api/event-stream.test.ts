import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMENT, EventCutter, eventsOf } from './event-stream.ts';

const STREAM = 'event: call\r\ndata: {"a":1}\r\n\r\n: x-sluice-cost 0.5\n\ndata: one\ndata: two\n\ndata: last';

test('events are the same wherever the stream is cut', () => {
  const whole = new EventCutter();
  const expected = [...whole.push(STREAM), ...whole.end()];
  assert.deepEqual(expected, [
    { event: 'call', data: '{"a":1}' },
    { event: COMMENT, data: 'x-sluice-cost 0.5' },
    { event: 'message', data: 'one\ntwo' },
    { event: 'message', data: 'last' },
  ]);
  for (let at = 1; at < STREAM.length; at++) {
    const cutter = new EventCutter();
    assert.deepEqual([...cutter.push(STREAM.slice(0, at)), ...cutter.push(STREAM.slice(at)), ...cutter.end()], expected, `cut at ${at}`);
  }
});

test('letters of several bytes survive being cut in the middle', async () => {
  const bytes = new TextEncoder().encode('data: Straße 🌊\n\n');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const events = [];
  for await (const event of eventsOf(body)) events.push(event.data);
  assert.deepEqual(events, ['Straße 🌊']);
});
