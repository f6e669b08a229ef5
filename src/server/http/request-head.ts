import type { IncomingHttpHeaders } from 'node:http';
import { detached } from '../../transport/http/header-lines.ts';

/** The head of a request of the plain kind. */
export interface RequestHead {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body. */
  readonly length: number;
  /** The client wants the connection closed behind the response. */
  readonly isLast: boolean;
}

/** Largest body that this engine takes in, in bytes: larger ones come with back-pressure, or are streamed on. */
export const MOST_BODY = 1024 * 1024;

/** More headers than any client of the plain kind sends. */
const MOST_HEADERS = 100;

/**
 * A request of the plain kind, up to its last header line: `GET` or `POST`, a path in ordinary letters, HTTP/1.1, and lines of printable
 * ASCII each closed by CRLF. RFC 9112 allows more, and clients send worse; all of that is for another parser to judge.
 */
const GRAMMAR = /^(?:GET|POST) \/[\w\-.~!$&'()*+,;=:@/?%]* HTTP\/1\.1\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e]*\r\n)+$/;

/** What no request of the plain kind has: its body, what follows it, or its headers would have to be read otherwise. */
const FOREIGN: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'http2-settings',
  'proxy-connection',
  'set-cookie',
  '__proto__',
]);

/** Reads the head of a request; undefined: it is not of the plain kind, or anything about it is in doubt. */
export function readRequestHead(text: string): RequestHead | undefined {
  if (!GRAMMAR.test(text)) return undefined;
  const start = text.indexOf(' ');
  const method = text.slice(0, start);
  const target = text.slice(start + 1, text.indexOf(' ', start + 1));
  const headers = readHeaders(text);
  const length = headers === undefined ? undefined : lengthOf(headers, method);
  const isLast = headers === undefined ? undefined : LAST.get((headers.connection ?? '').toLowerCase());
  if (headers?.host === undefined || length === undefined || isLast === undefined) return undefined;
  return { method, target, headers, length, isLast };
}

/** Headers by lower-case name; undefined where one is repeated, where there are too many, or where one asks for another parser. */
function readHeaders(text: string): IncomingHttpHeaders | undefined {
  const headers = Object.create(null) as Record<string, string>;
  let count = 0;
  for (let from = text.indexOf('\r\n') + 2; from < text.length;) {
    const colon = text.indexOf(':', from);
    const end = text.indexOf('\r\n', colon);
    const name = plainName(text.slice(from, colon));
    if (name === undefined || headers[name] !== undefined || ++count > MOST_HEADERS) return undefined;
    headers[name] = text.slice(colon + 1, end).trim();
    from = end + 2;
  }
  return headers;
}

/** Names repeat from request to request; what they are in lower case is worked out once. Bounded, because names come from outside. */
const names = new Map<string, string>();
const MAX_NAMES = 2000;

/** A name in lower case; undefined where no plain request has it. */
function plainName(given: string): string | undefined {
  const known = names.get(given);
  if (known !== undefined) return known;
  const lower = detached(given.toLowerCase());
  if (FOREIGN.has(lower)) return undefined;
  if (names.size < MAX_NAMES) names.set(detached(given), lower);
  return lower;
}

/** A `GET` has no body, a `POST` says how long its body is. */
function lengthOf(headers: IncomingHttpHeaders, method: string): number | undefined {
  const said = headers['content-length'];
  if (said === undefined) return method === 'GET' ? 0 : undefined;
  const length = /^\d{1,7}$/.test(said) ? Number(said) : Infinity;
  return length <= (method === 'GET' ? 0 : MOST_BODY) ? length : undefined;
}

/** What a plain request says of its connection, and whether that makes it the last one. */
const LAST: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['keep-alive', false],
  ['close', true],
]);

const BEGINNINGS: readonly string[] = ['GET /', 'POST /'];

/** Whether the beginning of a request can become one of the plain kind. */
export function mayBePlain(beginning: string): boolean {
  return BEGINNINGS.some((good) => good.startsWith(beginning.slice(0, good.length))) && !/(?:^|[^\r])\n/.test(beginning);
}
