import type { Flow, Sink } from '../ir/flow.ts';

/** How fast a flow goes. */
export interface Pacing {
  /** Milliseconds between two items. */
  readonly gap: number;
  /** Runs something after this many milliseconds; the returned function cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** A flow of items that are all there already. */
export function flowOf<Item>(items: readonly Item[], pacing?: Pacing): Flow<Item> {
  return new ListFlow(items, pacing);
}

class ListFlow<Item> implements Flow<Item> {
  readonly #items: readonly Item[];
  readonly #pacing: Pacing | undefined;
  #sink: Sink<Item> | undefined;
  #next = 0;
  #isOver = false;
  #isWaiting = false;
  #isHeld = false;
  #takeBack: (() => void) | undefined;

  constructor(items: readonly Item[], pacing: Pacing | undefined) {
    this.#items = items;
    this.#pacing = pacing;
  }

  start(sink: Sink<Item>): void {
    this.#sink = sink;
    this.#go();
  }

  resume(): void {
    this.#isHeld = false;
    if (!this.#isWaiting) this.#go();
  }

  cancel(): void {
    this.#isOver = true;
    this.#takeBack?.();
  }

  #go(): void {
    while (!this.#isOver && !this.#isHeld) {
      if (this.#next === this.#items.length) return this.#end();
      this.#isHeld = this.#sink?.write(this.#items[this.#next++] as Item) === false;
      if (this.#pacing !== undefined) return this.#wait(this.#pacing);
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#sink?.end();
  }

  #wait({ gap, after }: Pacing): void {
    this.#isWaiting = true;
    this.#takeBack = after(gap, () => {
      this.#isWaiting = false;
      this.#go();
    });
  }
}
