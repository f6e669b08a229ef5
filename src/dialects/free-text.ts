import { isObject, parseJson } from './read.ts';

const OPENING = /^\s*\{\s*"input"\s*:\s*"/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
/** What is whole of a JSON string: up to its closing quote, or to an escape that has not arrived to its end. */
const WHOLE = /^(?:[^"\\]+|\\u[0-9a-fA-F]{4}|\\[^u])*/;

/** Takes the text out of `{"input": "…"}`, piece by piece. */
export class FreeText {
  /** All that came, while the text has not begun; then what has come of it and is not passed on. */
  #pending = '';
  #hasBegun = false;
  #isOver = false;

  /** What a further piece of the JSON says of the text. */
  push(piece: string): string {
    if (this.#isOver) return '';
    this.#pending += piece;
    if (!this.#hasBegun && !this.#begin()) return '';
    const raw = WHOLE.exec(this.#pending)?.[0] ?? '';
    this.#pending = this.#pending.slice(raw.length);
    this.#isOver = this.#pending.startsWith('"');
    return unescape(raw);
  }

  /** What is left when nothing more comes: all of it, where the model did not keep to the form. */
  end(): string {
    if (this.#hasBegun) return '';
    const value = parseJson(this.#pending);
    if (!isObject(value)) return this.#pending;
    const [only, ...others] = Object.values(value);
    return typeof only === 'string' && others.length === 0 ? only : this.#pending;
  }

  #begin(): boolean {
    const opening = OPENING.exec(this.#pending)?.[0];
    if (opening === undefined) return false;
    this.#hasBegun = true;
    this.#pending = this.#pending.slice(opening.length);
    return true;
  }
}

function unescape(text: string): string {
  return text.replace(/\\(?:u(.{4})|(.))/gs, (_, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
