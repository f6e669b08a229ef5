import type { Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { numberOf, objectOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { withCost } from '../usage-cost.ts';
import { OWN } from './vocabulary.ts';

/** Reads a usage record, in which the input includes cached tokens and the output includes reasoning. */
export function decodeUsage(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const input = numberOf(value.input_tokens);
  const output = numberOf(value.output_tokens);
  if (input === undefined && output === undefined) return undefined;
  const details = objectOf(value.input_tokens_details);
  const cacheRead = numberOf(details.cached_tokens);
  const cacheWrite = numberOf(details.cache_write_tokens);
  return {
    input: without(input, (cacheRead ?? 0) + (cacheWrite ?? 0)),
    cacheRead,
    cacheWrite,
    ...answerBuckets(value, input, output),
    native: { dialect: OWN, value },
  };
}

/** Hosts that count reasoning apart from the output are known by their own total. */
function answerBuckets(value: JsonObject, input: number | undefined, output: number | undefined): Pick<Usage, 'output' | 'reasoning'> {
  const reasoning = numberOf(objectOf(value.output_tokens_details).reasoning_tokens);
  if (reasoning === undefined || output === undefined || value.total_tokens === (input ?? 0) + output + reasoning) return { output, reasoning };
  const inside = Math.min(reasoning, output);
  return { output: output - inside, reasoning: inside };
}

/** The rest of a sum; a part that is larger than its sum was counted apart from it. */
function without(sum: number | undefined, part: number): number | undefined {
  return sum === undefined || part > sum ? sum : sum - part;
}

/** Writes a usage record; members that only the upstream knows are kept if it spoke this dialect. */
export function encodeUsage(usage: Usage): JsonObject {
  const native = usage.native?.dialect === OWN ? usage.native.value : {};
  const cached = usage.cacheRead ?? 0;
  const reasoning = usage.reasoning ?? 0;
  const input = (usage.input ?? 0) + cached + (usage.cacheWrite ?? 0) + (usage.toolPrompt ?? 0);
  const output = (usage.output ?? 0) + reasoning;
  const record = {
    ...native,
    input_tokens: input,
    input_tokens_details: { ...objectOf(native.input_tokens_details), cached_tokens: cached, cache_write_tokens: usage.cacheWrite },
    output_tokens: output,
    output_tokens_details: { ...objectOf(native.output_tokens_details), reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
  return withCost(record, usage);
}
