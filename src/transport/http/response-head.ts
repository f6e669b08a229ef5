/** The head of a response, with what it says of the body behind it. */
export interface ResponseHead {
  readonly status: number;
  /** Flat name-value pairs as they were sent. */
  readonly headers: readonly string[];
  /** Where the body ends. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** Bytes of a body whose framing is `length`. */
  readonly length: number;
  /** Whether another request may follow on the connection. */
  readonly keepsAlive: boolean;
  /** Milliseconds for which the server keeps an idle connection, where it says so. */
  readonly idleTimeout: number | undefined;
}

/** What arrived is not HTTP/1.1, or leaves in doubt where the response ends. */
export class BadResponse extends Error {}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const TEXT = '[\\t\\x20-\\x7e\\x80-\\xff]*';

/** A status line and header lines, each closed by CRLF: no folded lines, no bare line ends, no space before a colon (RFC 9112). */
const GRAMMAR = new RegExp(`^HTTP/1\\.[01] [1-9]\\d\\d(?: ${TEXT})?\\r\\n(?:${TOKEN}:${TEXT}\\r\\n)*$`);

/** What the header lines say of connection and body; the last of several that agree counts. */
interface Said {
  length?: number | undefined;
  isChunked?: boolean;
  connection?: string;
  idleTimeout?: number | undefined;
}

type Read = (value: string, said: Said) => void;

/** Headers that speak of the connection or the body's end, by lower-case name. */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['content-length', readLength],
  ['transfer-encoding', readTransferEncoding],
  ['connection', (value, said) => void (said.connection = `${said.connection ?? ''},${value.toLowerCase()}`)],
  ['keep-alive', (value, said) => void (said.idleTimeout = readTimeout(value))],
]);

/** Lengths of those names, so that most headers are passed over without a look at their letters. */
const READ_LENGTHS: ReadonlySet<number> = new Set([...READERS.keys()].map((name) => name.length));

/** Reads a head up to its last header line, in Latin-1, of the answer to a request with `method`; throws `BadResponse`. */
export function readResponseHead(text: string, method: string): ResponseHead {
  if (!GRAMMAR.test(text)) throw new BadResponse('the head of the response is malformed');
  const status = Number(text.slice(9, 12));
  const isOld = text[7] === '0';
  const headers: string[] = [];
  const said: Said = {};
  for (let from = text.indexOf('\r\n') + 2; from < text.length;) {
    const colon = text.indexOf(':', from);
    const end = text.indexOf('\r\n', colon);
    const name = text.slice(from, colon);
    const value = trimmed(text, colon + 1, end);
    headers.push(name, value);
    if (READ_LENGTHS.has(name.length)) heed(name, text.charCodeAt(end - 1) === TAB ? undefined : value, said);
    from = end + 2;
  }
  if (said.isChunked === true && (said.length !== undefined || isOld)) throw new BadResponse('the response has both a length and chunks');
  const framing = isBodiless(status, method) ? 'none' : framingOf(said);
  return {
    status,
    headers,
    framing,
    length: said.length ?? 0,
    keepsAlive: framing !== 'close' && (isOld ? says(said, 'keep-alive') : !says(said, 'close')),
    idleTimeout: said.idleTimeout,
  };
}

/** Takes in what a header says of connection and body; `value` undefined: a tab stands behind it, which some take for a part of it. */
function heed(name: string, value: string | undefined, said: Said): void {
  const read = READERS.get(name.toLowerCase());
  if (read === undefined) return;
  if (value === undefined) throw new BadResponse('a tab stands behind what frames the response');
  read(value, said);
}

function isBodiless(status: number, method: string): boolean {
  return method === 'HEAD' || status < 200 || status === 204 || status === 304;
}

function framingOf({ isChunked, length }: Said): ResponseHead['framing'] {
  if (isChunked === true) return 'chunked';
  return length === undefined ? 'close' : 'length';
}

/** Whether the connection header, a comma list, holds an option. */
function says({ connection }: Said, option: string): boolean {
  return connection !== undefined && connection.split(',').some((item) => item.trim() === option);
}

function readLength(value: string, said: Said): void {
  if (!/^\d{1,15}$/.test(value)) throw new BadResponse('the content length is no number');
  const length = Number(value);
  if (said.length !== undefined && said.length !== length) throw new BadResponse('the response has several lengths');
  said.length = length;
}

/** Codings other than `chunked` are never asked for, and a second `chunked` would leave the end in doubt. */
function readTransferEncoding(value: string, said: Said): void {
  if (said.isChunked === true || value.toLowerCase() !== 'chunked') throw new BadResponse('the transfer encoding is not known');
  said.isChunked = true;
}

function readTimeout(value: string): number | undefined {
  const seconds = /(?:^|[,\s])timeout=(\d{1,6})(?:$|[,\s])/i.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

const TAB = 9;
const SPACE = 32;

function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
