import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Native } from '../../ir/request.ts';
import { packSignature } from '../signature.ts';
import type { ItemWriter, Output } from './output.ts';
import { OWN, ownMembers } from './vocabulary.ts';
import type { ReasoningItem } from './wire.ts';

/** Reasoning: its text is a summary of one part, its signature the encrypted content. */
export class ReasoningWriter implements ItemWriter {
  readonly #output: Output;
  readonly #index: number;
  readonly #item: ReasoningItem;
  #text = '';

  constructor(output: Output, native: Native | undefined) {
    this.#output = output;
    this.#index = output.begin();
    this.#item = { ...ownMembers(native), id: output.idOf('rs_', this.#index, native), type: 'reasoning', summary: [] };
    output.added(this.#index, { ...this.#item, summary: [] });
  }

  write(event: ChatEvent): void {
    if (event.type !== 'reasoning') return;
    if (event.text !== '') this.#delta(event.text);
    if (event.redacted !== undefined) this.#item.encrypted_content = packSignature({ value: event.redacted }, OWN, 'redacted');
    else if (event.signature !== undefined) this.#item.encrypted_content = packSignature(event.signature, OWN);
  }

  #delta(text: string): void {
    if (this.#text === '') this.#event('response.reasoning_summary_part.added', { part: { type: 'summary_text', text: '' } });
    this.#text += text;
    this.#event('response.reasoning_summary_text.delta', { delta: text });
  }

  close(): void {
    if (this.#text !== '') {
      const part = { type: 'summary_text' as const, text: this.#text };
      this.#event('response.reasoning_summary_text.done', { text: this.#text });
      this.#event('response.reasoning_summary_part.done', { part });
      this.#item.summary.push(part);
    }
    this.#output.done(this.#index, this.#item);
  }

  #event(type: string, members: JsonObject): void {
    const place = { item_id: this.#item.id, output_index: this.#index, summary_index: 0 };
    this.#output.log.write({ type, sequence_number: this.#output.log.next(), ...place, ...members });
  }
}
