import type { ChatEvent } from './events.ts';

/** Which of an answer's choices have begun, and which have ended: one of several may end long before the others. */
export class Choices {
  readonly #open = new Set<number>();
  readonly #ended = new Set<number>();

  note(event: ChatEvent): void {
    if (!('choice' in event)) return;
    const { choice } = event;
    if (event.type === 'finish') {
      this.#ended.add(choice);
      this.#open.delete(choice);
    } else if (!this.#ended.has(choice)) this.#open.add(choice);
  }

  /** All that have begun have ended, and at least one has. */
  get areOver(): boolean {
    return this.#ended.size > 0 && this.#open.size === 0;
  }

  /** Some have ended, others have not. */
  get areHalfOver(): boolean {
    return this.#ended.size > 0 && this.#open.size > 0;
  }
}
