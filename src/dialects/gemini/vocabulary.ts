import type { FinishReason } from '../../ir/events.ts';

declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly gemini: true;
  }
}

/** Why the model stopped, in Gemini's words; unknown ones mean `stop`. */
export const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
};

/** The canonical reasons in Gemini's words: it has none for tool calls, stop sequences and pauses. */
export const FINISH_WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  stop_sequence: 'STOP',
  tool_calls: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
  refusal: 'SAFETY',
  pause: 'OTHER',
  error: 'OTHER',
};

/** The `google.rpc.Code` of an HTTP status: https://cloud.google.com/apis/design/errors#handling_errors */
export const RPC_STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

/** Tools that the provider runs itself, under the names that OpenAI-style clients give functions to ask for them. */
export const BUILT_IN_TOOLS: Readonly<Record<string, string>> = {
  google_search: 'googleSearch',
  googleSearch: 'googleSearch',
  google_search_retrieval: 'googleSearchRetrieval',
  googleSearchRetrieval: 'googleSearchRetrieval',
  google_maps: 'googleMaps',
  googleMaps: 'googleMaps',
  url_context: 'urlContext',
  urlContext: 'urlContext',
  code_execution: 'codeExecution',
  codeExecution: 'codeExecution',
  computer_use: 'computerUse',
  computerUse: 'computerUse',
};

/** How a model is asked to think: in words (`thinkingLevel`), in tokens (`thinkingBudget`), or not at all. */
export type Thinking =
  | { readonly by: 'level'; readonly levels: readonly string[] }
  | { readonly by: 'budget'; readonly least: number; readonly most: number; readonly optional: boolean }
  | { readonly by: 'none' };

/** What the request encoder must know of a model. */
export interface ModelTraits {
  readonly thinking: Thinking;
  /** Refuses tool calls of the past that carry no thought signature, and takes media inside of tool results. */
  readonly modern: boolean;
  /** Takes a system instruction. */
  readonly system: boolean;
}

const ALL_LEVELS = ['minimal', 'low', 'medium', 'high'] as const;
const MODERN: ModelTraits = { thinking: { by: 'level', levels: ALL_LEVELS }, modern: true, system: true };
const MODERN_PRO: ModelTraits = { ...MODERN, thinking: { by: 'level', levels: ['low', 'medium', 'high'] } };
const FIRST_MODERN_PRO: ModelTraits = { ...MODERN, thinking: { by: 'level', levels: ['low', 'high'] } };
const UNTHINKING: ModelTraits = { thinking: { by: 'none' }, modern: false, system: true };

function budgeted(least: number, most: number, optional: boolean): ModelTraits {
  return { thinking: { by: 'budget', least, most, optional }, modern: false, system: true };
}

/**
 * Traits by model name, the first match counts; a name that matches none is taken for a newer model than the table knows.
 * https://ai.google.dev/gemini-api/docs/thinking
 */
const TRAITS: readonly (readonly [RegExp, ModelTraits])[] = [
  [/gemini-2\.5-pro/, budgeted(128, 32_768, false)],
  [/gemini-2\.5-flash-lite/, budgeted(512, 24_576, true)],
  [/gemini-2\.5|gemini-robotics-er-1\.5/, budgeted(0, 24_576, true)],
  [/gemini-(?:1[.-]|2\.0|pro$|pro-vision|exp)|learnlm|medlm/, UNTHINKING],
  [/gemma/, { ...UNTHINKING, system: false }],
  [/gemini-3-pro/, FIRST_MODERN_PRO],
  [/gemini-(?:\d[\d.]*-)?pro/, MODERN_PRO],
];

/** What is known of a model, by its name. */
export function traitsOf(model: string): ModelTraits {
  return TRAITS.find(([pattern]) => pattern.test(model))?.[1] ?? MODERN;
}

/** Thinking budgets for OpenAI's effort words, as Gemini's own OpenAI endpoint sets them: https://ai.google.dev/gemini-api/docs/openai#thinking */
export const EFFORT_BUDGETS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 32_768,
  max: 32_768,
};
