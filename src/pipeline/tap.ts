import type { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';

/** An observer of a flow. What it throws is reported to `failed`, and does not affect the flow. */
export interface Watcher<Item> {
  /** Shown an item before it is passed on. */
  see(item: Item): void;
  /** The flow ended well; what comes before the end is passed on. */
  conclude?(): void;
  /** The flow broke. */
  broke?(error: GatewayError): void;
  /** The consumer wants no more. */
  left?(): void;
  /** The observer itself has failed. */
  failed(cause: unknown): void;
}

/** A flow with an observer. */
export function tapped<Item>(flow: Flow<Item>, watcher: Watcher<Item>): Flow<Item> {
  return new TappedFlow(flow, watcher);
}

class TappedFlow<Item> implements Flow<Item>, Sink<Item> {
  readonly #flow: Flow<Item>;
  readonly #watcher: Watcher<Item>;
  #sink: Sink<Item> | undefined;

  constructor(flow: Flow<Item>, watcher: Watcher<Item>) {
    this.#flow = flow;
    this.#watcher = watcher;
  }

  start(sink: Sink<Item>): void {
    this.#sink = sink;
    this.#flow.start(this);
  }

  resume(): void {
    this.#flow.resume();
  }

  cancel(): void {
    guarded(this.#watcher, () => this.#watcher.left?.());
    this.#flow.cancel();
  }

  write(item: Item): boolean {
    // Not `guarded`: a closure for each item of each stream would be noticeable.
    try {
      this.#watcher.see(item);
    } catch (cause) {
      this.#watcher.failed(cause);
    }
    return (this.#sink as Sink<Item>).write(item);
  }

  end(): void {
    guarded(this.#watcher, () => this.#watcher.conclude?.());
    (this.#sink as Sink<Item>).end();
  }

  fail(error: GatewayError): void {
    guarded(this.#watcher, () => this.#watcher.broke?.(error));
    (this.#sink as Sink<Item>).fail(error);
  }
}

/** Runs something whose failure must not affect the answer that it observes. */
export function guarded(watcher: Pick<Watcher<never>, 'failed'>, look: () => void): void {
  try {
    look();
  } catch (cause) {
    watcher.failed(cause);
  }
}
