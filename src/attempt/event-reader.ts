import type { Dialect, Framing, WireEvent } from '../dialects/dialect.ts';
import type { ChatEvent } from '../ir/events.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import { parseData, sseReader } from '../transport/framing/sse.ts';
import { TextRun } from './text-run.ts';

/** Reads the bytes of a streamed answer as the events they mean. */
export interface EventReader {
  push(chunk: Buffer): readonly ChatEvent[];
  /** What an unterminated last event means, and what the dialect adds where the stream is over. */
  end(): readonly ChatEvent[];
}

/** A reader of a dialect's streams in some framing. `parsed` is shown the events as they came, but for those that only go on with a text. */
export function eventReader({ stream }: Pick<Dialect, 'stream'>, framing: Framing, parsed: (wire: WireEvent) => void): EventReader {
  const decoder = stream.decoder();
  const decode = (wire: WireEvent): readonly ChatEvent[] => {
    parsed(wire);
    return decoder.push(wire);
  };
  const push = framing === 'sse' && stream.hasPlainTexts === true ? readRuns(decode) : readEach(framing, decode);
  return { push, end: () => [...push(undefined), ...decoder.end()] };
}

/** Undefined stands for the end. */
type Read = (chunk: Buffer | undefined) => readonly ChatEvent[];

type Decode = (wire: WireEvent) => readonly ChatEvent[];

function readEach(framing: Framing, decode: Decode): Read {
  const frames = FRAMINGS[framing].decoder();
  return (chunk) => {
    const events: ChatEvent[] = [];
    for (const wire of chunk === undefined ? frames.end() : frames.push(chunk)) for (const event of decode(wire)) events.push(event);
    return events;
  };
}

function readRuns(decode: Decode): Read {
  const run = new TextRun();
  const frames = sseReader((data, name) => {
    const next = run.read(data, name);
    if (next !== undefined) return [next];
    const wire = parseData(data, name);
    const events = wire === undefined ? undefined : decode(wire);
    run.learn(data, name, events ?? []);
    return events;
  });
  return (chunk) => (chunk === undefined ? frames.end() : frames.push(chunk));
}
