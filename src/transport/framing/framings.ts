import type { JsonObject } from '../../ir/json.ts';
import { encodeMessage, MessageDecoder, type EventStreamMessage } from './aws-eventstream.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import { encodeSse, sseBoundary, sseDecoder } from './sse.ts';

type Parsed = JsonObject | '[DONE]';

/** How events are laid out in bytes, both ways. */
export interface FramingCodec {
  readonly contentType: string;
  readonly decoder: () => FrameDecoder;
  /** `named`: the event's `type` goes where the framing has a place for names. */
  readonly encode: (event: Parsed, named: boolean) => string | Uint8Array;
  /** The position behind the last whole event in some bytes that begin with one; 0 where none is whole. */
  readonly boundary: (bytes: Buffer) => number;
}

/** The framings that dialects name. */
export const FRAMINGS: Readonly<Record<'sse' | 'aws-eventstream', FramingCodec>> = {
  sse: { contentType: 'text/event-stream; charset=utf-8', decoder: sseDecoder, encode: encodeSse, boundary: sseBoundary },
  'aws-eventstream': { contentType: 'application/vnd.amazon.eventstream', decoder: awsDecoder, encode: encodeAws, boundary: awsBoundary },
};

function awsDecoder(): FrameDecoder {
  const messages = new MessageDecoder();
  let malformed = 0;
  const read = (message: EventStreamMessage): Parsed[] => {
    const event = readAwsEvent(message);
    if (event === undefined) malformed++;
    return event === undefined ? [] : [event];
  };
  return {
    push: (chunk) => messages.push(chunk).flatMap(read),
    end: () => [],
    get malformed() {
      return malformed;
    },
  };
}

/** `{type: payload}`. Invoke streams wrap the model's own events in chunks of base64. */
function readAwsEvent({ headers, payload }: EventStreamMessage): JsonObject | undefined {
  const type = headers.get(':event-type') ?? headers.get(':exception-type') ?? headers.get(':error-code');
  const value = parseObject(payload);
  if (type === 'chunk' && typeof value?.['bytes'] === 'string') return parseObject(Buffer.from(value['bytes'], 'base64'));
  const message = headers.get(':error-message');
  return typeof type === 'string' ? { [type]: value ?? (typeof message === 'string' ? { message } : {}) } : undefined;
}

function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function encodeAws(event: Parsed): Uint8Array {
  const [type, payload] = Object.entries(event === '[DONE]' ? {} : event)[0] ?? ['', {}];
  const isException = type.endsWith('Exception');
  const headers = {
    [isException ? ':exception-type' : ':event-type']: type,
    ':content-type': 'application/json',
    ':message-type': isException ? 'exception' : 'event',
  };
  return encodeMessage(headers, JSON.stringify(payload));
}

function awsBoundary(bytes: Buffer): number {
  let position = 0;
  while (position + 4 <= bytes.length) {
    const next = position + bytes.readUInt32BE(position);
    if (next <= position || next > bytes.length) break;
    position = next;
  }
  return position;
}
