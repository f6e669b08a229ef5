import type { FinishReason } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Native } from '../../ir/request.ts';
import type { ResponseStatus } from './wire.ts';

declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly 'openai-responses': true;
  }
}

/** The id of this dialect. */
export const OWN = 'openai-responses';

/** The members that only this dialect understands, or undefined where there are none. */
export function nativeOf(value: JsonObject): Native | undefined {
  return Object.keys(value).length === 0 ? undefined : { dialect: OWN, value };
}

/** The members of a native record if this dialect made it. */
export function ownMembers(native: Native | undefined): JsonObject | undefined {
  return native?.dialect === OWN ? native.value : undefined;
}

/** Why an answer ended early; every reason but a filter is a limit of some kind. */
export function incompleteReason(reason: string | undefined): FinishReason {
  return reason === 'content_filter' ? 'content_filter' : 'length';
}

/** How a response ends for each finish reason. */
export const ENDINGS: Readonly<Record<FinishReason, { readonly status: Exclude<ResponseStatus, 'in_progress'>; readonly reason?: string }>> = {
  stop: { status: 'completed' },
  stop_sequence: { status: 'completed' },
  tool_calls: { status: 'completed' },
  pause: { status: 'completed' },
  length: { status: 'incomplete', reason: 'max_output_tokens' },
  content_filter: { status: 'incomplete', reason: 'content_filter' },
  refusal: { status: 'incomplete', reason: 'content_filter' },
  error: { status: 'failed' },
};

const STATUS_BY_CODE: ReadonlyMap<string, number> = new Map([
  ['server_error', 500],
  ['rate_limit_exceeded', 429],
  ['insufficient_quota', 429],
  ['vector_store_timeout', 504],
  ['context_length_exceeded', 400],
  ['cyber_policy', 400],
  ['failed_to_download_image', 400],
]);

/** The HTTP status that an error code inside a response stands for. */
export function statusOfCode(code: string | undefined): number {
  if (code === undefined) return 502;
  return STATUS_BY_CODE.get(code) ?? (/^(?:invalid|image|unsupported|empty)_/.test(code) ? 400 : 502);
}

/** The code of a failed response for an error that has none. */
export function codeOfStatus(status: number): string {
  if (status === 429) return 'rate_limit_exceeded';
  return status < 500 ? 'invalid_prompt' : 'server_error';
}
