import type { Json, JsonObject } from '../../ir/json.ts';
import { numberOf, objectsOf, textOf } from '../lenient.ts';
import { isObject } from '../read.ts';

/** The parallel lists of a completion's logprobs as the list of entries that chat answers have. */
export function decodeLogprobs(wire: JsonObject): JsonObject {
  if (Array.isArray(wire.content)) return { content: wire.content };
  const tokens = listOf(wire.tokens);
  const values = listOf(wire.token_logprobs);
  const top = listOf(wire.top_logprobs);
  return {
    content: tokens.map((token, index) => ({
      token,
      logprob: values[index] ?? null,
      bytes: null,
      top_logprobs: alternatives(top[index]),
    })),
  };
}

function alternatives(entry: Json | undefined): Json {
  return isObject(entry) ? Object.entries(entry).map(([token, logprob]) => ({ token, logprob, bytes: null })) : [];
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The entries of a chat answer's logprobs as the parallel lists that completions have; `offset` is where the first token begins. */
export function encodeLogprobs(content: readonly Json[], offset: number): JsonObject {
  const entries = objectsOf(content);
  let position = offset;
  return {
    tokens: entries.map((entry) => textOf(entry.token) ?? ''),
    token_logprobs: entries.map((entry) => numberOf(entry.logprob) ?? null),
    top_logprobs: entries.map((entry) =>
      Object.fromEntries(objectsOf(entry.top_logprobs).map((item) => [textOf(item.token) ?? '', numberOf(item.logprob) ?? null])),
    ),
    text_offset: entries.map((entry) => {
      const start = position;
      position += (textOf(entry.token) ?? '').length;
      return start;
    }),
  };
}
