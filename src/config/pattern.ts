import { createContext, Script, type Context } from 'node:vm';

/** Characters; a longer pattern is refused, a longer text is only looked at as far as this. */
export const MAX_PATTERN = 1_000;
export const MAX_TEXT = 10_000;

/** Steps of backtracking that are too few to be felt. */
const FREE_STEPS = 100_000;
/** Milliseconds after which a match is given up. */
const TIME_LIMIT = 50;

/** What is wrong with a regular expression of a config; undefined where nothing is. */
export function patternProblem(source: string): string | undefined {
  if (source.length > MAX_PATTERN) return `A regular expression can have at most ${MAX_PATTERN} characters`;
  return compile(source) === undefined ? 'Invalid regular expression' : undefined;
}

/**
 * Whether a pattern matches a text. Patterns come from callers, and some take exponential time: those that could are run under a
 * time limit, at a cost of some 100 µs, and count as not matching when it is over.
 */
export function patternMatches(source: string, text: string): boolean {
  const pattern = compile(source);
  if (pattern === undefined) return false;
  const seen = text.slice(0, MAX_TEXT);
  return worstCase(source, seen.length) <= FREE_STEPS ? pattern.test(seen) : testWithLimit(pattern, seen);
}

function compile(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

/**
 * An upper bound of the steps a backtracking matcher takes: each repetition multiplies them by the length of the text, each choice by
 * two; a repeated group or a back reference has no useful bound.
 */
function worstCase(source: string, length: number): number {
  const plain = source.replace(/\\[^1-9k]|\[(?:\\.|[^\]\\])*\]/gs, '.');
  if (/\)[*+{]|\\/.test(plain)) return Infinity;
  const repetitions = plain.match(/[*+{]/g)?.length ?? 0;
  const choices = plain.match(/[?|]/g)?.length ?? 0;
  return (length + 1) ** (1 + repetitions) * 2 ** choices;
}

let sandbox: { readonly script: Script; readonly context: Context } | undefined;

/** Only V8's own watchdog can stop a running regular expression, and scripts are what it watches. */
function testWithLimit(pattern: RegExp, text: string): boolean {
  sandbox ??= { script: new Script('pattern.test(text)'), context: createContext(Object.create(null) as Context) };
  Object.assign(sandbox.context, { pattern, text });
  try {
    return sandbox.script.runInContext(sandbox.context, { timeout: TIME_LIMIT }) as boolean;
  } catch {
    return false;
  }
}
