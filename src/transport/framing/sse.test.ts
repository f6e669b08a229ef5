import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeSse, sseDecoder } from './sse.ts';

function decode(pieces: readonly Buffer[]): unknown[] {
  const decoder = sseDecoder();
  return [...pieces.flatMap((piece) => decoder.push(piece)), ...decoder.end()];
}

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

describe('server-sent events', () => {
  const value = fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null)), {
    noNullPrototype: true,
  });

  it('come out as they went in, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 20 }), (events, places) => {
        const bytes = Buffer.from(events.map((event) => encodeSse(event, false)).join(''));
        assert.deepEqual(decode(cut(bytes, places)), events);
      }),
    );
  });

  it('are read with every line ending, with comments, several data lines and without the last blank line', () => {
    for (const eol of ['\n', '\r\n', '\r']) {
      const text = [': keep-alive', 'data: {"a":', 'data: 1}', '', 'id: 7', 'data:{"b":2}', '', 'data: [DONE]'].join(eol);
      assert.deepEqual(decode([Buffer.from(text)]), [{ a: 1 }, { b: 2 }, '[DONE]']);
    }
  });

  it('are read from behind a byte order mark, wherever the bytes are cut', () => {
    const bytes = Buffer.from('\ufeffdata: {"a":"\ufeff"}\n\ndata: {"b":2}\n\n');
    for (let place = 0; place <= bytes.length; place++) assert.deepEqual(decode(cut(bytes, [place])), [{ a: '\ufeff' }, { b: 2 }]);
  });

  it('give an event its name where the data has no type, and take the first of a list', () => {
    assert.deepEqual(decode([Buffer.from('event: ping\ndata: {}\n\nevent: x\ndata: {"type":"y"}\n\ndata: [{"error":1}]\n\n')]), [
      { type: 'ping' },
      { type: 'y' },
      { error: 1 },
    ]);
  });

  it('count what is no JSON and go on', () => {
    const decoder = sseDecoder();
    assert.deepEqual(decoder.push(Buffer.from('data: {"a":\n\ndata: 7\n\ndata: {"b":1}\n\n')), [{ b: 1 }]);
    assert.equal(decoder.malformed(), 2);
  });

  it('carry their type as a name where the dialect wants that', () => {
    assert.equal(encodeSse({ type: 'message_stop' }, true), 'event: message_stop\ndata: {"type":"message_stop"}\n\n');
    assert.equal(encodeSse('[DONE]', true), 'data: [DONE]\n\n');
  });
});
