import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ANY_ANSWER } from '../../src/dialects/contract/any-answer.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import type { ChatEvent } from '../../src/ir/events.ts';
import type { Ending } from '../support/grammar/ending.ts';
import { grammarOf, type Check } from '../support/grammar/index.ts';
import { CONVERSING } from '../support/journeys.ts';
import { writeStream } from '../support/wire.ts';

const BREAK: ChatEvent = {
  type: 'error',
  error: { status: 502, message: 'The provider broke off.', type: 'upstream_error', code: 'stream_truncated' },
};

describe('the grammar of streams', () => {
  for (const dialect of CONVERSING) {
    it(`is kept in ${dialect.id}, whatever the answer`, () => {
      fc.assert(
        fc.property(ANY_ANSWER, (events) => grammarOf(dialect)(writeStream(dialect, events), 'whole')),
        { numRuns: 300, includeErrorInReport: true },
      );
    });

    it(`is kept in ${dialect.id} where an answer breaks off`, () => {
      fc.assert(
        fc.property(ANY_ANSWER, fc.nat({ max: 30 }), (events, length) => {
          const content = events.filter(({ type }) => type !== 'finish' && type !== 'usage').slice(0, 2 + length);
          grammarOf(dialect)(writeStream(dialect, [...content, BREAK]), 'error');
        }),
        { numRuns: 100, includeErrorInReport: true },
      );
    });
  }
});

describe('the grammars themselves', () => {
  const events: ChatEvent[] = [
    { type: 'start', id: 'up-1', model: 'up-model', created: 1 },
    { type: 'reasoning', choice: 0, block: 0, text: 'Hm.' },
    { type: 'text', choice: 0, block: 1, text: 'I will look.' },
    { type: 'tool_call', choice: 0, block: 2, id: 'call_1', name: 'f', arguments: '{"a":1}' },
    { type: 'tool_call', choice: 0, block: 3, id: 'call_2', name: 'g', arguments: '{}' },
    { type: 'finish', choice: 0, reason: 'tool_calls' },
    { type: 'usage', usage: { input: 3, output: 4, reasoning: 1 } },
  ];

  /** The messages of a stream as pieces of its bytes. */
  function messagesOf(dialect: Dialect, bytes: Buffer): Buffer[] {
    if (dialect.framing === 'sse')
      return bytes
        .toString('utf8')
        .split(/(?<=\n\n)/)
        .map((block) => Buffer.from(block));
    const messages: Buffer[] = [];
    for (let rest = bytes; rest.length > 0; rest = rest.subarray(rest.readUInt32BE(0))) messages.push(rest.subarray(0, rest.readUInt32BE(0)));
    return messages;
  }

  function holds(check: Check, bytes: Buffer, ending: Ending = 'whole'): boolean {
    try {
      check(bytes, ending);
      return true;
    } catch {
      return false;
    }
  }

  for (const dialect of CONVERSING) {
    it(`of ${dialect.id} finds what is missing, repeated or exchanged`, () => {
      const check = grammarOf(dialect);
      const messages = messagesOf(dialect, writeStream(dialect, events));
      assert.ok(holds(check, Buffer.concat(messages)));
      assert.ok(!holds(check, Buffer.concat(messages), 'error'));
      const isFound = (changed: readonly Buffer[]): boolean => !holds(check, Buffer.concat(changed));
      const missing = messages.filter((_, index) => isFound(messages.toSpliced(index, 1)));
      const repeated = messages.filter((message, index) => isFound(messages.toSpliced(index, 0, message)));
      const shuffled = messages.filter((message, index) => isFound(messages.toSpliced(index, 1).toSpliced(index + 1, 0, message)));
      // Some events may be missing or come twice without harm: a piece of a text, a call, or a whole message of Gemini's.
      const counts = [missing, repeated, shuffled].map((found) => found.length);
      assert.ok(
        counts.every((found) => found > 0),
        `found ${counts.join()} of ${messages.length}`,
      );
      assert.ok(isFound(messages.slice(0, -1)), 'the end is not missed');
    });
  }
});
