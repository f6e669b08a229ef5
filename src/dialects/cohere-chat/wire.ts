import type { JsonObject } from '../../ir/json.ts';

/** A block of an answer's content. `signature` and `redacted` are the gateway's own: they let a client carry another provider's proofs. */
export type WireContent =
  | { readonly type: 'text'; readonly text: string; readonly signature?: string | undefined }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature?: string | undefined; readonly redacted?: string | undefined };

export interface WireToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
  /** As in `WireContent`. */
  readonly signature?: string | undefined;
}

export type WireCitation = {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly text?: string | undefined;
  readonly sources: readonly JsonObject[];
  readonly type: 'TEXT_CONTENT';
  readonly content_index: number;
};

/** What stands in the `delta.message` of an event; lists of a whole message are single objects here. */
export interface WireDelta {
  readonly role?: 'assistant';
  readonly content?: JsonObject | readonly never[];
  readonly tool_plan?: string;
  readonly tool_calls?: JsonObject | readonly never[];
  readonly citations?: JsonObject | readonly never[];
}
