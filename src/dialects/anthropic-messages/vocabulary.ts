import type { FinishReason } from '../../ir/events.ts';

declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly 'anthropic-messages': true;
  }
}

/** The dialect's own id, under which signatures, opaque blocks and unmodelled members are kept. */
export const OWN = 'anthropic-messages';

/** `stop_reason` → why the answer ended. */
export const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop_sequence'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
  ['compaction', 'pause'],
]);

/** Why the answer ended → `stop_reason`. */
export const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  stop_sequence: 'stop_sequence',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  error: 'end_turn',
};

/** HTTP status → error type (https://platform.claude.com/docs/en/api/errors). */
export const ERROR_TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [408, 'timeout_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

/** Error type → the HTTP status that it would have had, for errors inside a stream. */
export const ERROR_STATUSES: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** `service_tier` → the canonical word; Anthropic's `standard_only` is what others call the default. */
export const SERVICE_TIERS: ReadonlyMap<string, string> = new Map([
  ['auto', 'auto'],
  ['standard_only', 'default'],
]);

/** Canonical service tiers that Anthropic spells otherwise → its word; `auto` uses priority capacity where there is some. */
export const OWN_TIERS: ReadonlyMap<string, string> = new Map([
  ['default', 'standard_only'],
  ['priority', 'auto'],
]);

/** Thinking tokens for models that know no effort, by effort. */
export const EFFORT_BUDGETS: ReadonlyMap<string, number> = new Map([
  ['minimal', 1024],
  ['low', 1024],
  ['medium', 8192],
  ['high', 16384],
  ['xhigh', 32768],
  ['max', 32768],
]);

/** The fewest thinking tokens that the API takes. */
export const MIN_BUDGET = 1024;

/** Members of a request that Anthropic clients of the OpenAI chat format send beside OpenAI's own. */
export const FOREIGN_REQUEST_MEMBERS: readonly string[] = ['container', 'context_management', 'fallbacks', 'inference_geo', 'mcp_servers', 'speed'];

/** Members of a function tool that Anthropic clients of the OpenAI chat format send beside OpenAI's own. */
export const FOREIGN_TOOL_MEMBERS: readonly string[] = ['allowed_callers', 'defer_loading', 'eager_input_streaming', 'input_examples'];

/** Codes of errors by which the API's clients choose what to do next. */
export const OWN_CODES =
  /^(?:(?:thread|compaction)_\w+|tool_(?:name_conflict|reference_unresolved)|image_dimensions_too_large|available_tools_limit_exceeded)$/;
