import type { Usage } from '../api/types.ts';
import type { Answer } from './answer.ts';
import { at, numberAt, optionalText, textAt } from './read.ts';

const withText = (answer: Answer, event: unknown): Answer => ({ ...answer, text: answer.text + textAt(event, 'text') });

const READERS: Readonly<Record<string, (answer: Answer, event: unknown) => Answer>> = {
  start: (answer, event) => ({ ...answer, model: optionalText(event, 'model') ?? answer.model }),
  text: withText,
  refusal: withText,
  reasoning: (answer, event) => ({ ...answer, reasoning: answer.reasoning + textAt(event, 'text') }),
  tool_call: (answer, event) => ({
    ...answer,
    tools: [...answer.tools, { id: textAt(event, 'id'), name: textAt(event, 'name'), arguments: textAt(event, 'arguments') }],
  }),
  tool_arguments: (answer, event) => {
    const last = answer.tools.at(-1);
    if (last === undefined) return answer;
    return { ...answer, tools: [...answer.tools.slice(0, -1), { ...last, arguments: last.arguments + textAt(event, 'text') }] };
  },
  usage: (answer, event) => ({ ...answer, usage: usageOf(at(event, 'usage')) }),
  finish: (answer, event) => ({ ...answer, finish: optionalText(event, 'reason') ?? answer.finish }),
};

/** An event in the gateway's own words, as its log may keep answers; undefined for any other. */
export function canonicalEvent(answer: Answer, event: unknown): Answer | undefined {
  return numberAt(event, 'choice') === 0 ? READERS[textAt(event, 'type')]?.(answer, event) : answer;
}

function usageOf(usage: unknown): Usage {
  const [input, output, read, write, reasoning] = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'].map((name) =>
    numberAt(usage, name),
  ) as [number, number, number, number, number];
  return { input, output, cache_read: read, cache_write: write, reasoning, total: input + output + read + write + reasoning };
}
