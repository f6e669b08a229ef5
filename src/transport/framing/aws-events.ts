import type { Json, JsonObject } from '../../ir/json.ts';
import { JsonText } from '../../ir/json-text.ts';
import { encodeMessage, MessageDecoder, type EventStreamMessage } from './aws-eventstream.ts';
import type { FrameDecoder } from './frame-decoder.ts';

type Parsed = JsonObject | '[DONE]';

/**
 * Decodes an AWS event stream. An event becomes `{[type]: payload}`, an exception `{[type]: {message}}`; a `chunk` of base64, in which
 * InvokeModel wraps the events of the model's own format, becomes the event inside. Broken framing ends the stream with a
 * `framingException`, because nothing behind it can be trusted.
 */
export function eventStreamDecoder(limit?: number): FrameDecoder {
  const decoder = new MessageDecoder(limit);
  let malformed = 0;
  return {
    push: (chunk) => {
      if (decoder.error !== undefined) return [];
      const messages = decoder.push(chunk);
      const events: Parsed[] = messages.map(readEvent).filter((event) => event !== undefined);
      malformed += messages.length - events.length;
      if (decoder.error !== undefined) events.push({ framingException: { message: decoder.error } });
      return events;
    },
    end: () => {
      if (decoder.pending > 0) malformed++;
      return [];
    },
    malformed: () => malformed,
  };
}

/** One event as the bytes of a message: the way back from what `eventStreamDecoder` gives. */
export function encodeEventStreamEvent(written: Parsed | JsonText): Buffer {
  if (written === '[DONE]') return Buffer.alloc(0);
  const event = written instanceof JsonText ? written.toJSON() : written;
  if (typeof event['type'] === 'string') return encodeEvent('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') });
  const [type = 'unknown', payload = {}] = Object.entries(event)[0] ?? [];
  return encodeEvent(type, payload);
}

function encodeEvent(type: string, payload: Json): Buffer {
  const exception = type.endsWith('Exception');
  const headers = {
    [exception ? ':exception-type' : ':event-type']: type,
    ':content-type': 'application/json',
    ':message-type': exception ? 'exception' : 'event',
  };
  return encodeMessage(headers, JSON.stringify(payload));
}

function readEvent({ headers, payload }: EventStreamMessage): JsonObject | undefined {
  const code = headers.get(':error-code');
  if (code !== undefined) return { [String(code)]: { message: String(headers.get(':error-message') ?? '') } };
  const type = headers.get(':event-type') ?? headers.get(':exception-type');
  const body = payload.length === 0 ? {} : parseObject(payload.toString('utf8'));
  if (typeof type !== 'string' || body === undefined) return undefined;
  if (type === 'chunk' && typeof body['bytes'] === 'string') return parseObject(Buffer.from(body['bytes'], 'base64').toString('utf8'));
  return { [type]: body };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
