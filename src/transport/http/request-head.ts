import type { UpstreamRequest } from '../port.ts';

/** A head that cannot be written: what is in it could end a line, or the head. */
export class BadRequest extends Error {}

type Kind = 'plain' | 'host' | 'unusual' | 'invalid';

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

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const NO_TARGET = /[^\x21-\x7e\x80-\xff]/;

/** Names repeat from request to request; their kind is worked out once. Bounded, because names may come from outside. */
const kinds = new Map<string, Kind>();
const MAX_KINDS = 2000;

function kindOf(name: string): Kind {
  let kind = kinds.get(name);
  if (kind === undefined) {
    kind = decideKind(name);
    if (kinds.size < MAX_KINDS) kinds.set(name, kind);
  }
  return kind;
}

function decideKind(name: string): Kind {
  if (!TOKEN.test(name)) return 'invalid';
  const lower = name.toLowerCase();
  if (lower === 'host') return 'host';
  return UNUSUAL.has(lower) ? 'unusual' : 'plain';
}

/** A request whose body is at hand. */
export type WholeRequest = UpstreamRequest & { readonly body: Uint8Array | string | null };

/** Whether this client can send a request: its body is at hand, and its headers ask for nothing beyond. */
export function isPlain(request: UpstreamRequest): request is WholeRequest {
  const { body, headers } = request;
  if (body !== null && typeof body !== 'string' && !(body instanceof Uint8Array)) return false;
  for (let i = 0; i < headers.length; i += 2) if (kindOf(headers[i] as string) === 'unusual') return false;
  return true;
}

/** Methods whose requests have a body, if an empty one. */
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The head of a plain request in Latin-1, with its blank line. `host`: what the host header says where the request does not; `size`: bytes
 * of the body. Throws `BadRequest`: nothing that is not checked here reaches the wire.
 */
export function writeRequestHead({ method, path, headers, body }: WholeRequest, host: string, size: number): string {
  if (!TOKEN.test(method) || !path.startsWith('/') || NO_TARGET.test(path)) throw new BadRequest('the method or path is malformed');
  const sizeLine = body === null && !WITH_BODY.has(method) ? '' : `content-length: ${size}\r\n`;
  return `${method} ${path} HTTP/1.1\r\n${hostLine(headers, host)}connection: keep-alive\r\n${headerLines(headers)}${sizeLine}\r\n`;
}

function hostLine(headers: readonly string[], host: string): string {
  for (let i = 0; i < headers.length; i += 2) if (kindOf(headers[i] as string) === 'host') return '';
  return `host: ${host}\r\n`;
}

function headerLines(headers: readonly string[]): string {
  let lines = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    if (kindOf(name) === 'invalid' || NO_VALUE.test(value)) throw new BadRequest(`the header ${JSON.stringify(name)} is malformed`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
