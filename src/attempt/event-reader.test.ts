import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ANY_ANSWER } from '../dialects/contract/any-answer.ts';
import type { Dialect, WireEvent } from '../dialects/dialect.ts';
import { CHAT_DIALECTS } from '../dialects/index.ts';
import type { ChatEvent } from '../ir/events.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import { eventReader } from './event-reader.ts';

const CONTEXT = { id: 'abc', created: 1_700_000_000, model: 'm', strict: false, includeUsage: true };

const pieces = (type: 'text' | 'reasoning', block: number): fc.Arbitrary<readonly ChatEvent[]> =>
  fc
    .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('m', 'abc', 'text', '"', '\\', '"}', ' a ')), { minLength: 3, maxLength: 12 })
    .map((texts) => texts.map((text) => ({ type, choice: 0, block, text })));

/** Answers with long runs of texts in between of whatever else there may be. */
const answers = fc
  .tuple(ANY_ANSWER, pieces('reasoning', 0), pieces('text', 1), pieces('text', 1))
  .map(([any, thoughts, text, more]) => [...any.filter(({ type }) => type === 'start'), ...thoughts, ...text, ...any, ...more]);

function encoded({ stream, framing, namedEvents }: Dialect, events: readonly ChatEvent[]): Buffer {
  const encoder = stream.encoder(CONTEXT);
  const wires = [...events.flatMap((event) => encoder.push(event)), ...encoder.end()];
  return Buffer.concat(wires.map((wire) => Buffer.from(FRAMINGS[framing].encode(wire, namedEvents) as string)));
}

function decodedOneByOne({ stream, framing }: Dialect, bytes: Buffer): readonly ChatEvent[] {
  const frames = FRAMINGS[framing].decoder();
  const decoder = stream.decoder();
  const wires: readonly WireEvent[] = [...frames.push(bytes), ...frames.end()];
  return [...wires.flatMap((wire) => decoder.push(wire)), ...decoder.end()];
}

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const edges = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}

describe('the events of a stream', () => {
  for (const { dialect } of CHAT_DIALECTS) {
    it(`are those that each event means that its decoder is shown: ${dialect.id}`, () => {
      fc.assert(
        fc.property(answers, fc.array(fc.nat(), { maxLength: 6 }), (events, places) => {
          const bytes = encoded(dialect, events);
          let parsed = 0;
          const reader = eventReader(dialect, dialect.framing, () => (parsed += 1));
          const read = [...cut(bytes, places).flatMap((chunk) => reader.push(chunk)), ...reader.end()];
          assert.deepEqual(read, decodedOneByOne(dialect, bytes));
          assert.equal(parsed > 0, bytes.length > 0);
        }),
      );
    });
  }
});
