import type { JsonObject } from '../../ir/json.ts';
import type { Native } from '../../ir/request.ts';
import { objectsOf, textOf, wordOf } from '../lenient.ts';
import { remainder } from '../read.ts';
import { decodeAnnotation } from './citations.ts';
import { speechOf } from './streamed-audio.ts';
import type { Progress, StreamedItem } from './streamed-item.ts';
import { nativeOf } from './vocabulary.ts';

/** A content part; `sent` counts the characters that were passed on. */
interface Piece {
  readonly kind: 'text' | 'refusal' | 'audio';
  readonly block: number;
  sent: number;
  annotations: number;
  logprobs: number;
}

const MEMBERS = new Set(['type', 'role', 'content', 'status']);

/** A message: each of its content parts is a block. */
export class StreamedMessage implements StreamedItem {
  readonly #progress: Progress;
  readonly #pieces = new Map<number, Piece>();
  /** Members of the item, which go out with its first text. */
  #native: Native | undefined;
  #announced = false;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  open(wire: JsonObject): void {
    this.#native ??= nativeOf(remainder(wire, MEMBERS));
  }

  /** Hosts number content parts from where they please: the n-th part of the finished item is the n-th that was streamed. */
  complete(wire: JsonObject): void {
    this.open(wire);
    const streamed = [...this.#pieces.keys()].sort((a, b) => a - b);
    let next = (streamed.at(-1) ?? -1) + 1;
    for (const part of objectsOf(wire.content)) this.completePart(streamed.shift() ?? next++, part);
  }

  /** Passes on a piece of the part at `index`. */
  add(index: number, kind: 'text' | 'refusal', text: string): void {
    if (text === '') return;
    const piece = this.#piece(index, kind);
    if (piece.kind !== kind) return;
    piece.sent += text.length;
    const { out } = this.#progress;
    if (kind === 'refusal') out.push({ type: 'refusal', choice: 0, block: piece.block, text });
    else if (this.#announced) out.push({ type: 'text', choice: 0, block: piece.block, text });
    else {
      this.#announced = true;
      out.push({ type: 'text', choice: 0, block: piece.block, text, native: this.#native });
    }
  }

  /** Passes on what is new in the whole text of the part at `index`. */
  addRest(index: number, kind: 'text' | 'refusal', whole: string): void {
    this.add(index, kind, whole.slice(this.#pieces.get(index)?.sent ?? 0));
  }

  /** Passes on what is new in a finished part. */
  completePart(index: number, part: JsonObject): void {
    if (part.type === 'refusal') this.addRest(index, 'refusal', textOf(part.refusal) ?? '');
    else if (part.type === 'output_audio') this.#addAudio(index, part);
    else if (typeof part.text === 'string') this.#completeText(index, part.text, part);
  }

  #completeText(index: number, text: string, part: JsonObject): void {
    this.addRest(index, 'text', text);
    const annotations = objectsOf(part.annotations);
    for (const annotation of annotations.slice(this.#pieces.get(index)?.annotations ?? 0)) this.annotate(index, annotation);
    this.addLogprobsRest(index, part.logprobs);
  }

  #addAudio(index: number, part: JsonObject): void {
    const data = wordOf(part.data);
    if (data === undefined || this.#pieces.has(index)) return;
    const { block } = this.#piece(index, 'audio');
    const source = speechOf(data, wordOf(part.format));
    this.#progress.out.push({ type: 'media', choice: 0, block, kind: 'audio', source, transcript: wordOf(part.transcript) });
  }

  annotate(index: number, annotation: JsonObject): void {
    const piece = this.#piece(index, 'text');
    if (piece.kind !== 'text') return;
    piece.annotations++;
    this.#progress.out.push({ type: 'citation', choice: 0, block: piece.block, citation: decodeAnnotation(annotation) });
  }

  /** Passes on the log probabilities of a piece. */
  addLogprobs(index: number, content: unknown): void {
    if (!Array.isArray(content) || content.length === 0) return;
    this.#piece(index, 'text').logprobs += content.length;
    this.#progress.out.push({ type: 'logprobs', choice: 0, value: { content } });
  }

  /** Passes on what is new in the log probabilities of a whole text. */
  addLogprobsRest(index: number, content: unknown): void {
    if (Array.isArray(content)) this.addLogprobs(index, content.slice(this.#pieces.get(index)?.logprobs ?? 0));
  }

  #piece(index: number, kind: Piece['kind']): Piece {
    let piece = this.#pieces.get(index);
    if (piece === undefined) {
      piece = { kind, block: this.#progress.nextBlock++, sent: 0, annotations: 0, logprobs: 0 };
      this.#pieces.set(index, piece);
      if (kind === 'text') this.#progress.lastText = piece.block;
    }
    return piece;
  }
}
