import type { Usage } from '../ir/events.ts';

/** Disjoint buckets of a usage, by their names as labels. */
const BUCKETS = [
  ['input', 'input'],
  ['cacheRead', 'cache_read'],
  ['cacheWrite', 'cache_write'],
  ['toolPrompt', 'tool_prompt'],
  ['output', 'output'],
  ['reasoning', 'reasoning'],
] as const satisfies readonly (readonly [keyof Usage, string])[];

export interface Tokens {
  /** Name and number, without those that the provider does not report. */
  readonly buckets: readonly (readonly [name: string, tokens: number])[];
  /** All of the prompt, and all of the answer. */
  readonly input: number;
  readonly output: number;
}

/** The tokens of a usage, by bucket and in sum. */
export function tokensOf(usage: Usage): Tokens {
  const { input = 0, cacheRead = 0, cacheWrite = 0, toolPrompt = 0, output = 0, reasoning = 0 } = usage;
  const buckets = BUCKETS.map(([member, name]) => [name, usage[member] ?? 0] as const);
  return { buckets, input: input + cacheRead + cacheWrite + toolPrompt, output: output + reasoning };
}
