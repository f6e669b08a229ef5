import type { Json, JsonObject } from '../../ir/json.ts';
import { numberOf, objectsOf, textOf } from '../lenient.ts';

/** The log probability of a piece of text, given token by token → one entry of OpenAI's form for the whole piece. */
export function decodeLogprob(wire: JsonObject): JsonObject {
  const token = textOf(wire.text) ?? '';
  const values = Array.isArray(wire.logprobs) ? wire.logprobs.map((value) => numberOf(value) ?? 0) : [];
  return { token, logprob: values.reduce((sum, value) => sum + value, 0), bytes: [...Buffer.from(token)], top_logprobs: [] };
}

/** Entries of OpenAI's form → log probabilities; token ids are not known. */
export function encodeLogprobs(entries: Json | undefined): JsonObject[] {
  return objectsOf(entries).map((entry) => ({ text: textOf(entry.token) ?? '', token_ids: [], logprobs: [numberOf(entry.logprob) ?? 0] }));
}
