import type { UsageCodec } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/read.ts';
import type { Used } from '../ir/cost.ts';
import type { Usage } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';

/** How much of a stream's beginning and end is looked at, in bytes. */
export const WINDOW = 4096;

/** How many members of the right name are tried before an answer counts as one that says nothing. */
const MOST_TRIED = 8;

/** A record in a text: what it says, and where it stands. */
export interface Found {
  readonly record: JsonObject;
  /** Index of its first brace. */
  readonly start: number;
  /** Index of its last brace. */
  readonly end: number;
}

/** A record that counts something, by itself. */
export interface FoundUsage extends Found {
  readonly usage: Usage;
}

/** The beginning and the end of some bytes, as Latin-1: the records that are looked for are ASCII. */
export interface Ends {
  readonly head: string;
  readonly tail: string;
}

/** How much of a whole body's ends is looked at first; most records are closer to the end than that. */
const BODY = { head: 1024, tail: 2048 };

/** The ends of a whole body. */
function endsOf(body: Uint8Array | string): Ends {
  if (typeof body === 'string') return { head: body.slice(0, BODY.head), tail: body.slice(-BODY.tail) };
  const bytes = viewOf(body);
  return { head: bytes.toString('latin1', 0, BODY.head), tail: bytes.toString('latin1', Math.max(0, bytes.length - BODY.tail)) };
}

/**
 * What an answer in a dialect used, found by its bytes and without parsing them all: the record is looked for from the end, the model from
 * the beginning. Quotes inside JSON text are escaped, so nothing that a model writes can look like a member.
 */
export function findUsed({ head, tail }: Ends, codec: UsageCodec): Used | undefined {
  const last = lastRecord(tail, codec);
  if (last === undefined) return undefined;
  const opening = codec.opens === true ? firstRecord(head, codec.member) : undefined;
  const usage = opening === undefined ? last.usage : codec.decode(last.record, opening);
  if (usage === undefined || !countsAnything(usage)) return undefined;
  return {
    usage,
    model: codec.model === undefined ? undefined : (firstText(head, codec.model) ?? firstText(tail, codec.model)),
    tier: tierOf(last.record, head, tail),
  };
}

/** The same in a whole body; looks further where a long rest stands behind the record. */
export function findUsedInBody(body: Uint8Array | string, codec: UsageCodec): Used | undefined {
  const ends = endsOf(body);
  const found = findUsed(ends, codec);
  if (found !== undefined || body.length <= BODY.tail) return found;
  const mark = `"${codec.member}"`;
  const at = typeof body === 'string' ? body.lastIndexOf(mark) : viewOf(body).lastIndexOf(mark);
  if (at < 0) return undefined;
  const rest = typeof body === 'string' ? body.slice(at, at + WINDOW) : viewOf(body).toString('latin1', at, at + WINDOW);
  return findUsed({ head: ends.head, tail: rest }, codec);
}

/** The last object under the codec's member that counts anything. */
export function lastRecord(text: string, codec: UsageCodec): FoundUsage | undefined {
  const mark = `"${codec.member}"`;
  let at = text.lastIndexOf(mark);
  for (let tried = 0; at >= 0 && tried < MOST_TRIED; tried++) {
    const found = objectAfter(text, at + mark.length);
    const usage = found === undefined ? undefined : codec.decode(found.record);
    if (found !== undefined && usage !== undefined && countsAnything(usage)) return { ...found, usage };
    at = at === 0 ? -1 : text.lastIndexOf(mark, at - 1);
  }
  return undefined;
}

/** The model that an answer names in its beginning. */
export function modelIn(text: string, { model }: UsageCodec): string | undefined {
  return model === undefined ? undefined : firstText(text, model);
}

function firstRecord(text: string, member: string): JsonObject | undefined {
  const mark = `"${member}"`;
  const at = text.indexOf(mark);
  return at < 0 ? undefined : objectAfter(text, at + mark.length)?.record;
}

function firstText(text: string, member: string): string | undefined {
  const mark = `"${member}"`;
  const at = text.indexOf(mark);
  return at < 0 ? undefined : textAfter(text, at + mark.length);
}

/** The word for how the request was served, which stands in the record or beside it. */
function tierOf(record: JsonObject, head: string, tail: string): string | undefined {
  const own = record['service_tier'];
  return typeof own === 'string' ? own : (firstText(tail, 'service_tier') ?? (head === tail ? undefined : firstText(head, 'service_tier')));
}

const VALUE = /\s*:\s*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;

function valueStart(text: string, from: number): number {
  VALUE.lastIndex = from;
  return VALUE.test(text) ? VALUE.lastIndex : -1;
}

function textAfter(text: string, from: number): string | undefined {
  const start = valueStart(text, from);
  if (start < 0) return undefined;
  STRING.lastIndex = start;
  const value = STRING.test(text) ? parseJson(text.slice(start, STRING.lastIndex)) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objectAfter(text: string, from: number): Found | undefined {
  const start = valueStart(text, from);
  if (start < 0 || text[start] !== '{') return undefined;
  const end = closingBrace(text, start);
  const record = end < 0 ? undefined : parseJson(text.slice(start, end + 1));
  return isObject(record) ? { record, start, end } : undefined;
}

const QUOTE = 34;
const OPEN = 123;
const CLOSE = 125;

/** Index of the brace that closes the one at `start`; -1: there is none. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === OPEN) depth++;
    else if (character === CLOSE && --depth === 0) return at;
    else if (character === QUOTE) {
      at = closingQuote(text, at);
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** Index of the quote that closes the text which begins at `start`; -1: there is none. */
function closingQuote(text: string, start: number): number {
  STRING.lastIndex = start;
  const end = text.indexOf('"', start + 1);
  if (end < 0 || text[end - 1] !== '\\') return end;
  return STRING.test(text) ? STRING.lastIndex - 1 : -1;
}

/** Whether a record counts anything at all; hosts send empty ones. */
export function countsAnything(usage: Usage): boolean {
  return (usage.input ?? usage.output ?? usage.cacheRead ?? usage.cacheWrite ?? usage.reasoning) !== undefined;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
