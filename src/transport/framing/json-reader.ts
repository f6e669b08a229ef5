import type { Json, JsonObject } from '../../ir/json.ts';

type Path = readonly (string | number)[];

/** JSON of which only one text changes from event to event, and what it says. */
interface Pattern {
  /** What stands in front of the text, with its opening quote, and behind it. */
  readonly before: string;
  readonly behind: string;
  /** The event with another text. */
  readonly make: (text: string) => Json;
}

/** Beginnings of events that are compared to see whether a pattern is worth looking for, in characters. */
const ALIKE = 24;
/** Longer events are looked at whole: they are rare, and bring more than a piece of text. */
const LONGEST = 2048;
/** Patterns that are looked for in one stream. */
const TRIES = 8;

/** A text that stands in JSON as it is, without escapes. */
const PLAIN = /^[ !#-[\]-\uffff]*$/;

/**
 * Reads the JSON of a stream's events, most of which repeat each other but for a piece of text: once that is seen only the text is looked
 * at, which takes a third of the time. What it gives is what `JSON.parse` gives.
 */
export class JsonReader {
  #pattern: Pattern | undefined;
  #last: { readonly text: string; readonly value: Json } | undefined;
  #tries = TRIES;

  /** Throws where the text is no JSON. */
  parse(text: string): Json {
    return this.#fit(text) ?? this.#parse(text);
  }

  #fit(text: string): Json | undefined {
    const pattern = this.#pattern;
    if (pattern === undefined || text.length < pattern.before.length + pattern.behind.length) return undefined;
    if (!text.startsWith(pattern.before) || !text.endsWith(pattern.behind)) return undefined;
    const piece = text.slice(pattern.before.length, text.length - pattern.behind.length);
    return PLAIN.test(piece) ? pattern.make(piece) : undefined;
  }

  #parse(text: string): Json {
    const value = JSON.parse(text) as Json;
    if (this.#tries > 0 && text.length <= LONGEST) this.#learn(text, value);
    return value;
  }

  #learn(text: string, value: Json): void {
    const last = this.#last;
    this.#last = { text, value };
    if (last === undefined || last.text.slice(0, ALIKE) !== text.slice(0, ALIKE) || last.text === text) return;
    this.#tries -= 1;
    this.#pattern = patternOf(text, value, last.value) ?? this.#pattern;
  }
}

/** What two events have in common; undefined where that is not all but one text. */
function patternOf(text: string, value: Json, other: Json): Pattern | undefined {
  const path = difference(value, other);
  const piece = path === undefined ? undefined : valueAt(value, path);
  if (path === undefined || typeof piece !== 'string') return undefined;
  const at = text.indexOf(`"${piece}"`);
  if (at < 0 || at !== text.lastIndexOf(`"${piece}"`)) return undefined;
  const [before, behind] = [text.slice(0, at + 1), text.slice(at + 1 + piece.length)];
  // The same letters may stand elsewhere: as the name of a member, say.
  const probe = parsed(`${before}${piece}~${behind}`);
  if (probe === undefined || valueAt(probe, path) !== `${piece}~` || difference(probe, value)?.join() !== path.join()) return undefined;
  return { before, behind, make: maker(value, path) };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The way to the only value in which two of the same structure differ; undefined: there is none, or more than one. */
function difference(one: Json, other: Json): Path | undefined {
  const found: Path[] = [];
  collect(one, other, { path: [], found });
  return found.length === 1 ? found[0] : undefined;
}

function collect(one: Json, other: Json, { path, found }: { readonly path: Path; readonly found: Path[] }): void {
  if (one === other || found.length > 1) return;
  if (!isComposite(one) || !isComposite(other) || Array.isArray(one) !== Array.isArray(other)) return void found.push(path);
  const [names, others] = [Object.keys(one), Object.keys(other)];
  if (names.length !== others.length || names.some((name, at) => name !== others[at])) return void found.push(path);
  for (const name of names) {
    const key = Array.isArray(one) ? Number(name) : name;
    collect(memberOf(one, key), memberOf(other, key), { path: [...path, key], found });
  }
}

function isComposite(value: Json): value is JsonObject | readonly Json[] {
  return typeof value === 'object' && value !== null;
}

function memberOf(value: Json, key: string | number): Json {
  return (value as Record<string | number, Json>)[key] as Json;
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>(memberOf, value);
}

/** Makes copies with another text at the end of the way. */
function maker(value: Json, [key, ...rest]: Path): (text: string) => Json {
  if (key === undefined) return (text) => text;
  const member = maker(memberOf(value, key), rest);
  return Array.isArray(value) ? (text) => value.with(key as number, member(text)) : (text) => ({ ...(value as JsonObject), [key]: member(text) });
}
