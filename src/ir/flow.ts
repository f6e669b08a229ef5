import type { GatewayError } from '../errors.ts';

/**
 * A push stream with one consumer and back-pressure, without a promise per item.
 * Delivery begins with `start`; after `write` answered false the producer holds until `resume`.
 */
export interface Flow<Item> {
  start(sink: Sink<Item>): void;
  resume(): void;
  /** The consumer wants no more: what feeds the flow is cancelled, and the sink hears nothing further. */
  cancel(): void;
}

/** Where a flow is delivered. Exactly one of `end` and `fail` is called, last. */
export interface Sink<Item> {
  /** Takes an item; false asks the producer to hold. */
  write(item: Item): boolean;
  end(): void;
  fail(error: GatewayError): void;
}
