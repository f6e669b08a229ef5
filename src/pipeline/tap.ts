import type { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';

/** Who looks on as a flow goes by. What it throws is told to `failed`, and the flow goes its way. */
export interface Watcher<Item> {
  /** Shown an item before it is passed on. */
  see(item: Item): void;
  /** The flow ended well; what comes before the end is passed on. */
  conclude?(): void;
  /** The flow broke. */
  broke?(error: GatewayError): void;
  /** The consumer wants no more. */
  left?(): void;
  /** Something went wrong with looking on. */
  failed(cause: unknown): void;
}

/** A flow with somebody looking on. */
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
    // Not `guarded`: a function for each item of each stream would be felt.
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

/** Runs something whose failing must not matter to the answer that it looks at. */
export function guarded(watcher: Pick<Watcher<never>, 'failed'>, look: () => void): void {
  try {
    look();
  } catch (cause) {
    watcher.failed(cause);
  }
}
