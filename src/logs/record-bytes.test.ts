import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../ir/json.ts';
import { Packer, Unpacker } from './packing.ts';
import { readRecord, recordBytes } from './record-bytes.ts';
import type { BodyNote, LoggedAttempt, LoggedUsage, LogRecord } from './record.ts';

/** An arbitrary of every member there is: one that is new and forgotten is an error of types here. */
type Arbitraries<Type> = { readonly [Member in keyof Required<Type>]: fc.Arbitrary<Type[Member]> };

const wellFormed = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 10 }), fc.string({ unit: 'binary', minLength: 100, maxLength: 300 }))
  .map(String);
const text = wellFormed.map((value) => value.toWellFormed());
const number = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()).map((value) => value + 0);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined });
const texts = fc.dictionary(text, text).map((value) => ({ ...value }));

function records<Type>(members: Arbitraries<Type>): fc.Arbitrary<Type> {
  return fc.record(members) as fc.Arbitrary<Type>;
}

const note = maybe(records<BodyNote>({ kind: fc.constantFrom('bytes', 'events'), size: number, isCut: fc.boolean() }));
const attempt = records<LoggedAttempt>({
  target: text,
  provider: text,
  startedAt: number,
  ms: maybe(number),
  endMs: maybe(number),
  status: maybe(number),
  error: maybe(text),
  bytes: number,
  dropped: maybe(fc.array(text, { maxLength: 3 })),
});
const tokens = maybe(number);
const usage = records<LoggedUsage>({
  input: tokens,
  cacheRead: tokens,
  cacheWrite: tokens,
  cacheWriteHour: tokens,
  toolPrompt: tokens,
  output: tokens,
  reasoning: tokens,
  audioInput: tokens,
  audioOutput: tokens,
  imageInput: tokens,
  imageOutput: tokens,
  cost: tokens,
});
const record = records<LogRecord>({
  id: text,
  at: number,
  traceId: text,
  sessionId: maybe(text),
  spanId: maybe(text),
  parentSpanId: maybe(text),
  spanName: maybe(text),
  method: text,
  path: text,
  status: number,
  ending: fc.constantFrom('whole', 'broken', 'failed', 'left'),
  isStream: fc.boolean(),
  errorClass: maybe(text),
  errorCode: maybe(text),
  errorMessage: maybe(text),
  provider: maybe(text),
  model: maybe(text),
  requestedModel: maybe(text),
  target: maybe(text),
  retries: maybe(number),
  keyId: maybe(text),
  keyName: maybe(text),
  workspace: text,
  configId: maybe(text),
  configVersion: maybe(number),
  ms: number,
  firstMs: maybe(number),
  attempts: fc.array(attempt, { maxLength: 3 }),
  cacheStatus: maybe(text),
  saved: maybe(number),
  usage: maybe(usage),
  cost: fc.option(maybe(number)),
  costParts: maybe(fc.dictionary(text, number).map((value) => ({ ...value }))),
  metadata: fc.dictionary(text, fc.jsonValue() as fc.Arbitrary<Json>).map((value) => ({ ...value })),
  requestHeaders: maybe(texts),
  responseHeaders: maybe(texts),
  request: note,
  response: note,
  isCustom: fc.constantFrom(true, undefined),
});

describe('the bytes of a record', () => {
  test('hold every member of it', () => {
    fc.assert(fc.property(record, (given) => deepEqual(plain(readRecord(recordBytes(given))), plain(given))));
  });

  test('are no record where an end is missing', () => {
    fc.assert(
      fc.property(record, fc.nat(), (given, at) => {
        const bytes = recordBytes(given);
        throws(() => readRecord(bytes.subarray(0, at % bytes.length)));
      }),
    );
  });
});

test('numbers that are not finite are packed as null, as in JSON', () => {
  const packer = new Packer();
  for (const value of [Number.NaN, Infinity, -Infinity]) packer.number(value);
  const from = new Unpacker(packer.take());
  for (let i = 0; i < 3; i += 1) equal(from.number(), null);
});

/** Without members that are undefined, and without the sign of zero. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
