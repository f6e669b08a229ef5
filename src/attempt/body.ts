import { GatewayError } from '../errors.ts';

/** Largest whole answer that is taken in, in bytes: embeddings and generated images run to tens of megabytes. */
const MAX_WHOLE_BODY = 256 * 1024 * 1024;

/** Collects a whole response body. */
export class BodyCollector {
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #size = 0;

  /** Takes a piece; throws `upstream_invalid` when the body grows beyond bounds. */
  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MAX_WHOLE_BODY) throw new GatewayError('upstream_invalid', 'The provider sent an answer larger than the gateway takes.');
    if (this.#first === undefined) this.#first = chunk;
    else (this.#rest ??= []).push(chunk);
  }

  get bytes(): Buffer {
    if (this.#first === undefined) return Buffer.alloc(0);
    return this.#rest === undefined ? this.#first : Buffer.concat([this.#first, ...this.#rest]);
  }
}

/** The body as JSON where it is JSON, else as text. */
export function jsonOrText(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const CLOSERS: Readonly<Record<number, number>> = { [OPEN_BRACE]: CLOSE_BRACE, [OPEN_BRACKET]: CLOSE_BRACKET };

/**
 * Whether bytes that say they are JSON are one object or list from the first bracket to its own closing one, which no body is that was
 * cut off. A whole parse would cost more than everything else on a passed-through answer.
 */
export function looksLikeJson(bytes: Buffer): boolean {
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1])) end--;
  let start = 0;
  while (start < end && isSpace(bytes[start])) start++;
  const closer = CLOSERS[bytes[start] ?? 0];
  return closer !== undefined && bytes[end - 1] === closer && isBalanced(bytes, start, end);
}

/** Whether the bracket at `start` is closed by the one before `end`, and not earlier. */
function isBalanced(bytes: Buffer, start: number, end: number): boolean {
  let depth = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE) {
      i = endOfString(bytes, i);
      if (i < 0) return false;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return i === end - 1;
  }
  return false;
}

/** The position of the quote that closes the string which begins at `start`; -1 where none does. */
function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end > 0 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end;
}

function isEscaped(bytes: Buffer, position: number): boolean {
  let before = position;
  while (bytes[before - 1] === BACKSLASH) before--;
  return (position - before) % 2 === 1;
}

/** Whether a JSON body's first member is `error`, or its second behind a type that says so: some hosts send errors with status 200. */
export function looksLikeError(bytes: Buffer): boolean {
  return /^\s*\{\s*(?:"type"\s*:\s*"error"\s*,\s*)?"error"\s*:\s*[{"]/.test(bytes.toString('latin1', 0, 64));
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

const EVENT_FIELDS = ['data:', 'event:', 'id:', 'retry:', ':'];

/** Whether a body begins as an event stream does; undefined while too little of it has come to tell. */
export function looksLikeEvents(bytes: Buffer): boolean | undefined {
  const beginning = bytes.subarray(0, 32).toString('utf8').trimStart();
  if (EVENT_FIELDS.some((field) => beginning.startsWith(field))) return true;
  return EVENT_FIELDS.some((field) => field.startsWith(beginning)) ? undefined : false;
}
