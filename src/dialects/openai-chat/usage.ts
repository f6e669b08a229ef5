import type { Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';
import { withCost } from '../usage-cost.ts';

/**
 * OpenAI's counts in disjoint buckets: `prompt_tokens` includes cached tokens and `completion_tokens` includes reasoning. Hosts that leave
 * reasoning, or what a cache served or stored, out of those counts are known by their own total.
 */
export function decodeUsage(wire: JsonObject): Usage {
  const inPrompt = detailsOf(wire, PROMPT_DETAILS);
  const inCompletion = detailsOf(wire, COMPLETION_DETAILS);
  const counts: Counts = {
    prompt: count(wire.prompt_tokens, wire.input_tokens),
    completion: count(wire.completion_tokens, wire.output_tokens),
    total: count(wire.total_tokens),
    cacheRead: count(inPrompt.cached_tokens, wire.num_cached_tokens, wire.prompt_cache_hit_tokens, wire.cached_tokens, wire.cache_read_input_tokens),
    cacheWrite: count(inPrompt.cache_write_tokens, inPrompt.cache_creation_input_tokens, wire.cache_creation_input_tokens),
    reasoning: count(inCompletion.reasoning_tokens, wire.reasoning_tokens),
  };
  return {
    ...promptBuckets(counts),
    ...answerBuckets(counts),
    audioInput: positive(inPrompt.audio_tokens),
    audioOutput: positive(inCompletion.audio_tokens),
    imageInput: positive(inPrompt.image_tokens),
    imageOutput: positive(inCompletion.image_tokens),
    native: { dialect: 'openai-chat', value: wire },
  };
}

const PROMPT_DETAILS = ['prompt_tokens_details', 'prompt_token_details', 'input_tokens_details'] as const;
const COMPLETION_DETAILS = ['completion_tokens_details', 'completion_token_details', 'output_tokens_details'] as const;

type Counts = { readonly [key in 'prompt' | 'completion' | 'total' | 'cacheRead' | 'cacheWrite' | 'reasoning']: number | undefined };

function promptBuckets({ prompt, completion, total, cacheRead, cacheWrite }: Counts): Pick<Usage, 'input' | 'cacheRead' | 'cacheWrite'> {
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  if (prompt === undefined || cached === 0) return { input: prompt, cacheRead, cacheWrite };
  if (total === prompt + (completion ?? 0) + cached) return { input: prompt, cacheRead, cacheWrite };
  if (cached <= prompt) return { input: prompt - cached, cacheRead, cacheWrite };
  // Some hosts count what the cache held of the model's own preamble, which is no part of the prompt.
  const write = Math.min(cacheWrite ?? 0, prompt);
  return { input: 0, cacheRead: prompt - write, cacheWrite: cacheWrite === undefined ? undefined : write };
}

function answerBuckets({ prompt, completion, total, reasoning }: Counts): Pick<Usage, 'output' | 'reasoning'> {
  if (reasoning === undefined || completion === undefined) return { output: completion, reasoning };
  if (reasoning > 0 && total === (prompt ?? 0) + completion + reasoning) return { output: completion, reasoning };
  const inside = Math.min(reasoning, completion);
  return { output: completion - inside, reasoning: inside };
}

/** The usage of a chunk or reply, at the places where hosts put it. */
export function findUsage(wire: JsonObject): JsonObject | undefined {
  if (isObject(wire.usage)) return wire.usage;
  if (isObject(wire.x_groq) && isObject(wire.x_groq.usage)) return wire.x_groq.usage;
  const first: unknown = Array.isArray(wire.choices) ? wire.choices[0] : undefined;
  return isObject(first) && isObject(first.usage) ? first.usage : undefined;
}

/** Usage in OpenAI's definition, with the counts for cached tokens that Anthropic's clients know beside it. */
export function encodeUsage(usage: Usage): JsonObject {
  const native = usage.native?.dialect === 'openai-chat' ? usage.native.value : undefined;
  const prompt = (usage.input ?? 0) + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0) + (usage.toolPrompt ?? 0);
  const completion = (usage.output ?? 0) + (usage.reasoning ?? 0);
  const record = {
    ...native,
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: details(native?.prompt_tokens_details, {
      cached_tokens: usage.cacheRead,
      audio_tokens: usage.audioInput,
      image_tokens: usage.imageInput,
    }),
    completion_tokens_details: details(native?.completion_tokens_details, {
      reasoning_tokens: usage.reasoning,
      audio_tokens: usage.audioOutput,
      image_tokens: usage.imageOutput,
    }),
    cache_read_input_tokens: positive(usage.cacheRead),
    cache_creation_input_tokens: positive(usage.cacheWrite),
  };
  return withCost(record, usage);
}

function details(native: unknown, counts: Readonly<Record<string, number | undefined>>): JsonObject | undefined {
  const known = Object.entries(counts).filter(([, value]) => value !== undefined);
  if (known.length === 0) return isObject(native) ? native : undefined;
  return { ...(isObject(native) ? native : undefined), ...Object.fromEntries(known) };
}

function detailsOf(wire: JsonObject, names: readonly string[]): JsonObject {
  for (const name of names) {
    const value = wire[name];
    if (isObject(value)) return value;
  }
  return {};
}

function count(...values: readonly unknown[]): number | undefined {
  return values.find((value): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0);
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
