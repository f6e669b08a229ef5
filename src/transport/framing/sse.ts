import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import type { JsonObject } from '../../ir/json.ts';
import { JsonText, textOfJson } from '../../ir/json-text.ts';
import type { FrameDecoder } from './frame-decoder.ts';

type Parsed = JsonObject | '[DONE]';

/** Largest event that is put together, in characters: a generated image fits, an endless line does not. */
const LARGEST_EVENT = 64 * 1024 * 1024;

/** May stand in front of the first line, and is no part of it. */
const BYTE_ORDER_MARK = '\ufeff';

/** What some data stands for, and the name of their event; undefined: they are malformed. */
export type ReadData<Item> = (data: string, name: string | undefined) => readonly Item[] | undefined;

/** Decodes `text/event-stream`. An event without a `type` member of its own gets the SSE event's name. */
export function sseDecoder(): FrameDecoder {
  return sseReader((data, name) => {
    const parsed = parseData(data, name);
    return parsed === undefined ? undefined : [parsed];
  });
}

/** Cuts `text/event-stream` into events and has `read` make something of their data. */
export function sseReader<Item>(read: ReadData<Item>): FrameDecoder<Item> {
  const text = new StringDecoder('utf8');
  let out: Item[] = [];
  let malformed = 0;
  let isBeyondBounds = false;
  let isAtStart = true;
  const parser = createParser({
    maxBufferSize: LARGEST_EVENT,
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') isBeyondBounds = true;
    },
    onEvent: ({ event, data }) => {
      const items = read(data, event);
      if (items === undefined) malformed++;
      else for (const item of items) out.push(item);
    },
  });
  const take = (fed: string): Item[] => {
    out = [];
    const input = isAtStart && fed.startsWith(BYTE_ORDER_MARK) ? fed.slice(1) : fed;
    isAtStart &&= fed === '';
    // Nothing behind an event that is too large is read: the answer then counts as broken off.
    if (!isBeyondBounds) parser.feed(input);
    return out;
  };
  return {
    push: (chunk) => take(text.write(chunk)),
    // Some hosts leave out the blank line behind the last event.
    end: () => take(`${text.end()}\n\n`),
    malformed: () => malformed,
  };
}

/** The object of an event's data; undefined: there is none. */
export function parseData(data: string, event: string | undefined): Parsed | undefined {
  if (data === '[DONE]' || data.trim() === '[DONE]') return '[DONE]';
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  // Gemini wraps errors in a list: https://ai.google.dev/api
  const item: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof item !== 'object' || item === null) return undefined;
  if (event !== undefined && !('type' in item)) return { type: event, ...item };
  return item as JsonObject;
}

/** One event as SSE text; `named` puts the event's `type` into its name. */
export function encodeSse(event: Parsed | JsonText, named: boolean): string {
  if (event === '[DONE]') return 'data: [DONE]\n\n';
  if (named) return `event: ${typeOf(event)}\ndata: ${textOfJson(event)}\n\n`;
  return `data: ${textOfJson(event)}\n\n`;
}

function typeOf(event: JsonObject | JsonText): string {
  const { type } = event instanceof JsonText ? event.toJSON() : event;
  return String(type);
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The position behind the last blank line, where an event ends; 0 where none does. */
export function sseBoundary(bytes: Buffer): number {
  const { length } = bytes;
  if (
    bytes[length - 1] === LINE_FEED &&
    (bytes[length - 2] === LINE_FEED || (bytes[length - 2] === CARRIAGE_RETURN && bytes[length - 3] === LINE_FEED))
  )
    return length;
  const plain = bytes.lastIndexOf('\n\n');
  const carriage = bytes.lastIndexOf('\n\r\n');
  return Math.max(plain < 0 ? 0 : plain + 2, carriage < 0 ? 0 : carriage + 3);
}
