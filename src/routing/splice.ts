import { Choices } from '../ir/choices.ts';
import type { ChatEvent } from '../ir/events.ts';

/** Events that neither carry an answer nor stand in the way of taking it up. */
const ASIDE = new Set<ChatEvent['type']>(['start', 'usage', 'error', 'logprobs', 'citation']);

/** Characters of an answer that are kept to be taken up again; that much is seldom said twice, and it must not fill the memory. */
const LONGEST = 256 * 1024;

/** What a client has received of a streamed answer. */
export class Delivered {
  text = '';
  hasReasoning = false;
  /** The block that the text stands in, and the highest block number used. */
  textBlock = -1;
  lastBlock = -1;
  readonly #choices = new Choices();
  /** Something that cannot be continued by another model: a tool call, an image, a second choice. */
  #hasOther = false;
  #isTooLong = false;

  note(events: readonly ChatEvent[]): void {
    for (const event of events) this.#noteOne(event);
  }

  /** The answer had ended before the stream broke: nothing is missing but its closing. */
  get isWhole(): boolean {
    return this.#choices.areOver;
  }

  /** Only text and thoughts were delivered, and not too much; tool calls are never spliced from two answers. */
  get canBeTakenUp(): boolean {
    return !this.#hasOther && !this.#isTooLong;
  }

  #noteOne(event: ChatEvent): void {
    this.#choices.note(event);
    if ('block' in event) this.lastBlock = Math.max(this.lastBlock, event.block);
    if ('choice' in event && event.choice > 0) this.#hasOther = true;
    if (event.type === 'text') this.#noteText(event);
    else if (event.type === 'reasoning') this.hasReasoning = true;
    else if (event.type !== 'finish' && !ASIDE.has(event.type)) this.#hasOther = true;
  }

  #noteText({ text, block }: Extract<ChatEvent, { type: 'text' }>): void {
    this.textBlock = block;
    if (this.text.length + text.length > LONGEST) this.#isTooLong = true;
    this.text = this.#isTooLong ? '' : this.text + text;
  }
}

/**
 * Cuts off the beginning of a second answer that a client already has from the first. One that was asked to go on from there may say it all
 * again nevertheless: as long as it says the same it is held back, until that shows.
 */
export class Splice {
  readonly #delivered: Delivered;
  #seen = '';
  /** The block of the second answer that goes on where the first one's text stopped. */
  #continued: number | undefined;
  /** White space at the end of what was delivered, which an answer that goes on from the text in front of it may say again or not. */
  #gap = '';
  /** What was delivered without that; undefined once it is clear where the second answer begins. */
  #goesOnFrom: string | undefined;
  #held: ChatEvent[] = [];
  #heldText = '';

  /** `goesOnFrom`: the beginning of what was delivered that the second answer was asked to go on from; it lacks white space at its end at most. */
  constructor(delivered: Delivered, goesOnFrom?: string) {
    this.#delivered = delivered;
    this.#goesOnFrom = goesOnFrom;
  }

  /** Whether all that was delivered has come again, or need not. */
  get hasCaughtUp(): boolean {
    return this.#seen.length >= this.#delivered.text.length;
  }

  /** What of some events is new to the client; undefined where the answer differs from what was delivered. */
  push(events: readonly ChatEvent[]): readonly ChatEvent[] | undefined {
    const further: ChatEvent[] = [];
    for (const event of this.#goesOnFrom === undefined ? events : this.#decided(events, this.#goesOnFrom)) {
      const next = this.#take(event);
      if (next === undefined) return undefined;
      if (next !== 'known') further.push(next);
    }
    return further;
  }

  /** The events that can be judged by now: none while the answer may be saying all again. */
  #decided(events: readonly ChatEvent[], goesOnFrom: string): readonly ChatEvent[] {
    const { text: delivered } = this.#delivered;
    this.#held.push(...events);
    for (const event of events) if (event.type === 'text') this.#heldText += event.text;
    const isOver = events.some(({ type }) => type === 'finish' || type === 'tool_call');
    const isAgain = this.#heldText.startsWith(delivered);
    if (!isAgain && !isOver && delivered.startsWith(this.#heldText)) return [];
    if (!isAgain) {
      this.#seen = delivered;
      this.#gap = delivered.slice(goesOnFrom.length);
    }
    const held = this.#held;
    this.#held = [];
    this.#goesOnFrom = undefined;
    return held;
  }

  #take(event: ChatEvent): ChatEvent | 'known' | undefined {
    if (event.type === 'text' && event.choice === 0) return this.#takeText(event);
    if (event.type === 'usage') return event;
    // One train of thought is enough: a second one beside the first would be a splice of two.
    if (event.type === 'start' || (event.type === 'reasoning' && (this.#delivered.hasReasoning || this.#delivered.text !== ''))) return 'known';
    if (!this.hasCaughtUp) return ASIDE.has(event.type) ? 'known' : undefined;
    return 'block' in event ? { ...event, block: this.#blockOf(event.block) } : event;
  }

  #takeText(event: Extract<ChatEvent, { type: 'text' }>): ChatEvent | 'known' | undefined {
    if (this.#continued === undefined && this.hasCaughtUp) this.#continued = event.block;
    if (this.#gap !== '') return this.#takeBehindGap(event);
    const before = this.#delivered.text;
    const from = this.#seen.length;
    this.#seen += event.text;
    if (from < before.length) this.#continued = event.block;
    const overlap = Math.min(before.length, this.#seen.length);
    if (from < before.length && this.#seen.slice(from, overlap) !== before.slice(from, overlap)) return undefined;
    const text = event.text.slice(Math.max(0, before.length - from));
    if (text === '') return 'known';
    return { ...event, text, block: this.#blockOf(event.block), signature: undefined };
  }

  /** Leaves out white space that the client has already, as far as it is said again. */
  #takeBehindGap(event: Extract<ChatEvent, { type: 'text' }>): ChatEvent | 'known' | undefined {
    let same = 0;
    while (same < Math.min(this.#gap.length, event.text.length) && event.text[same] === this.#gap[same]) same++;
    this.#gap = same === event.text.length ? this.#gap.slice(same) : '';
    const text = event.text.slice(same);
    return text === '' ? 'known' : { ...event, text, block: this.#blockOf(event.block), signature: undefined };
  }

  #blockOf(block: number): number {
    return block === this.#continued && this.#delivered.textBlock >= 0 ? this.#delivered.textBlock : this.#delivered.lastBlock + 1 + block;
  }
}
