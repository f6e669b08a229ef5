import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FRAMINGS } from './framings.ts';
import { Splitter } from './splitter.ts';

const event = (text: string, framing: keyof typeof FRAMINGS): Buffer => Buffer.from(FRAMINGS[framing].encode({ type: 'e', text }, true) as string);

describe('a stream that is cut behind whole events', () => {
  for (const framing of ['sse', 'aws-eventstream'] as const) {
    it(`loses and changes nothing, and gives whole events only, wherever its bytes are cut (${framing})`, () => {
      const texts = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(texts, fc.array(fc.nat(), { maxLength: 30 }), (words, places) => {
          const bytes = Buffer.concat(words.map((word) => event(word, framing)));
          const edges = [...new Set([0, ...places.map((place) => place % bytes.length), bytes.length])].sort((a, b) => a - b);
          const splitter = new Splitter(FRAMINGS[framing]);
          const given = edges.slice(1).map((edge, i) => splitter.push(bytes.subarray(edges[i], edge)));
          for (const part of given) assert.equal(FRAMINGS[framing].boundary(part), part.length);
          assert.deepEqual(Buffer.concat(given), bytes);
          assert.equal(splitter.rest().length, 0);
        }),
      );
    });
  }

  it('gives the beginning of the last event where its end never came', () => {
    const splitter = new Splitter(FRAMINGS.sse);
    assert.equal(splitter.push(Buffer.from('data: 1\n\ndata:')).toString(), 'data: 1\n\n');
    assert.equal(splitter.push(Buffer.from(' 2\n')).toString(), '');
    assert.equal(splitter.rest().toString(), 'data: 2\n');
  });

  it('does not take a line of one character for a blank one', () => {
    const splitter = new Splitter(FRAMINGS.sse);
    assert.equal(splitter.push(Buffer.from('data: 1\n:\n')).toString(), '');
    assert.equal(splitter.push(Buffer.from('\r\n')).toString(), 'data: 1\n:\n\r\n');
  });

  it('knows every blank line', () => {
    for (const end of ['\n\n', '\r\n\r\n', '\n\r\n', '\r\n\n']) {
      const splitter = new Splitter(FRAMINGS.sse);
      assert.equal(splitter.push(Buffer.from(`data: 1${end}`)).length, 7 + end.length, JSON.stringify(end));
      for (const byte of `data: 1${end.slice(0, -1)}`) assert.equal(splitter.push(Buffer.from(byte)).length, 0, JSON.stringify(end));
      assert.equal(splitter.push(Buffer.from('\n')).length, 7 + end.length, JSON.stringify(end));
    }
  });

  it('ends with an event that is too large, of which nothing is kept', () => {
    const splitter = new Splitter(FRAMINGS.sse, 100);
    splitter.push(Buffer.from('data: '));
    splitter.push(Buffer.alloc(95, 'x'));
    assert.equal(splitter.rest().length, 0);
    assert.equal(splitter.push(Buffer.from('\n\ndata: 1\n\n')).length, 0);
  });
});
