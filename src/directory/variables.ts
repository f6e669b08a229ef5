import { isObject } from '../dialects/read.ts';
import type { Path, Problem } from '../config/problems.ts';
import type { Environment } from '../environment.ts';

/** A value with what its references stand for, and the references that stand for nothing. */
export interface Filled {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** `${NAME}`, or `${NAME:-what holds where NAME is not set}`; `$${` is no reference. */
const REFERENCE = /\$(\$\{)|\$\{(\w+)(?::-([^}]*))?\}/g;

/** Fills in the references to variables of the environment, wherever in the text of a document they stand. */
export function withVariables(document: unknown, env: Environment): Filled {
  const problems: Problem[] = [];
  const fill = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return value.includes('${') ? filled(value, path) : value;
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, [...path, name])]));
  };
  const filled = (text: string, path: Path): string =>
    text.replaceAll(REFERENCE, (whole, ...[escaped, name, fallback]: readonly (string | undefined)[]) => {
      if (escaped !== undefined) return escaped;
      const found = env[name ?? ''] ?? fallback;
      if (found === undefined) problems.push({ path, message: `The environment has no variable ${name}` });
      return found ?? whole;
    });
  return { value: fill(document, []), problems };
}
