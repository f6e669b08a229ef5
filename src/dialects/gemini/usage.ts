import type { Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';
import { withCost } from '../usage-cost.ts';
import type { WireUsage } from './wire.ts';

/**
 * Gemini's prompt count includes what a cache served but not what its own tools read; its candidates count leaves out the thoughts.
 * Undefined where nothing is counted: Vertex AI sends records that only name the kind of traffic.
 */
export function decodeUsage(wire: WireUsage): Usage | undefined {
  const prompt = count(wire.promptTokenCount);
  const output = count(wire.candidatesTokenCount);
  if (prompt === undefined && output === undefined) return undefined;
  const cached = count(wire.cachedContentTokenCount);
  const cacheRead = cached === undefined || prompt === undefined ? cached : Math.min(cached, prompt);
  return {
    input: prompt === undefined ? undefined : prompt - (cacheRead ?? 0),
    cacheRead,
    toolPrompt: count(wire.toolUsePromptTokenCount),
    output,
    reasoning: count(wire.thoughtsTokenCount),
    audioInput: countOf('AUDIO', wire.promptTokensDetails),
    audioOutput: countOf('AUDIO', wire.candidatesTokensDetails),
    imageInput: countOf('IMAGE', wire.promptTokensDetails),
    imageOutput: countOf('IMAGE', wire.candidatesTokensDetails),
    native: { dialect: 'gemini', value: wire as JsonObject },
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function countOf(modality: string, details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details as unknown[]) if (isObject(detail) && detail['modality'] === modality) return count(detail['tokenCount']);
  return undefined;
}

/** A usage record as `usageMetadata`; Gemini's own goes back as it was. */
export function encodeUsage(usage: Usage): JsonObject {
  if (usage.native?.dialect === 'gemini') return withCost(usage.native.value, usage);
  const { input = 0, cacheRead, cacheWrite = 0, toolPrompt, output = 0, reasoning } = usage;
  const prompt = input + (cacheRead ?? 0) + cacheWrite;
  const record = {
    promptTokenCount: prompt,
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output,
    thoughtsTokenCount: reasoning,
    toolUsePromptTokenCount: toolPrompt,
    totalTokenCount: prompt + (toolPrompt ?? 0) + output + (reasoning ?? 0),
    promptTokensDetails: byModality({ AUDIO: usage.audioInput, IMAGE: usage.imageInput }, prompt),
    candidatesTokensDetails: byModality({ AUDIO: usage.audioOutput, IMAGE: usage.imageOutput }, output),
  };
  return withCost(record, usage);
}

/** Counts by modality; what is neither audio nor image is text. Undefined where everything is. */
function byModality(counts: Readonly<Record<string, number | undefined>>, total: number): readonly JsonObject[] | undefined {
  const known = Object.entries(counts).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0);
  if (known.length === 0) return undefined;
  const text = total - known.reduce((sum, [, tokens]) => sum + tokens, 0);
  return [...(text > 0 ? [['TEXT', text] as const] : []), ...known].map(([modality, tokenCount]) => ({ modality, tokenCount }));
}
