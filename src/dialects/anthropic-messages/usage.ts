import type { Usage } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';
import { numberOf, objectOf } from '../lenient.ts';
import { withCost } from '../usage-cost.ts';
import { OWN } from './vocabulary.ts';

/** `usage` → canonical buckets. `input_tokens` leaves the caches out; `output_tokens` includes the thinking. */
export function decodeUsage(wire: JsonObject): Usage {
  const output = numberOf(wire.output_tokens);
  const reasoning = numberOf(objectOf(wire.output_tokens_details).thinking_tokens);
  return {
    input: numberOf(wire.input_tokens),
    cacheRead: numberOf(wire.cache_read_input_tokens),
    cacheWrite: numberOf(wire.cache_creation_input_tokens),
    cacheWriteHour: numberOf(objectOf(wire.cache_creation)['ephemeral_1h_input_tokens']),
    output: output === undefined ? undefined : Math.max(0, output - (reasoning ?? 0)),
    reasoning,
    native: { dialect: OWN, value: wire },
  };
}

/** Canonical buckets → `usage`; the provider's own record where it spoke this dialect. */
export function encodeUsage(usage: Usage = {}): JsonObject {
  if (usage.native?.dialect === OWN) return withCost({ input_tokens: 0, output_tokens: 0, ...usage.native.value }, usage);
  const { input = 0, toolPrompt = 0, cacheRead = 0, cacheWrite = 0, cacheWriteHour, output = 0, reasoning } = usage;
  const record = {
    input_tokens: input + toolPrompt,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation:
      cacheWriteHour === undefined
        ? undefined
        : { ephemeral_5m_input_tokens: Math.max(0, cacheWrite - cacheWriteHour), ephemeral_1h_input_tokens: cacheWriteHour },
    output_tokens: output + (reasoning ?? 0),
    output_tokens_details: reasoning === undefined ? undefined : { thinking_tokens: reasoning },
  };
  return withCost(record, usage);
}

/** What an earlier record says, overridden by what a later one knows. */
export function mergeUsage(earlier: JsonObject, later: Json | undefined): JsonObject {
  if (!isObject(later)) return earlier;
  const known = Object.entries(later).filter(([, value]) => value !== null && value !== undefined);
  return { ...earlier, ...Object.fromEntries(known) };
}
