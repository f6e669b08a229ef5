import type { ChatEvent } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Native } from '../../ir/request.ts';
import { encodeAnnotation } from './citations.ts';
import type { ItemWriter, Output } from './output.ts';
import { ownMembers } from './vocabulary.ts';
import type { ItemStatus, MessageItem, OutputText, Refusal } from './wire.ts';

/** A message: texts and refusals that follow one another are its parts. */
export class MessageWriter implements ItemWriter {
  readonly #output: Output;
  readonly #index: number;
  readonly #item: MessageItem;
  #part: OutputText | Refusal | undefined;

  constructor(output: Output, native: Native | undefined) {
    this.#output = output;
    this.#index = output.begin();
    const id = output.idOf('msg_', this.#index, native);
    this.#item = { ...ownMembers(native), id, type: 'message', status: 'in_progress', content: [], role: 'assistant' };
    output.added(this.#index, { ...this.#item, content: [] });
  }

  /** Whether a part is open. */
  get isWriting(): boolean {
    return this.#part !== undefined;
  }

  openPart(kind: 'output_text' | 'refusal'): void {
    this.#part = emptyPart(kind);
    this.#event('response.content_part.added', { part: emptyPart(kind) });
  }

  /** Writes speech, which is known as a whole, as a part. */
  addAudio(data: string, format: string, transcript: string): void {
    const part = { type: 'output_audio' as const, data, format, transcript };
    this.#event('response.content_part.added', { part });
    this.#event('response.content_part.done', { part });
    this.#item.content.push(part);
  }

  write(event: ChatEvent): void {
    const part = this.#part;
    if (part?.type === 'output_text') this.#writeText(part, event);
    else if (part !== undefined && event.type === 'refusal' && event.text !== '') {
      part.refusal += event.text;
      this.#event('response.refusal.delta', { delta: event.text });
    }
  }

  addLogprobs(content: readonly Json[]): boolean {
    if (this.#part?.type !== 'output_text') return false;
    this.#part.logprobs.push(...content);
    return true;
  }

  #writeText(part: OutputText, event: ChatEvent): void {
    if (event.type === 'text') this.#delta(part, event.text);
    else if (event.type === 'citation') {
      const annotation = encodeAnnotation(event.citation, part.text.length);
      if (annotation === undefined) return;
      this.#event('response.output_text.annotation.added', { annotation_index: part.annotations.length, annotation });
      part.annotations.push(annotation);
    }
  }

  #delta(part: OutputText, text: string): void {
    if (text === '') return;
    part.text += text;
    this.#output.log.write({
      type: 'response.output_text.delta',
      sequence_number: this.#output.log.next(),
      item_id: this.#item.id,
      output_index: this.#index,
      content_index: this.#item.content.length,
      delta: text,
      logprobs: [],
    });
  }

  closePart(): void {
    const part = this.#part;
    if (part === undefined) return;
    if (part.type === 'refusal') this.#event('response.refusal.done', { refusal: part.refusal });
    else this.#event('response.output_text.done', { text: part.text, logprobs: part.logprobs });
    this.#event('response.content_part.done', { part });
    this.#item.content.push(part);
    this.#part = undefined;
  }

  close(status: ItemStatus): void {
    this.closePart();
    this.#item.status = status;
    this.#output.done(this.#index, this.#item);
  }

  #event(type: string, members: JsonObject): void {
    const place = { item_id: this.#item.id, output_index: this.#index, content_index: this.#item.content.length };
    this.#output.log.write({ type, sequence_number: this.#output.log.next(), ...place, ...members });
  }
}

function emptyPart(kind: 'output_text' | 'refusal'): OutputText | Refusal {
  return kind === 'refusal' ? { type: kind, refusal: '' } : { type: kind, annotations: [], logprobs: [], text: '' };
}
