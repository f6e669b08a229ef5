/** Those who want to hear of changes. However much changes within one turn of the event loop, each is called once. */
export class Watchers {
  readonly #callbacks = new Set<() => void>();
  #isTelling = false;

  get size(): number {
    return this.#callbacks.size;
  }

  /** The function given back ends the watch. */
  add(callback: () => void): () => void {
    // Its own function, so that one callback may watch twice.
    const own = (): void => callback();
    this.#callbacks.add(own);
    return () => void this.#callbacks.delete(own);
  }

  /** Calls everyone back, soon but never from within this call. */
  tell(): void {
    if (this.#isTelling || this.#callbacks.size === 0) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const callback of this.#callbacks) callback();
    });
  }

  clear(): void {
    this.#callbacks.clear();
  }
}
