import type { Usage } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';
import { numberOf, objectOf } from '../lenient.ts';
import { withCost } from '../usage-cost.ts';
import { OWN } from './vocabulary.ts';

/** `usage` → canonical buckets; undefined where nothing is counted. What is billed leaves out the template's tokens and counts only in need. */
export function decodeUsage(wire: Json | undefined): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const tokens = objectOf(wire.tokens);
  const billed = objectOf(wire.billed_units);
  const prompt = numberOf(tokens.input_tokens) ?? numberOf(billed.input_tokens);
  const completion = numberOf(tokens.output_tokens) ?? numberOf(billed.output_tokens);
  if (prompt === undefined && completion === undefined) return undefined;
  const cacheRead = atMost(prompt, numberOf(wire.cached_tokens));
  const reasoning = atMost(completion, numberOf(tokens.reasoning_tokens));
  return {
    input: prompt === undefined ? undefined : prompt - (cacheRead ?? 0),
    cacheRead,
    output: completion === undefined ? undefined : completion - (reasoning ?? 0),
    reasoning,
    native: { dialect: OWN, value: wire },
  };
}

/** Canonical buckets → `usage`; the provider's own record where it spoke this dialect. */
export function encodeUsage(usage: Usage | undefined): JsonObject | undefined {
  if (usage === undefined) return undefined;
  if (usage.native?.dialect === OWN) return withCost(usage.native.value, usage);
  const { input = 0, cacheRead, cacheWrite = 0, toolPrompt = 0, output = 0, reasoning } = usage;
  const counts = { input_tokens: input + (cacheRead ?? 0) + cacheWrite + toolPrompt, output_tokens: output + (reasoning ?? 0) };
  return withCost({ billed_units: counts, tokens: { ...counts, reasoning_tokens: reasoning }, cached_tokens: cacheRead }, usage);
}

function atMost(total: number | undefined, part: number | undefined): number | undefined {
  return part === undefined ? undefined : Math.min(part, total ?? 0);
}
