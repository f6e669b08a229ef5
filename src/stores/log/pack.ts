import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import type { JsonObject } from '../../ir/json.ts';

/** What a call's page shows beside its entry. */
export interface Packed {
  readonly detail: JsonObject;
  readonly request: Buffer | undefined;
  readonly response: Buffer | undefined;
}

const HEAD = 12;
const ABSENT = 0xff_ff_ff_ff;
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Puts details and bodies into one compressed block: lengths of details, request and response (all bits set: none), then they themselves. */
export function pack({ detail, request, response }: Packed): Buffer {
  const text = Buffer.from(JSON.stringify(detail));
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(request?.length ?? ABSENT, 4);
  head.writeUInt32LE(response?.length ?? ABSENT, 8);
  return zstdCompressSync(Buffer.concat([head, text, request ?? Buffer.alloc(0), response ?? Buffer.alloc(0)]), OPTIONS);
}

/** Takes such a block apart. */
export function unpack(packed: Uint8Array): Packed {
  const bytes = zstdDecompressSync(packed);
  const detailEnd = HEAD + bytes.readUInt32LE(0);
  const requestLength = bytes.readUInt32LE(4);
  const requestEnd = requestLength === ABSENT ? detailEnd : detailEnd + requestLength;
  return {
    detail: JSON.parse(bytes.toString('utf8', HEAD, detailEnd)) as JsonObject,
    request: requestLength === ABSENT ? undefined : bytes.subarray(detailEnd, requestEnd),
    response: bytes.readUInt32LE(8) === ABSENT ? undefined : bytes.subarray(requestEnd),
  };
}
