import type { GatewayError } from '../errors.ts';
import type { Exchange, Receiver, Transport, UpstreamHead, UpstreamRequest } from './port.ts';

/** Counts what arrives. */
export interface Meter {
  bytes: number;
}

/** Is told when something is waited for, and when it comes. */
export interface Watch {
  begin(): void;
  heard(): void;
  goOn(): void;
  end(): void;
}

/** A transport that counts the bytes of response bodies, and lets a watch know when the provider is waited for. */
export function metered(transport: Transport, meter: Meter, watch: Watch): Transport {
  return (request, receiver) => new MeteredExchange(receiver, meter, watch).open(transport, request);
}

class MeteredExchange implements Receiver, Exchange {
  readonly #receiver: Receiver;
  readonly #meter: Meter;
  readonly #watch: Watch;
  #exchange: Exchange | undefined;
  #isOver = false;

  constructor(receiver: Receiver, meter: Meter, watch: Watch) {
    this.#receiver = receiver;
    this.#meter = meter;
    this.#watch = watch;
  }

  open(transport: Transport, request: UpstreamRequest): Exchange {
    this.#watch.begin();
    this.#exchange = transport(request, this);
    return this;
  }

  connected(): void {
    this.#receiver.connected?.();
  }

  head(head: UpstreamHead): void {
    this.#watch.heard();
    this.#receiver.head(head);
    this.#watch.goOn();
  }

  data(chunk: Buffer): boolean {
    this.#watch.heard();
    this.#meter.bytes += chunk.length;
    const wantsMore = this.#receiver.data(chunk);
    this.#watch.goOn();
    return wantsMore;
  }

  end(): void {
    this.#finish();
    this.#receiver.end();
  }

  fail(error: GatewayError): void {
    this.#finish();
    this.#receiver.fail(error);
  }

  resume(): void {
    this.#exchange?.resume();
  }

  abort(): void {
    this.#finish();
    this.#exchange?.abort();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#watch.end();
  }
}
