import type { JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';

/** Bytes of a request per token, roughly, in any language and vocabulary. */
const BYTES_A_TOKEN = 4;
/** Tokens that an answer is assumed to have where the caller sets no limit. */
const USUAL_OUTPUT = 1_000;

/** Tokens of a call. */
export interface Size {
  readonly input: number;
  readonly output: number;
}

/** A rough estimate of a call's tokens, good enough to compare prices and to keep large calls from being sent twice. */
export function sizeOf({ body, json = {} }: Call): Size {
  return { input: Math.ceil(body.length / BYTES_A_TOKEN), output: outputLimit(json) ?? USUAL_OUTPUT };
}

/** Members of a request, in any dialect, by which a caller limits the answer. */
const LIMITS: readonly (readonly [object: string | undefined, member: string])[] = [
  [undefined, 'max_completion_tokens'],
  [undefined, 'max_output_tokens'],
  [undefined, 'max_tokens'],
  ['generationConfig', 'maxOutputTokens'],
  ['inferenceConfig', 'maxTokens'],
];

/** Tokens that a caller limits an answer to. */
export function outputLimit(json: JsonObject): number | undefined {
  for (const [object, member] of LIMITS) {
    const limit = (object === undefined ? json : (json[object] as JsonObject | null | undefined))?.[member];
    if (typeof limit === 'number' && limit > 0) return limit;
  }
  return undefined;
}
