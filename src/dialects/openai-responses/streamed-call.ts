import type { JsonObject } from '../../ir/json.ts';
import { textOf, wordOf } from '../lenient.ts';
import { isObject, remainder } from '../read.ts';
import type { Progress, StreamedItem } from './streamed-item.ts';
import { nativeOf } from './vocabulary.ts';

/** Members that have a canonical form, or that hosts write where they do not belong. */
const MEMBERS = new Set(['type', 'call_id', 'name', 'arguments', 'input', 'status', 'output_index', 'item_id', 'sequence_number']);

/** A call of a function or of a custom tool; it begins as soon as the tool and the call have a name. */
export class StreamedCall implements StreamedItem {
  readonly #progress: Progress;
  readonly #isCustom: boolean;
  #block: number | undefined;
  /** Characters passed on. */
  #sent = 0;
  /** Arguments that came before the name of the tool. */
  #held = '';

  constructor(progress: Progress, isCustom: boolean) {
    this.#progress = progress;
    this.#isCustom = isCustom;
  }

  open(wire: JsonObject): void {
    if (this.#block === undefined && wordOf(wire.name) !== undefined && wordOf(wire.call_id) !== undefined) this.#begin(wire);
  }

  complete(wire: JsonObject): void {
    if (this.#block === undefined) this.#begin(wire);
    this.completeArguments(wire);
  }

  /** Passes on a piece of the arguments. */
  add(text: string): void {
    if (this.#block === undefined) this.#held += text;
    else if (text !== '') {
      this.#sent += text.length;
      this.#progress.out.push({ type: 'tool_arguments', choice: 0, block: this.#block, text });
    }
  }

  /** Passes on what is new in the whole arguments. */
  completeArguments(wire: JsonObject): void {
    this.open(wire);
    if (this.#block !== undefined) this.add(argumentsOf(wire).slice(this.#sent));
  }

  #begin(wire: JsonObject): void {
    const progress = this.#progress;
    const written = argumentsOf(wire);
    const text = written.startsWith(this.#held) ? written : this.#held;
    this.#block = progress.nextBlock++;
    this.#sent = text.length;
    progress.hasCalls = true;
    progress.out.push({
      type: 'tool_call',
      choice: 0,
      block: this.#block,
      id: wordOf(wire.call_id) ?? wordOf(wire.id) ?? `call_${this.#block}`,
      name: textOf(wire.name) ?? '',
      arguments: text,
      custom: this.#isCustom ? true : undefined,
      signature: progress.carried,
      native: nativeOf(remainder(wire, MEMBERS)),
    });
    progress.carried = undefined;
  }
}

/** Arguments are text, or in a careless host's answer the value itself. */
function argumentsOf(wire: JsonObject): string {
  const value = wire.arguments ?? wire.input;
  return isObject(value) ? JSON.stringify(value) : (textOf(value) ?? '');
}
