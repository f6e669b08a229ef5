import type { FinishReason } from '../../ir/events.ts';
import type { ReasoningRequest } from '../../ir/request.ts';

declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly 'openai-chat': true;
  }
}

/** What hosts write into `finish_reason`, lower case. Beside OpenAI's own words those of hosts that pass on a model server's words. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['complete', 'stop'],
  ['completed', 'stop'],
  ['stop_sequence', 'stop_sequence'],
  ['length', 'length'],
  ['model_length', 'length'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool_calls'],
  ['tool_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['guardrail_intervened', 'content_filter'],
  ['sensitive', 'content_filter'],
  ['safety', 'content_filter'],
  ['prohibited_content', 'content_filter'],
  ['blocklist', 'content_filter'],
  ['spii', 'content_filter'],
  ['recitation', 'content_filter'],
  ['error_toxic', 'content_filter'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  ['error', 'error'],
  ['abort', 'error'],
  ['network_error', 'error'],
  ['insufficient_system_resource', 'error'],
]);

/** The canonical reason for a finish word that is known. */
export function knownFinishReason(word: string): FinishReason | undefined {
  return REASONS.get(word.toLowerCase());
}

/** The canonical reason for a host's finish word; a choice with tool calls that merely stopped has finished with tool calls. */
export function finishReasonOf(word: string, hasToolCalls: boolean): FinishReason {
  const reason = knownFinishReason(word) ?? 'stop';
  return reason === 'stop' && hasToolCalls ? 'tool_calls' : reason;
}

const WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  error: 'stop',
};

/** OpenAI's `finish_reason` for a canonical one. */
export function finishWordOf(reason: FinishReason, hasToolCalls: boolean): string {
  return reason === 'stop' && hasToolCalls ? 'tool_calls' : WORDS[reason];
}

/** Effort words that OpenAI's models do not take, and the nearest that all reasoning models take. */
const EFFORTS: Readonly<Record<string, string>> = { max: 'high' };

/**
 * `reasoning_effort` for what the caller asked: its own word, or the word for its token budget. Reasoning that is switched off has no word
 * that every model takes, so the model's default stands; `undefined` also where the model is to decide itself.
 */
export function effortOf(reasoning: ReasoningRequest | undefined): string | undefined {
  if (reasoning === undefined) return undefined;
  const { effort, mode, budgetTokens } = reasoning;
  if (effort !== undefined) return EFFORTS[effort] ?? effort;
  if (mode === 'disabled') return undefined;
  if (budgetTokens === undefined || budgetTokens <= 0) return mode === 'enabled' ? 'medium' : undefined;
  if (budgetTokens <= 1024) return 'low';
  return budgetTokens <= 8192 ? 'medium' : 'high';
}

/** Service tiers of other dialects in OpenAI's words. */
export const SERVICE_TIERS: Readonly<Record<string, string>> = { standard: 'default', standard_only: 'default' };

/** Audio formats that are not named like their MIME type. */
const AUDIO_MIMES: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', opus: 'audio/ogg', pcm16: 'audio/pcm' };

/** The MIME type of OpenAI's `format` of a piece of audio. */
export function mimeOfAudioFormat(format: string): string {
  const name = format.toLowerCase();
  return AUDIO_MIMES[name] ?? (name.includes('/') ? name : `audio/${name}`);
}

/** OpenAI's `format` for a MIME type of audio. */
export function audioFormatOf(mime: string): string {
  if (mime === 'audio/mpeg' || mime === 'audio/mp3') return 'mp3';
  return mime.replace(/^audio\/(x-)?/, '');
}
