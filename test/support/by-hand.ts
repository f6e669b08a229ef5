import type { Flow, Sink } from '../../src/ir/flow.ts';

/** A flow that is fed by hand. */
export class ByHand<Item> implements Flow<Item> {
  sink: Sink<Item> | undefined;
  readonly passed: Item[] = [];
  cancelled = false;
  ended = '';

  start(sink: Sink<Item>): void {
    this.sink = sink;
  }

  resume(): void {}

  cancel(): void {
    this.cancelled = true;
  }

  /** Starts what a step made of the flow, and records what comes out of it. */
  listen(flow: Flow<Item>): void {
    flow.start({
      write: (item) => this.passed.push(item) > 0,
      end: () => void (this.ended = 'well'),
      fail: () => void (this.ended = 'badly'),
    });
  }
}
