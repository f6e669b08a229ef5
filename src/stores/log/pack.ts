import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import type { JsonObject } from '../../ir/json.ts';

/** What a call's page shows beside its entry. */
export interface Packed {
  readonly detail: JsonObject;
  readonly request: Buffer | undefined;
  readonly response: Buffer | undefined;
}

const HEAD = 12;
const NOTHING = Buffer.alloc(0);
const ABSENT = 0xff_ff_ff_ff;
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Smaller blocks are left as they are: compressing them takes longer than all else, and saves little. */
const WORTH_COMPRESSING = 1024;
/** A block that is not compressed does not begin so: no details are as long as that would say. */
const ZSTD_MAGIC = 0xfd_2f_b5_28;

/** Puts details and bodies into one block: lengths of details, request and response (all bits set: none), then they themselves. */
export function pack({ detail, request, response }: Packed): Buffer {
  const text = Buffer.from(JSON.stringify(detail));
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(request?.length ?? ABSENT, 4);
  head.writeUInt32LE(response?.length ?? ABSENT, 8);
  const block = Buffer.concat([head, text, request ?? NOTHING, response ?? NOTHING]);
  return block.length < WORTH_COMPRESSING ? block : zstdCompressSync(block, OPTIONS);
}

/** Takes such a block apart. */
export function unpack(packed: Uint8Array): Packed {
  const block = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const bytes = block.readUInt32LE(0) === ZSTD_MAGIC ? zstdDecompressSync(block) : block;
  const detailEnd = HEAD + bytes.readUInt32LE(0);
  const requestLength = bytes.readUInt32LE(4);
  const requestEnd = requestLength === ABSENT ? detailEnd : detailEnd + requestLength;
  return {
    detail: JSON.parse(bytes.toString('utf8', HEAD, detailEnd)) as JsonObject,
    request: requestLength === ABSENT ? undefined : bytes.subarray(detailEnd, requestEnd),
    response: bytes.readUInt32LE(8) === ABSENT ? undefined : bytes.subarray(requestEnd),
  };
}
