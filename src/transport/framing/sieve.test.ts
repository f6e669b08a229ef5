import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sseSieve } from './sieve.ts';

const GOOD = [
  'data: {"id":"chatcmpl-1","choices":[{"delta":{"content":"Hel"}}]}\n\n',
  'data: {"id":"chatcmpl-1","choices":[{"delta":{"content":"lo }\\n"}}]}\n\n',
  'event: ping\ndata: {"type":"ping"}\n\n',
  'event: message_stop\r\ndata: {"type":"message_stop"}\r\n\r\n',
  'data: {\ndata: "spread": "over lines"\ndata: }\n\n',
  ': a comment\n\n',
  'data:[{"error":{}}]\n\n',
  'data: [DONE]\n\n',
];
const BAD = [
  'data: {"id":"chatcmpl-1","choices":[{"del\n\n',
  'data: {internal server error}\n\n',
  'event: ping\ndata: {"type":\n\n',
  'data: upstream timed out\r\n\r\n',
  'data: 5\n\n',
];
const isGood = (event: string): boolean => GOOD.includes(event);

describe('a sieve of server-sent events', () => {
  it('drops the events that no client could read, and not a byte of the others', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom(...GOOD, ...BAD), { minLength: 1 })), (chunks) => {
        const sieve = sseSieve();
        const kept = chunks.map((events) => sieve.sift(Buffer.from(events.join(''))).toString());
        assert.deepEqual(
          kept,
          chunks.map((events) => events.filter(isGood).join('')),
        );
        assert.equal(sieve.malformed, chunks.flat().filter((event) => !isGood(event)).length);
      }),
    );
  });

  it('leaves events alone that end with carriage returns only, which it does not tell apart', () => {
    const bytes = GOOD.join('').replaceAll(/\r?\n/g, '\r');
    assert.equal(
      sseSieve()
        .sift(Buffer.from(`${bytes}\n\n`))
        .toString(),
      `${bytes}\n\n`,
    );
  });

  it('gives bytes in which nothing is to be dropped back as they are', () => {
    const bytes = Buffer.from(GOOD.join(''));
    assert.equal(sseSieve().sift(bytes), bytes);
  });
});
