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

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const CLOSERS: Readonly<Record<number, number>> = { [OPEN_BRACE]: 125, [OPEN_BRACKET]: 93 };

/**
 * Whether bytes that say they are JSON begin and end as a JSON object or list does. A whole parse would cost more than everything else
 * on a passed-through answer, and a cut-off body fails this test too.
 */
export function looksLikeJson(bytes: Buffer): boolean {
  let start = 0;
  let end = bytes.length - 1;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end])) end--;
  return end > start && CLOSERS[bytes[start] ?? 0] === bytes[end];
}

/** Whether a JSON body's first member is `error`: some hosts send errors with status 200. */
export function looksLikeError(bytes: Buffer): boolean {
  return /^\s*\{\s*"error"\s*:\s*[{"]/.test(bytes.toString('latin1', 0, 64));
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}
