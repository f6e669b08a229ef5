import type { JsonObject } from './json.ts';

/** A JSON object that is written already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): JsonObject {
    return JSON.parse(this.text) as JsonObject;
  }
}

/** The JSON of something as it goes over a wire. */
export function textOfJson(value: JsonObject | JsonText): string {
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}

/** Writes objects that differ in a text only: what is the same in all of them is written once. */
export class Stencil {
  readonly #parts: readonly string[];

  /** `make` gives the object for a text; the text stands in it as a value, once or more often. */
  constructor(make: (text: string) => JsonObject) {
    const bare = JSON.stringify(make(''));
    let mark = '~';
    while (bare.includes(mark)) mark += '~';
    this.#parts = JSON.stringify(make(mark)).split(`"${mark}"`);
  }

  /** The object for a text. */
  fill(text: string): JsonText {
    return new JsonText(this.#parts.join(JSON.stringify(text)));
  }
}
