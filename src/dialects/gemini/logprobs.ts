import type { Json, JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';

/** `logprobsResult` in OpenAI's form; undefined where it names no token. */
export function decodeLogprobs(value: unknown): Json | undefined {
  if (!isObject(value) || !Array.isArray(value['chosenCandidates'])) return undefined;
  const tops: readonly unknown[] = Array.isArray(value['topCandidates']) ? value['topCandidates'] : [];
  const chosen: readonly unknown[] = value['chosenCandidates'];
  return { content: chosen.map((token, index) => ({ ...decodeToken(token), top_logprobs: decodeTop(tops[index]) })) };
}

function decodeTop(value: unknown): readonly JsonObject[] {
  const candidates = isObject(value) ? value['candidates'] : undefined;
  return Array.isArray(candidates) ? candidates.map(decodeToken) : [];
}

function decodeToken(value: unknown): JsonObject {
  const { token, logProbability } = isObject(value) ? value : ({} as JsonObject);
  const text = typeof token === 'string' ? token : '';
  return { token: text, logprob: typeof logProbability === 'number' ? logProbability : 0, bytes: [...Buffer.from(text)] };
}

/** OpenAI's list of token probabilities as `logprobsResult`. */
export function encodeLogprobs(content: readonly Json[]): JsonObject {
  return {
    chosenCandidates: content.map(encodeToken),
    topCandidates: content.map((token) => ({
      candidates: isObject(token) && Array.isArray(token['top_logprobs']) ? token['top_logprobs'].map(encodeToken) : [],
    })),
  };
}

function encodeToken(value: Json): JsonObject {
  const { token, logprob } = isObject(value) ? value : ({} as JsonObject);
  return { token, logProbability: logprob };
}

/** The token list of a canonical logprobs event. */
export function logprobTokens(value: Json): readonly Json[] {
  return isObject(value) && Array.isArray(value['content']) ? value['content'] : [];
}
