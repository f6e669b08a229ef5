import type { Json, JsonObject } from '../../ir/json.ts';

/** A message of a request. Only the members that the encoder writes; the decoder reads whatever comes. */
export interface WireMessage extends JsonObject {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content?: string | null | readonly WirePart[];
  readonly name?: string | undefined;
  readonly tool_call_id?: string | undefined;
  readonly tool_calls?: readonly WireToolCall[] | undefined;
  readonly refusal?: string | undefined;
  readonly audio?: { readonly id: string } | undefined;
  readonly reasoning_content?: string | undefined;
  readonly reasoning_details?: readonly WireReasoningDetail[] | undefined;
}

/** A part of a message's content. */
export interface WirePart extends JsonObject {
  readonly type: string;
}

/** A tool call of a message, or of a delta, where `index` says which one. */
export interface WireToolCall extends JsonObject {
  readonly index?: number | undefined;
  readonly id?: string | undefined;
  readonly type?: 'function' | 'custom' | undefined;
  readonly function?: WireFunctionCall | undefined;
  readonly custom?: { readonly name?: string | undefined; readonly input: string } | undefined;
  readonly extra_content?: { readonly google: { readonly thought_signature: string } } | undefined;
}

export interface WireFunctionCall extends JsonObject {
  readonly name?: string | undefined;
  readonly arguments: string;
  readonly thought_signature?: string | undefined;
}

/** A record of reasoning beside the plain text, in the form that several hosts share: a text with its signature, or an encrypted block. */
export interface WireReasoningDetail extends JsonObject {
  readonly type: 'reasoning.text' | 'reasoning.encrypted';
  readonly index?: number | undefined;
  readonly text?: string | undefined;
  readonly signature?: string | undefined;
  readonly data?: string | undefined;
}

/** What a message or a delta of an answer can hold. */
export interface WireAnswer extends JsonObject {
  readonly role?: 'assistant' | undefined;
  readonly content?: string | null | undefined;
  readonly refusal?: string | null | undefined;
  readonly reasoning_content?: string | undefined;
  readonly reasoning_details?: readonly WireReasoningDetail[] | undefined;
  readonly tool_calls?: readonly WireToolCall[] | undefined;
  readonly annotations?: readonly JsonObject[] | undefined;
  readonly images?: readonly JsonObject[] | undefined;
  readonly audio?: JsonObject | undefined;
  readonly content_blocks?: readonly Json[] | undefined;
}

/** The error object of a body or of a chunk; all members are always there. */
export interface WireError extends JsonObject {
  readonly error: {
    readonly message: string;
    readonly type: string | null;
    readonly param: string | null;
    readonly code: string | null;
  };
}
