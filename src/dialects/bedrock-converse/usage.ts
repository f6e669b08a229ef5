import type { Usage } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { numberOf, objectsOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { withCost } from '../usage-cost.ts';
import { OWN } from './vocabulary.ts';

/** `usage` → canonical buckets. `inputTokens` leaves the caches out; `outputTokens` includes the reasoning, which is not counted apart. */
export function decodeUsage(wire: Json | undefined): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const hourly = objectsOf(wire.cacheDetails).filter((detail) => detail.ttl === '1h');
  return {
    input: numberOf(wire.inputTokens),
    cacheRead: numberOf(wire.cacheReadInputTokens) ?? numberOf(wire.cacheReadInputTokenCount),
    cacheWrite: numberOf(wire.cacheWriteInputTokens) ?? numberOf(wire.cacheWriteInputTokenCount),
    cacheWriteHour: hourly.length === 0 ? undefined : hourly.reduce((sum, detail) => sum + (numberOf(detail.inputTokens) ?? 0), 0),
    output: numberOf(wire.outputTokens),
    native: { dialect: OWN, value: wire },
  };
}

/** Canonical buckets → `usage`; the provider's own record where it spoke this dialect. */
export function encodeUsage(usage: Usage): JsonObject {
  if (usage.native?.dialect === OWN) return withCost(usage.native.value, usage);
  const { input = 0, toolPrompt = 0, cacheRead, cacheWrite, cacheWriteHour, output = 0, reasoning = 0 } = usage;
  const counts = { inputTokens: input + toolPrompt, outputTokens: output + reasoning };
  const record = {
    ...counts,
    totalTokens: counts.inputTokens + (cacheRead ?? 0) + (cacheWrite ?? 0) + counts.outputTokens,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite,
    cacheDetails: cacheWriteHour === undefined ? undefined : cacheDetails(cacheWriteHour, (cacheWrite ?? 0) - cacheWriteHour),
  };
  return withCost(record, usage);
}

function cacheDetails(hour: number, minutes: number): readonly JsonObject[] {
  const details = [
    { ttl: '1h', inputTokens: hour },
    { ttl: '5m', inputTokens: minutes },
  ];
  return details.filter(({ inputTokens }) => inputTokens > 0);
}
