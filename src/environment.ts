/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a variable; undefined where it is not set, or empty. */
export function textIn(env: Environment, name: string): string | undefined {
  const text = env[name];
  return text === '' ? undefined : text;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A whole number; undefined where none is given. One that is out of range, or no number, is an error that names the variable. */
export function wholeNumberIn(env: Environment, name: string, { min, max }: Range): number | undefined {
  const text = textIn(env, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`);
}

/** One of some words, in any case; undefined where none is given. Any other word is an error that names the variable. */
export function wordIn<Word extends string>(env: Environment, name: string, words: readonly Word[]): Word | undefined {
  const text = textIn(env, name);
  if (text === undefined) return undefined;
  const word = words.find((known) => known === text.toLowerCase());
  if (word === undefined) throw new Error(`${name}: expected one of ${words.join(', ')}, got ${JSON.stringify(text)}`);
  return word;
}

const SWITCH: Readonly<Record<string, boolean>> = { '1': true, true: true, on: true, yes: true, '0': false, false: false, off: false, no: false };

/** A switch. A word that says neither on nor off is an error that names the variable, because many switches are about safety. */
export function switchIn(env: Environment, name: string, fallback = false): boolean {
  const word = textIn(env, name)?.toLowerCase();
  if (word === undefined) return fallback;
  if (Object.hasOwn(SWITCH, word)) return SWITCH[word] as boolean;
  throw new Error(`${name}: expected 1 or 0, got ${JSON.stringify(env[name])}`);
}
