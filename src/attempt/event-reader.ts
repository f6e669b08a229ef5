import type { Dialect, Framing, WireEvent } from '../dialects/dialect.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { FrameDecoder } from '../transport/framing/frame-decoder.ts';
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
export function eventReader({ stream }: Pick<Dialect, 'stream'>, framing: Framing, parsed: (wire: WireEvent) => void = () => undefined): EventReader {
  const decoder = stream.decoder();
  const decode = (wire: WireEvent): readonly ChatEvent[] => {
    parsed(wire);
    return decoder.push(wire);
  };
  const frames = framing === 'sse' && stream.hasPlainTexts === true ? runs(decode) : oneByOne(FRAMINGS[framing].decoder(), decode);
  return { push: (chunk) => frames.push(chunk), end: () => [...frames.end(), ...decoder.end()] };
}

type Decode = (wire: WireEvent) => readonly ChatEvent[];

function oneByOne(frames: FrameDecoder, decode: Decode): EventReader {
  const all = (wires: readonly WireEvent[]): readonly ChatEvent[] => {
    const events: ChatEvent[] = [];
    for (const wire of wires) for (const event of decode(wire)) events.push(event);
    return events;
  };
  return { push: (chunk) => all(frames.push(chunk)), end: () => all(frames.end()) };
}

function runs(decode: Decode): EventReader {
  const run = new TextRun();
  return sseReader((data, name) => {
    const next = run.read(data, name);
    if (next !== undefined) return [next];
    const wire = parseData(data, name);
    const events = wire === undefined ? undefined : decode(wire);
    run.learn(data, name, events ?? []);
    return events;
  });
}
