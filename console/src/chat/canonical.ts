import type { Usage } from '../api/types.ts';
import type { Answer } from './answer.ts';

type Any = { readonly [name: string]: any };

const READERS: Readonly<Record<string, (answer: Answer, event: Any) => Answer>> = {
  start: (answer, event) => ({ ...answer, model: event['model'] ?? answer.model }),
  text: (answer, event) => ({ ...answer, text: answer.text + (event['text'] ?? '') }),
  refusal: (answer, event) => ({ ...answer, text: answer.text + (event['text'] ?? '') }),
  reasoning: (answer, event) => ({ ...answer, reasoning: answer.reasoning + (event['text'] ?? '') }),
  tool_call: (answer, event) => ({ ...answer, tools: [...answer.tools, { id: event['id'], name: event['name'], arguments: event['arguments'] ?? '' }] }),
  tool_arguments: withArguments,
  usage: (answer, event) => ({ ...answer, usage: usageOf(event['usage'] ?? event) }),
  finish: (answer, event) => ({ ...answer, finish: event['reason'] ?? answer.finish }),
};

/** An event in the gateway's own words, as its log may keep answers; undefined for any other. */
export function canonicalEvent(answer: Answer, event: Any): Answer | undefined {
  if (typeof event['type'] !== 'string' || (event['choice'] ?? 0) !== 0) return undefined;
  return READERS[event['type']]?.(answer, event);
}

function withArguments(answer: Answer, event: Any): Answer {
  const last = answer.tools.at(-1);
  return last === undefined ? answer : { ...answer, tools: answer.tools.with(-1, { ...last, arguments: last.arguments + (event['text'] ?? '') }) };
}

function usageOf({ input = 0, output = 0, cacheRead = 0, cacheWrite = 0, reasoning = 0 }: Any): Usage {
  return { input, output, cache_read: cacheRead, cache_write: cacheWrite, reasoning, total: input + output + cacheRead + cacheWrite + reasoning };
}
