import type { Dialect, ReplyContext, WireEvent } from '../../src/dialects/dialect.ts';
import type { ChatEvent } from '../../src/ir/events.ts';
import type { JsonObject } from '../../src/ir/json.ts';
import { FRAMINGS } from '../../src/transport/framing/framings.ts';

/** What encoders are told where a test does not care. */
export const CONTEXT: ReplyContext = { id: 'c0ffee', created: 1_700_000_000, model: 'asked-model', strict: true, includeUsage: true };

/** A value as it is behind a wire: without undefined members. */
export function overWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** A whole answer on the wire. */
export function writeWhole(dialect: Dialect, events: readonly ChatEvent[], context: ReplyContext = CONTEXT): JsonObject {
  return overWire(dialect.reply.encode(events, context));
}

/** The events of a streamed answer on the wire. */
export function writeEvents(dialect: Dialect, events: readonly ChatEvent[], context: ReplyContext = CONTEXT): WireEvent[] {
  const encoder = dialect.stream.encoder(context);
  return [...events.flatMap((event) => encoder.push(event)), ...encoder.end()].map((event) => overWire<unknown>(event) as WireEvent);
}

/** The bytes of a streamed answer, in the framing of the dialect. */
export function writeStream(dialect: Dialect, events: readonly ChatEvent[], context: ReplyContext = CONTEXT): Buffer {
  const { encode } = FRAMINGS[dialect.framing];
  return Buffer.concat(writeEvents(dialect, events, context).map((event) => Buffer.from(encode(event, dialect.namedEvents) as Uint8Array)));
}

/** Reads the bytes of a streamed answer in pieces of these sizes, over and over. */
export function readStream(dialect: Dialect, bytes: Buffer, sizes: readonly number[]): ChatEvent[] {
  const decoder = dialect.stream.decoder();
  const wire = readFrames(dialect, bytes, sizes);
  return [...wire.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

/** The events in the bytes of a stream, read in pieces of these sizes. */
export function readFrames(dialect: Dialect, bytes: Buffer, sizes: readonly number[] = [bytes.length || 1]): WireEvent[] {
  const frames = FRAMINGS[dialect.framing].decoder();
  const wire: WireEvent[] = [];
  let position = 0;
  for (let piece = 0; position < bytes.length; piece++) {
    const end = position + (sizes[piece % sizes.length] as number);
    wire.push(...frames.push(bytes.subarray(position, end)));
    position = end;
  }
  return [...wire, ...frames.end()];
}
