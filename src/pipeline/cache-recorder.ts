import type { EntryBody } from '../cache/entry.ts';
import type { Flight } from '../cache/flights.ts';
import type { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import { captureFor, type Capture } from './capture.ts';
import type { EventBatch, Reply, ReplyBody } from './step.ts';

/** Bytes of the longest answer that is kept. */
const LONGEST = 8 * 1024 * 1024;

/** Hears of an answer once it is over; undefined: it is not whole, or too long. */
type Take = (body: EntryBody | undefined) => void;

/** Passes an answer on and has it taken down. While others wait for it, it is read to its end whoever leaves. */
export function recorded({ body }: Reply, flight: Flight, take: Take): ReplyBody {
  const capture = captureFor(body, LONGEST) as Capture;
  const takeWhole = (): void => take(bodyOf(capture, body.kind));
  switch (body.kind) {
    case 'bytes':
      capture.addBytes(body.bytes);
      takeWhole();
      return body;
    case 'answer':
      capture.addEvents(body.events);
      takeWhole();
      return body;
    case 'stream': {
      const add = (bytes: Uint8Array | string): void => capture.addBytes(bytes);
      return { kind: 'stream', flow: new SharedFlow(body.flow, flight, { add, takeWhole, drop: () => take(undefined) }) };
    }
    case 'events': {
      const add = ({ events }: EventBatch): void => capture.addEvents(events);
      return { kind: 'events', flow: new SharedFlow(body.flow, flight, { add, takeWhole, drop: () => take(undefined) }) };
    }
  }
}

function bodyOf({ answer }: Capture, kind: ReplyBody['kind']): EntryBody | undefined {
  if (answer.isCut) return undefined;
  if (answer.kind === 'events') return { kind: 'events', events: answer.events };
  return { kind: kind === 'stream' ? 'stream' : 'bytes', bytes: answer.bytes };
}

interface Recorder<Item> {
  readonly add: (item: Item) => void;
  readonly takeWhole: () => void;
  readonly drop: () => void;
}

/** A flow that is read for the one who leads, and on for those who wait when that one leaves. */
class SharedFlow<Item> implements Flow<Item>, Sink<Item> {
  readonly #flow: Flow<Item>;
  readonly #flight: Flight;
  readonly #recorder: Recorder<Item>;
  #sink: Sink<Item> | undefined;
  #hasStarted = false;

  constructor(flow: Flow<Item>, flight: Flight, recorder: Recorder<Item>) {
    this.#flow = flow;
    this.#flight = flight;
    this.#recorder = recorder;
    flight.onLeaderLeft(() => this.#readOn());
  }

  start(sink: Sink<Item>): void {
    this.#sink = sink;
    this.#begin();
  }

  resume(): void {
    this.#flow.resume();
  }

  cancel(): void {
    if (this.#flight.hasFollowers) return this.#readOn();
    this.#recorder.drop();
    this.#flow.cancel();
  }

  write(item: Item): boolean {
    this.#recorder.add(item);
    const isReady = this.#sink?.write(item) ?? true;
    // A slow leader must not hold up the others.
    return isReady || this.#flight.hasFollowers;
  }

  end(): void {
    this.#recorder.takeWhole();
    this.#sink?.end();
  }

  fail(error: GatewayError): void {
    this.#recorder.drop();
    this.#sink?.fail(error);
  }

  #readOn(): void {
    this.#sink = undefined;
    if (this.#hasStarted) this.#flow.resume();
    else this.#begin();
  }

  #begin(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#flow.start(this);
  }
}
