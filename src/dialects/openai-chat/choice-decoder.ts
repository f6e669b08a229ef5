import type { ChatEvent } from '../../ir/events.ts';
import type { Citation, Signature } from '../../ir/request.ts';

/** What the blocks of a choice are numbered by. */
type Kind = 'text' | 'reasoning' | 'refusal' | 'other';

/** A tool call of a choice that is still arriving. */
export interface ToolSlot {
  readonly index: number | undefined;
  id: string;
  name: string;
  custom: boolean;
  signature: Signature | undefined;
  /** Arguments that came before the call had a name. */
  early: string;
  /** Undefined until the call was reported. */
  block: number | undefined;
}

/** Where the decoder is in one choice: numbers its blocks and writes its events. */
export class ChoiceState {
  readonly choice: number;
  readonly tools: ToolSlot[] = [];
  /** The pieces of the spoken answer, which hosts encode one by one. */
  readonly audio: { data: Buffer[]; transcript: string; record: Record<string, string | number> } = { data: [], transcript: '', record: {} };
  /** Whether anything of the answer came at all. */
  heard = false;
  finished = false;
  cited = false;
  /** Reasoning came as plain text, so that texts of `reasoning_details` repeat it. */
  plainReasoning = false;
  readonly #out: ChatEvent[];
  #kind: Kind | undefined;
  #block = -1;
  #blocks = 0;
  #lastText = -1;
  #citations: Citation[] = [];

  constructor(choice: number, out: ChatEvent[]) {
    this.choice = choice;
    this.#out = out;
  }

  get hasToolCalls(): boolean {
    return this.tools.some((slot) => slot.block !== undefined);
  }

  text(text: string, signature?: Signature): void {
    if (this.#kind !== 'text') this.#lastText = this.#open('text');
    this.#out.push({ type: 'text', choice: this.choice, block: this.#block, text, signature });
    if (this.#citations.length > 0) this.#cite();
  }

  /** A proof for the text so far, which must not begin a text of its own. */
  signText(signature: Signature): void {
    if (this.#lastText === -1) this.text('', signature);
    else this.#out.push({ type: 'text', choice: this.choice, block: this.#lastText, text: '', signature });
  }

  reasoning(text: string): void {
    if (this.#kind !== 'reasoning') this.#open('reasoning');
    this.#out.push({ type: 'reasoning', choice: this.choice, block: this.#block, text });
  }

  /** The proof of the reasoning block that is open, or of one that shows no words; what follows is another block. */
  signReasoning(signature: Signature): void {
    if (this.#kind !== 'reasoning') this.#open('reasoning');
    this.#out.push({ type: 'reasoning', choice: this.choice, block: this.#block, text: '', signature });
    this.#kind = 'other';
  }

  redacted(redacted: string): void {
    this.#open('other');
    this.#out.push({ type: 'reasoning', choice: this.choice, block: this.#block, text: '', redacted });
  }

  refusal(text: string): void {
    if (this.#kind !== 'refusal') this.#open('refusal');
    this.#out.push({ type: 'refusal', choice: this.choice, block: this.#block, text });
  }

  /** Citations wait for the text that they belong to. */
  cite(citation: Citation): void {
    this.cited = true;
    this.#citations.push(citation);
    if (this.#lastText !== -1) this.#cite();
  }

  image(url: string, source: Extract<ChatEvent, { type: 'media' }>['source']): void {
    if (url === '') return;
    this.#out.push({ type: 'media', choice: this.choice, block: this.#open('other'), kind: 'image', source });
  }

  /** Reports the call as soon as its name is known, and whatever arguments came until then. */
  toolArguments(slot: ToolSlot, text: string): void {
    this.heard = true;
    if (slot.block !== undefined) {
      if (text !== '') this.#out.push({ type: 'tool_arguments', choice: this.choice, block: slot.block, text });
    } else if (slot.name === '') slot.early += text;
    else this.#openCall(slot, slot.early + text);
  }

  /** Writes what was held back for an answer that went on. */
  settle(): void {
    for (const slot of this.tools) if (slot.block === undefined && (slot.id !== '' || slot.early !== '')) this.#openCall(slot, slot.early);
    if (this.audio.data.length > 0 || this.audio.transcript !== '') this.#speak();
    if (this.#citations.length > 0) this.text('');
  }

  #openCall(slot: ToolSlot, text: string): void {
    slot.block = this.#open('other');
    this.#out.push({
      type: 'tool_call',
      choice: this.choice,
      block: slot.block,
      id: slot.id,
      name: slot.name,
      arguments: text,
      custom: slot.custom ? true : undefined,
      signature: slot.signature,
    });
  }

  #speak(): void {
    const { data, transcript, record } = this.audio;
    this.#out.push({
      type: 'media',
      choice: this.choice,
      block: this.#open('other'),
      kind: 'audio',
      source: { kind: 'base64', mime: 'audio/wav', data: Buffer.concat(data).toString('base64') },
      transcript: transcript === '' ? undefined : transcript,
      native: { dialect: 'openai-chat', value: record },
    });
    this.audio.data = [];
    this.audio.transcript = '';
  }

  #cite(): void {
    for (const citation of this.#citations) this.#out.push({ type: 'citation', choice: this.choice, block: this.#lastText, citation });
    this.#citations = [];
  }

  #open(kind: Kind): number {
    this.heard = true;
    this.#kind = kind;
    this.#block = this.#blocks++;
    return this.#block;
  }
}
