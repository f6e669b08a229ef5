import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { GatewayError } from '../errors.ts';
import type { HttpRequest } from './http-port.ts';

const EMPTY = Buffer.alloc(0);

/** Reads a request body of at most `limit` bytes; a larger one is refused as soon as that is clear. */
export function readBody(request: HttpRequest, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let rest: Buffer[] | undefined;
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return reject(tooLarge(limit));
      if (first === undefined) first = chunk;
      else (rest ??= []).push(chunk);
    });
    request.on('end', () => resolve(rest === undefined ? (first ?? EMPTY) : Buffer.concat([first as Buffer, ...rest])));
    request.on('error', (cause) => reject(new GatewayError('client_closed', 'The client broke off in the middle of its request.', { cause })));
  });
}

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip) as Decompress,
  deflate: promisify(inflate) as Decompress,
  br: promisify(brotliDecompress) as Decompress,
  zstd: promisify(zstdDecompress) as Decompress,
};

/** The decompressed body; one that grows beyond `limit` is refused. */
export async function decompressBody(body: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  const decompress = DECOMPRESS[encoding.trim().toLowerCase()];
  if (decompress === undefined)
    throw new GatewayError('invalid_header', `content-encoding: expected gzip, deflate, br or zstd, got ${JSON.stringify(encoding)}`);
  try {
    return await decompress(body, { maxOutputLength: limit });
  } catch (cause) {
    const isTooLarge = (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? tooLarge(limit) : new GatewayError('invalid_request', `The body is not valid ${encoding}.`, { cause });
  }
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError('body_too_large', `The request body is larger than ${Math.floor(limit / 1024 / 1024)} MiB.`);
}
