import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeEventStreamEvent, eventStreamDecoder } from './aws-events.ts';
import { encodeMessage } from './aws-eventstream.ts';

function decode(bytes: Buffer): unknown[] {
  const decoder = eventStreamDecoder();
  return [...decoder.push(bytes), ...decoder.end()];
}

describe('AWS event stream events', () => {
  it('are named by their headers and carry their payload', () => {
    const event = { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Zürich 🏔️' } } };
    assert.deepEqual(decode(encodeEventStreamEvent(event)), [event]);
  });

  it('have the headers that AWS sends', () => {
    const headers = { ':event-type': 'messageStart', ':content-type': 'application/json', ':message-type': 'event' };
    assert.deepEqual(encodeEventStreamEvent({ messageStart: { role: 'assistant' } }), encodeMessage(headers, '{"role":"assistant"}'));
  });

  it('are exceptions when their name says so', () => {
    const exception = { throttlingException: { message: 'Too many tokens.' } };
    const headers = { ':exception-type': 'throttlingException', ':content-type': 'application/json', ':message-type': 'exception' };
    assert.deepEqual(encodeEventStreamEvent(exception), encodeMessage(headers, '{"message":"Too many tokens."}'));
    assert.deepEqual(decode(encodeEventStreamEvent(exception)), [exception]);
  });

  it('are made of the headers alone when the framing itself reports an error', () => {
    const headers = { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'Try again.' };
    assert.deepEqual(decode(encodeMessage(headers, '')), [{ InternalFailure: { message: 'Try again.' } }]);
  });

  it('of InvokeModel are unwrapped from their chunks and wrapped again', () => {
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } };
    const chunk = encodeMessage(
      { ':event-type': 'chunk' },
      JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abc' }),
    );
    assert.deepEqual(decode(chunk), [event]);
    assert.deepEqual(decode(encodeEventStreamEvent(event)), [event]);
  });

  it('without a name or a readable payload are skipped and counted', () => {
    const decoder = eventStreamDecoder();
    const odd = [encodeMessage({}, '{}'), encodeMessage({ ':event-type': 'a' }, 'no JSON'), encodeMessage({ ':event-type': 'b' }, '[1]')];
    assert.deepEqual(decoder.push(Buffer.concat([...odd, encodeMessage({ ':event-type': 'c' }, '')])), [{ c: {} }]);
    assert.equal(decoder.malformed(), 3);
  });

  it('end with one exception where the framing is broken', () => {
    const decoder = eventStreamDecoder();
    const good = encodeEventStreamEvent({ messageStart: { role: 'assistant' } });
    const [first, second] = decoder.push(Buffer.concat([good, Buffer.from('<html>Bad gateway</html>')]));
    assert.deepEqual(first, { messageStart: { role: 'assistant' } });
    assert.deepEqual(Object.keys(second ?? {}), ['framingException']);
    assert.deepEqual(decoder.push(good), []);
  });

  it('count a message that was cut off', () => {
    const decoder = eventStreamDecoder();
    decoder.push(encodeEventStreamEvent({ messageStop: {} }).subarray(0, -3));
    assert.deepEqual(decoder.end(), []);
    assert.equal(decoder.malformed(), 1);
  });
});
