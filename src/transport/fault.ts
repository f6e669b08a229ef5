import type { Fault } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import { encodeMessage } from './framing/aws-eventstream.ts';
import type { Exchange, Receiver, Transport, UpstreamHead, UpstreamRequest } from './port.ts';

/** Chance and time, so that tests can set them. */
export interface FaultClock {
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** A transport with which things go wrong as a fault says, for rehearsals. */
export function faulty(transport: Transport, fault: Fault, clock: FaultClock): Transport {
  return (request, receiver) => {
    if (clock.random() >= (fault.probability ?? 1)) return transport(request, receiver);
    const exchange = new FaultyExchange(receiver, fault);
    void clock.sleep(fault.delay ?? 0, exchange.signal).then(
      () => exchange.send(transport, request),
      () => undefined,
    );
    return exchange;
  };
}

/** Stands between a provider and its receiver and spoils what passes. */
class FaultyExchange implements Exchange, Receiver {
  readonly #receiver: Receiver;
  readonly #fault: Fault;
  readonly #aborter = new AbortController();
  #exchange: Exchange | undefined;
  /** Undefined: the answer is not streamed. */
  #layout: Layout | undefined;
  #partial: Buffer = Buffer.alloc(0);
  #events = 0;
  /** The fault has struck: whatever the provider still sends is lost. */
  #isOver = false;

  constructor(receiver: Receiver, fault: Fault) {
    this.#receiver = receiver;
    this.#fault = fault;
  }

  /** Aborts with the exchange. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  send(transport: Transport, request: UpstreamRequest): void {
    const { status, reset } = this.#fault;
    if (reset === true) this.#receiver.fail(broken());
    else if (status === undefined) this.#exchange = transport(request, this);
    else this.#answer(status);
  }

  head(head: UpstreamHead): void {
    this.#layout = LAYOUTS.find(({ type }) => type.test(head.contentType));
    this.#receiver.head(head);
    if (this.#layout !== undefined) this.#strikeAfter(0, this.#layout);
  }

  data(chunk: Buffer): boolean {
    if (this.#isOver) return true;
    const layout = this.#layout;
    if (layout === undefined) return this.#spoilWhole(chunk);
    let rest = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk]);
    let wantsMore = true;
    for (let end = layout.endOfEvent(rest); end > 0 && !this.#isOver; end = layout.endOfEvent(rest)) {
      wantsMore = this.#receiver.data(rest.subarray(0, end));
      rest = rest.subarray(end);
      this.#strikeAfter(++this.#events, layout);
    }
    this.#partial = rest;
    return wantsMore || this.#isOver;
  }

  end(): void {
    if (this.#isOver) return;
    if (this.#partial.length > 0) this.#receiver.data(this.#partial);
    this.#receiver.end();
  }

  fail(error: GatewayError): void {
    if (!this.#isOver) this.#receiver.fail(error);
  }

  resume(): void {
    this.#exchange?.resume();
  }

  abort(): void {
    this.#isOver = true;
    this.#aborter.abort();
    this.#exchange?.abort();
  }

  #answer(status: number): void {
    const error = { message: `A rehearsed fault: status ${status}.`, type: 'fault_injected', param: null, code: 'fault_injected' };
    this.#receiver.head({ status, headers: [], contentType: 'application/json', contentEncoding: undefined });
    this.#receiver.data(Buffer.from(JSON.stringify({ error })));
    this.#receiver.end();
  }

  #strikeAfter(events: number, layout: Layout): void {
    const { cutAfter, stallAfter, malformed } = this.#fault;
    if (events === cutAfter) this.#cut();
    else if (events === stallAfter) this.#isOver = true;
    else if (malformed === true && events === 1) this.#receiver.data(layout.malformed);
  }

  /** A whole answer counts as one event, and is spoilt in its middle. */
  #spoilWhole(chunk: Buffer): boolean {
    const { cutAfter, stallAfter, malformed } = this.#fault;
    if (cutAfter === undefined && stallAfter === undefined && malformed !== true) return this.#receiver.data(chunk);
    this.#receiver.data(chunk.subarray(0, Math.floor(chunk.length / 2)));
    if (cutAfter !== undefined) this.#cut();
    else if (stallAfter === undefined) this.#receiver.end();
    this.#isOver = true;
    return true;
  }

  #cut(): void {
    this.abort();
    this.#receiver.fail(broken());
  }
}

function broken(): GatewayError {
  return new GatewayError('upstream_unreachable', 'A rehearsed fault broke the connection to the provider.');
}

/** How a streamed answer is laid out in bytes. */
interface Layout {
  readonly type: RegExp;
  /** The position behind the first event in some bytes; 0 where none is whole. */
  readonly endOfEvent: (bytes: Buffer) => number;
  readonly malformed: Buffer;
}

const MALFORMED = '{"rehearsed": ';
const AWS_HEADERS = { ':event-type': 'rehearsed', ':content-type': 'application/json', ':message-type': 'event' };

const LAYOUTS: readonly Layout[] = [
  { type: /^text\/event-stream/i, endOfEvent: endOfSseEvent, malformed: Buffer.from(`data: ${MALFORMED}\n\n`) },
  { type: /\.eventstream/i, endOfEvent: endOfAwsEvent, malformed: Buffer.from(encodeMessage(AWS_HEADERS, MALFORMED)) },
];

function endOfSseEvent(bytes: Buffer): number {
  const ends = ['\n\n', '\r\n\r\n'].flatMap((gap) => (bytes.includes(gap) ? [bytes.indexOf(gap) + gap.length] : []));
  return ends.length === 0 ? 0 : Math.min(...ends);
}

function endOfAwsEvent(bytes: Buffer): number {
  const length = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  return length > bytes.length ? 0 : length;
}
