import type { FinishReason } from '../../ir/events.ts';

declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly 'cohere-chat': true;
  }
}

/** The dialect's own id, under which native records and unmodelled members are kept. */
export const OWN = 'cohere-chat';

/** `finish_reason` → why the answer ended (https://docs.cohere.com/reference/chat); the last ones are v1's, which hosts of older models send. */
export const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop_sequence'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool_calls'],
  ['ERROR', 'error'],
  ['TIMEOUT', 'error'],
  ['ERROR_LIMIT', 'length'],
  ['ERROR_TOXIC', 'content_filter'],
  ['USER_CANCEL', 'stop'],
]);

/** Why the answer ended → `finish_reason`. */
export const FINISH_WORDS: Readonly<Record<FinishReason, string>> = {
  stop: 'COMPLETE',
  stop_sequence: 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  tool_calls: 'TOOL_CALL',
  content_filter: 'ERROR_TOXIC',
  refusal: 'ERROR_TOXIC',
  pause: 'COMPLETE',
  error: 'ERROR',
};

/** Members of a request that no other dialect has a word for. */
export const OWN_MEMBERS: readonly string[] = ['citation_options', 'safety_mode', 'priority'];
