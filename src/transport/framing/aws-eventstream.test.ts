import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { encodeMessage, MessageDecoder, type EventStreamMessage } from './aws-eventstream.ts';

const oracle = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

const HEADERS = fc.dictionary(fc.stringMatching(/^[:a-z-]{1,20}$/), fc.string({ unit: 'grapheme', maxLength: 30 }), { maxKeys: 5 });
const MESSAGE = fc.record({ headers: HEADERS, payload: fc.uint8Array({ maxLength: 200 }) });
const CUTS = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let rest = bytes;
  for (const cut of cuts) {
    chunks.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  return [...chunks, rest];
}

function decodeAll(chunks: readonly Buffer[], limit?: number): { messages: EventStreamMessage[]; error: string | undefined } {
  const decoder = new MessageDecoder(limit);
  const messages = chunks.flatMap((chunk) => decoder.push(chunk));
  return { messages, error: decoder.error };
}

function readable({ headers, payload }: EventStreamMessage): unknown {
  return { headers: Object.fromEntries(headers), payload: [...payload] };
}

describe('AWS event stream messages', () => {
  it('come back as they were encoded, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(MESSAGE, { maxLength: 4 }), CUTS, (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(({ headers, payload }) => encodeMessage(headers, payload)));
        const { messages: decoded, error } = decodeAll(pieces(bytes, cuts));
        assert.equal(error, undefined);
        assert.deepEqual(
          decoded.map(readable),
          messages.map(({ headers, payload }) => ({ headers: { ...headers }, payload: [...payload] })),
        );
      }),
    );
  });

  it('are byte for byte what the AWS SDK writes', () => {
    fc.assert(
      fc.property(MESSAGE, ({ headers, payload }) => {
        const typed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]));
        assert.deepEqual(encodeMessage(headers, payload), Buffer.from(oracle.encode({ headers: typed, body: payload })));
      }),
    );
  });

  it('carry headers of every type that the AWS SDK writes', () => {
    const bytes = oracle.encode({
      headers: {
        yes: { type: 'boolean', value: true },
        no: { type: 'boolean', value: false },
        byte: { type: 'byte', value: -3 },
        short: { type: 'short', value: -300 },
        integer: { type: 'integer', value: 70_000 },
        binary: { type: 'binary', value: Uint8Array.of(1, 2, 3) },
        text: { type: 'string', value: 'Zürich' },
        time: { type: 'timestamp', value: new Date(1_700_000_000_000) },
        uuid: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
      },
      body: Uint8Array.of(),
    });
    const [message] = decodeAll([Buffer.from(bytes)]).messages;
    assert.deepEqual(Object.fromEntries(message?.headers ?? []), {
      yes: true,
      no: false,
      byte: -3,
      short: -300,
      integer: 70_000,
      binary: Buffer.of(1, 2, 3),
      text: 'Zürich',
      time: new Date(1_700_000_000_000),
      uuid: '0123456789abcdef0123456789abcdef',
    });
  });

  it('are given up at the first damaged byte, and those before it are kept', () => {
    const message = encodeMessage({ ':event-type': 'a' }, '{"x":1}');
    fc.assert(
      fc.property(fc.nat({ max: message.length - 1 }), fc.integer({ min: 1, max: 255 }), CUTS, (at, change, cuts) => {
        const damaged = Buffer.from(message);
        damaged[at] = (damaged[at] as number) ^ change;
        const { messages, error } = decodeAll(pieces(Buffer.concat([message, damaged, message]), cuts));
        assert.equal(messages.length, 1);
        assert.match(error ?? '', /checksum/);
      }),
    );
  });

  it('are refused by their announced length, before their bytes have arrived', () => {
    const message = encodeMessage({}, 'x'.repeat(1000));
    assert.match(decodeAll([message.subarray(0, 12)], 500).error ?? '', /larger than 500/);
    assert.equal(decodeAll([message.subarray(0, 12)]).error, undefined);
  });

  it('whose headers make no sense are refused, even where the checksums are right', () => {
    const message = encodeMessage({ name: 'value' }, '');
    const nameLength = 12;
    const valueType = nameLength + 1 + 'name'.length;
    for (const [at, value] of [
      [nameLength, 200],
      [valueType, 42],
    ] as const) {
      const damaged = Buffer.from(message);
      damaged[at] = value;
      assert.match(decodeAll([withChecksums(damaged)]).error ?? '', /header/);
    }
  });

  it('that are cut off at the end are neither given nor called broken', () => {
    const message = encodeMessage({ a: 'b' }, 'payload');
    const decoder = new MessageDecoder();
    assert.deepEqual(decoder.push(message.subarray(0, -1)), []);
    assert.equal(decoder.error, undefined);
    assert.equal(decoder.pending, message.length - 1);
  });
});

function withChecksums(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}
