import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { frameLength, nextFrame, readFrames, writeFrame, type Parts } from './frame.ts';
import { readRecord, recordBytes } from './record-bytes.ts';
import type { BodyNote, LogRecord } from './record.ts';

const SMALLEST: LogRecord = {
  id: '',
  at: 0,
  traceId: '',
  method: 'POST',
  path: '/',
  status: 200,
  ending: 'whole',
  isStream: false,
  workspace: 'default',
  ms: 1,
  attempts: [],
  metadata: {},
};

const body = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined });
const parts = fc.tuple(fc.string({ unit: 'grapheme', maxLength: 60 }), body, body).map(([text, request, response]): Parts => {
  const note: BodyNote = { kind: 'bytes', size: 0, isCut: false };
  const notes = { request: request && note, response: response && note };
  return { record: recordBytes({ ...SMALLEST, ...notes, id: text }), request, response };
});

function written(all: readonly Parts[], segment: number): { readonly bytes: Buffer; readonly ends: readonly number[] } {
  const ends: number[] = [];
  const frames = all.map((each) => {
    const frame = Buffer.alloc(frameLength(each));
    equal(writeFrame(frame, { at: 0, segment }, each), frame.length);
    return frame;
  });
  let end = 0;
  for (const frame of frames) ends.push((end += frame.length));
  return { bytes: Buffer.concat(frames), ends };
}

function idsOf(items: readonly { readonly record: LogRecord }[]): readonly string[] {
  return items.map(({ record }) => record.id);
}

function idsIn(all: readonly Parts[]): readonly string[] {
  return all.map(({ record }) => readRecord(Buffer.from(record)).id);
}

describe('frames of the spool', () => {
  test('are read as they were written, bodies byte for byte', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (all) => {
        const { bytes, ends } = written(all, 7);
        const { items, end } = readFrames(bytes, { segment: 7, from: 0, most: 100 });
        equal(end, ends.at(-1) ?? 0);
        deepEqual(idsOf(items), idsIn(all));
        for (const [i, { request, response }] of all.entries()) {
          deepEqual(items[i]?.request, request === undefined ? undefined : Buffer.from(request));
          deepEqual(items[i]?.response, response === undefined ? undefined : Buffer.from(response));
        }
      }),
    );
  });

  test('that are torn at any byte lose the torn one only', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), fc.nat(), (all, at) => {
        const { bytes, ends } = written(all, 3);
        const cut = at % bytes.length;
        const { items } = readFrames(bytes.subarray(0, cut), { segment: 3, from: 0, most: 100 });
        const whole = ends.filter((end) => end <= cut).length;
        deepEqual(idsOf(items), idsIn(all.slice(0, whole)));
      }),
    );
  });

  test('that lie in a file of zeros, or of frames of an earlier use, are told from those', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 4 }), fc.array(parts, { minLength: 1, maxLength: 8 }), (now, before) => {
        const file = Buffer.concat([written(before, 1).bytes, Buffer.alloc(4000)]);
        const { bytes } = written(now, 2);
        bytes.copy(file);
        const { items, end } = readFrames(Buffer.concat([file, bytes.subarray(0, Math.max(0, bytes.length - file.length))]), {
          segment: 2,
          from: 0,
          most: 100,
        });
        if (bytes.length > file.length) return;
        deepEqual(idsOf(items), idsIn(now));
        equal(end, bytes.length);
      }),
    );
  });

  test('behind a damaged one are found again, and none that is damaged is taken for whole', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 2, maxLength: 6 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (all, at, flip) => {
        const { bytes, ends } = written(all, 5);
        const place = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(place) ^ flip, place);
        const damaged = ends.findIndex((end) => place < end);
        const first = readFrames(bytes, { segment: 5, from: 0, most: 100 });
        deepEqual(idsOf(first.items), idsIn(all.slice(0, damaged)));
        const again = nextFrame(bytes, 5, first.end + 1);
        if (damaged === all.length - 1) return ok(again === undefined);
        deepEqual(idsOf(readFrames(bytes, { segment: 5, from: again ?? 0, most: 100 }).items), idsIn(all.slice(damaged + 1)));
      }),
    );
  });
});
