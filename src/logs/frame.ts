import { crc32 } from 'node:zlib';
import type { LogItem } from './record.ts';
import { readRecord } from './record-bytes.ts';

/**
 * A frame is what one call leaves in a spool, little-endian:
 *
 *   0 magic · 4 number of the segment · 8 checksum of all behind it · 12 length of the record · 16 of the request · 20 of the response
 *   24 record · request · response
 *
 * Segments are written anew in place when they have been read, so that a frame counts only where the number is its segment's own.
 */
const MAGIC = 0x32_67_6c_53;
const MAGIC_BYTES = Buffer.from([0x53, 0x6c, 0x67, 0x32]);
const HEAD = 24;
const CHECKED_FROM = 12;

/** What a call leaves: its record, as `recordBytes` gives it, and its bodies. */
export interface Parts {
  readonly record: Uint8Array;
  readonly request: Uint8Array | undefined;
  readonly response: Uint8Array | undefined;
}

/** The bytes that a frame of such parts takes. */
export function frameLength({ record, request, response }: Parts): number {
  return HEAD + record.length + (request?.length ?? 0) + (response?.length ?? 0);
}

/** Where a frame goes: behind so many bytes of a buffer, which becomes part of the segment of that number. */
export interface Place {
  readonly at: number;
  readonly segment: number;
}

/** Writes a frame into a buffer that has room for it; gives its length. */
export function writeFrame(buffer: Buffer, { at, segment }: Place, { record, request, response }: Parts): number {
  let end = at + HEAD;
  for (const part of [record, request, response]) {
    if (part === undefined) continue;
    buffer.set(part, end);
    end += part.length;
  }
  buffer.writeUInt32LE(record.length, at + 12);
  buffer.writeUInt32LE(request?.length ?? 0, at + 16);
  buffer.writeUInt32LE(response?.length ?? 0, at + 20);
  buffer.writeUInt32LE(crc32(buffer.subarray(at + CHECKED_FROM, end)), at + 8);
  buffer.writeUInt32LE(segment, at + 4);
  buffer.writeUInt32LE(MAGIC, at);
  return end - at;
}

/** Frames that were found, and where the next one would begin. */
export interface Found {
  readonly items: LogItem[];
  readonly end: number;
}

/** Reads whole frames from `from` on, up to `most` of them, and stops at the first place where there is none. The bodies are views of the bytes. */
export function readFrames(
  bytes: Buffer,
  { segment, from, most }: { readonly segment: number; readonly from: number; readonly most: number },
): Found {
  const items: LogItem[] = [];
  let end = from;
  while (items.length < most) {
    const length = frameAt(bytes, end, segment);
    if (length === 0) break;
    const item = itemOf(bytes.subarray(end, end + length));
    if (item !== undefined) items.push(item);
    end += length;
  }
  return { items, end };
}

/** Where the next frame of the segment begins behind a place where there is none, as in a damaged file; undefined: nowhere. */
export function nextFrame(bytes: Buffer, segment: number, from: number): number | undefined {
  for (let at = bytes.indexOf(MAGIC_BYTES, from); at >= 0; at = bytes.indexOf(MAGIC_BYTES, at + 1)) if (frameAt(bytes, at, segment) > 0) return at;
  return undefined;
}

/** The length that a frame at the beginning of the bytes would have, though not all of it is there; 0 where none begins. */
export function claimedLength(bytes: Buffer, segment: number): number {
  if (bytes.length < HEAD || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== segment) return 0;
  return lengthAt(bytes, 0);
}

function lengthAt(bytes: Buffer, at: number): number {
  return HEAD + bytes.readUInt32LE(at + 12) + bytes.readUInt32LE(at + 16) + bytes.readUInt32LE(at + 20);
}

/** The length of the frame that begins here; 0 where none does, or not all of it is there. */
function frameAt(bytes: Buffer, at: number, segment: number): number {
  if (at + HEAD > bytes.length || bytes.readUInt32LE(at) !== MAGIC || bytes.readUInt32LE(at + 4) !== segment) return 0;
  const length = lengthAt(bytes, at);
  if (at + length > bytes.length) return 0;
  return crc32(bytes.subarray(at + CHECKED_FROM, at + length)) === bytes.readUInt32LE(at + 8) ? length : 0;
}

function itemOf(frame: Buffer): LogItem | undefined {
  const recordEnd = HEAD + frame.readUInt32LE(12);
  const requestEnd = recordEnd + frame.readUInt32LE(16);
  try {
    const record = readRecord(frame.subarray(HEAD, recordEnd));
    return {
      record,
      request: record.request === undefined ? undefined : frame.subarray(recordEnd, requestEnd),
      response: record.response === undefined ? undefined : frame.subarray(requestEnd),
    };
  } catch {
    return undefined;
  }
}
