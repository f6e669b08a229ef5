import type { GatewayError } from '../errors.ts';
import type { Receiver, Transport, UpstreamHead } from './port.ts';

/** Counts what arrives. */
export interface Meter {
  bytes: number;
}

/** A transport that counts the bytes of response bodies. */
export function metered(transport: Transport, meter: Meter): Transport {
  return (request, receiver) => transport(request, new MeteredReceiver(receiver, meter));
}

class MeteredReceiver implements Receiver {
  readonly #receiver: Receiver;
  readonly #meter: Meter;

  constructor(receiver: Receiver, meter: Meter) {
    this.#receiver = receiver;
    this.#meter = meter;
  }

  connected(): void {
    this.#receiver.connected?.();
  }

  head(head: UpstreamHead): void {
    this.#receiver.head(head);
  }

  data(chunk: Buffer): boolean {
    this.#meter.bytes += chunk.length;
    return this.#receiver.data(chunk);
  }

  end(): void {
    this.#receiver.end();
  }

  fail(error: GatewayError): void {
    this.#receiver.fail(error);
  }
}
