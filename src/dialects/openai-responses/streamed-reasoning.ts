import type { JsonObject } from '../../ir/json.ts';
import type { Native, Signature } from '../../ir/request.ts';
import { objectsOf, textOf, wordOf } from '../lenient.ts';
import { remainder } from '../read.ts';
import { unpackSignature } from '../signature.ts';
import type { Progress, StreamedItem } from './streamed-item.ts';
import { nativeOf, OWN } from './vocabulary.ts';

const MEMBERS = new Set(['type', 'summary', 'content', 'encrypted_content', 'status']);

/** The number of a part of the summary among the sections of a reasoning item. */
export function summarySection(index: number): number {
  return index * 2;
}

/** The number of a part of the content among the sections of a reasoning item. */
export function contentSection(index: number): number {
  return index * 2 + 1;
}

/** A reasoning item: one block, whose sections are set apart by an empty line. */
export class StreamedReasoning implements StreamedItem {
  readonly #progress: Progress;
  /** Characters passed on, by section. */
  readonly #sent = new Map<number, number>();
  #block: number | undefined;
  #native: Native | undefined;
  #section: number | undefined;
  #isSealed = false;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  open(wire: JsonObject): void {
    this.#native ??= nativeOf(remainder(wire, MEMBERS));
  }

  /** Reasoning of which nothing is shown but its id only means something to its own dialect. */
  complete(wire: JsonObject): void {
    this.open(wire);
    objectsOf(wire.summary).forEach((part, index) => this.addRest(summarySection(index), textOf(part.text) ?? ''));
    const summary = new Set(objectsOf(wire.summary).map((part) => part.text));
    objectsOf(wire.content).forEach((part, index) => {
      // Some hosts say the same in both.
      if (this.#sent.has(contentSection(index)) || !summary.has(part.text)) this.addRest(contentSection(index), textOf(part.text) ?? '');
    });
    const encrypted = wordOf(wire.encrypted_content);
    if (this.#isSealed) return;
    this.#isSealed = true;
    if (encrypted !== undefined) this.#sign(encrypted);
    else if (this.#block === undefined) this.#progress.out.push({ type: 'opaque', choice: 0, block: this.#nextBlock(), dialect: OWN, value: wire });
  }

  /** Passes on a piece of a section. */
  add(section: number, text: string): void {
    if (text === '') return;
    const isFurther = this.#section !== undefined && this.#section !== section;
    this.#section = section;
    this.#sent.set(section, (this.#sent.get(section) ?? 0) + text.length);
    this.#push({ text: isFurther ? `\n\n${text}` : text });
  }

  /** Passes on what is new in the whole text of a section. */
  addRest(section: number, whole: string): void {
    this.add(section, whole.slice(this.#sent.get(section) ?? 0));
  }

  /** Takes the proof of the reasoning, or another dialect's signature that only travelled in this item. */
  #sign(encrypted: string): void {
    const { carrier, value, origin } = unpackSignature(encrypted, OWN);
    const signature: Signature = { value, origin };
    const progress = this.#progress;
    if (carrier === 'tool') progress.carried = signature;
    else if (carrier === 'redacted') this.#push({ text: '', redacted: value });
    else if (carrier === 'reasoning') this.#push({ text: '', signature });
    else if (progress.lastText !== undefined) progress.out.push({ type: 'text', choice: 0, block: progress.lastText, text: '', signature });
  }

  #push(members: { readonly text: string; readonly signature?: Signature; readonly redacted?: string }): void {
    const native = this.#block === undefined ? this.#native : undefined;
    this.#progress.out.push({ type: 'reasoning', choice: 0, block: this.#block ?? this.#nextBlock(), ...members, native });
  }

  #nextBlock(): number {
    return (this.#block = this.#progress.nextBlock++);
  }
}
