import { isObject } from '../dialects/read.ts';
import type { Path, Problem } from './problems.ts';

/** Values under these keys belong to the provider, to a check or to the user: their keys are not ours to respell. */
const OPAQUE_KEYS = new Set([
  'override_params',
  'default_params',
  'params',
  'query',
  'checks',
  'feedback',
  'input_guardrails',
  'output_guardrails',
  'input_mutators',
  'output_mutators',
]);
const CAMEL_CASE = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/;

export interface Respelled {
  readonly value: unknown;
  /** Keys that were given in both spellings. */
  readonly problems: readonly Problem[];
}

/** A config with its camelCase keys in snake_case, so that both spellings pass the same checks. */
export function inSnakeCase(config: unknown): Respelled {
  const problems: Problem[] = [];
  const respell = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => respell(item, [...path, index]));
    if (!isObject(value)) return value;
    const respelled = new Map<string, unknown>();
    for (const [key, member] of Object.entries(value)) {
      const name = snakeCase(key);
      if (respelled.has(name)) problems.push({ path: [...path, name], message: `Given twice, in snake_case and in camelCase` });
      respelled.set(name, isOpaque(name) ? member : respell(member, [...path, name]));
    }
    return Object.fromEntries(respelled);
  };
  return { value: respell(config, []), problems };
}

function snakeCase(key: string): string {
  return CAMEL_CASE.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key;
}

function isOpaque(key: string): boolean {
  return OPAQUE_KEYS.has(key) || key.endsWith('_json');
}
