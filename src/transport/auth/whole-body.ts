import { Readable } from 'node:stream';
import { GatewayError } from '../../errors.ts';
import type { UpstreamRequest } from '../port.ts';

/** Larger than what the services take whose requests are signed. */
const LARGEST_UPLOAD = 32 * 1024 * 1024;

/** A body that a signature can cover: one that is still arriving is waited for. */
export async function wholeBody(body: UpstreamRequest['body']): Promise<Exclude<UpstreamRequest['body'], Readable>> {
  if (!(body instanceof Readable)) return body;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_UPLOAD) throw new GatewayError('body_too_large', 'The request body is larger than what can be signed.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
