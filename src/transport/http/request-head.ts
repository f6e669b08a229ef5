import type { UpstreamRequest } from '../port.ts';
import { BadHead, headerLines, TOKEN } from './header-lines.ts';

/** Headers that ask for more than this client does, or that it writes itself. */
const UNUSUAL: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const UNUSUAL_LENGTHS: ReadonlySet<number> = new Set([...UNUSUAL].map((name) => name.length));

const NO_TARGET = /[^\x21-\x7e\x80-\xff]/;

/** A request whose body is at hand. */
export type WholeRequest = UpstreamRequest & { readonly body: Uint8Array | string | null };

/** Whether this client can send a request: its body is at hand, and its headers ask for nothing beyond. */
export function isPlain(request: UpstreamRequest): request is WholeRequest {
  const { body, headers } = request;
  if (body !== null && typeof body !== 'string' && !(body instanceof Uint8Array)) return false;
  for (let i = 0; i < headers.length; i += 2) if (isUnusual(headers[i] as string)) return false;
  return true;
}

function isUnusual(name: string): boolean {
  return UNUSUAL_LENGTHS.has(name.length) && UNUSUAL.has(name.toLowerCase());
}

/** Methods whose requests have a body, if an empty one. */
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The head of a plain request in Latin-1, with its blank line. `host`: what the host header says where the request does not; `size`: bytes
 * of the body. Throws `BadHead`: nothing that is not checked here reaches the wire.
 */
export function writeRequestHead({ method, path, headers, body }: WholeRequest, host: string, size: number): string {
  if (!TOKEN.test(method) || !path.startsWith('/') || NO_TARGET.test(path)) throw new BadHead('the method or path is malformed');
  const sizeLine = body === null && !WITH_BODY.has(method) ? '' : `content-length: ${size}\r\n`;
  return `${method} ${path} HTTP/1.1\r\n${hostLine(headers, host)}connection: keep-alive\r\n${headerLines(headers)}${sizeLine}\r\n`;
}

function hostLine(headers: readonly string[], host: string): string {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') return '';
  }
  return `host: ${host}\r\n`;
}
