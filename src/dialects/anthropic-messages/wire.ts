import type { JsonObject } from '../../ir/json.ts';

/** A content block as it is written; blocks that are only passed on are plain objects. */
export type WireBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations?: readonly JsonObject[] | undefined }
  | ThinkingBlock
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: JsonObject }
  | JsonObject;

export type ThinkingBlock = { readonly type: 'thinking'; readonly thinking: string; readonly signature: string };

/** What changes a block that is open. */
export type WireDelta =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'thinking_delta'; readonly thinking: string }
  | { readonly type: 'signature_delta'; readonly signature: string }
  | { readonly type: 'input_json_delta'; readonly partial_json: string }
  | { readonly type: 'citations_delta'; readonly citation: JsonObject };

/** A whole reply, and the head of a streamed one. */
export type WireMessage = {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly WireBlock[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly stop_details?: JsonObject | undefined;
  readonly usage: JsonObject;
};

/** How a message ended. */
export type WireStop = { readonly stop_reason: string; readonly stop_sequence: string | null; readonly stop_details?: JsonObject | undefined };

/** The events of a stream, in the order in which they may come; `ping` may stand anywhere. */
export type WireStreamEvent =
  | { readonly type: 'message_start'; readonly message: WireMessage }
  | { readonly type: 'content_block_start'; readonly index: number; readonly content_block: WireBlock }
  | { readonly type: 'content_block_delta'; readonly index: number; readonly delta: WireDelta }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | { readonly type: 'message_delta'; readonly delta: WireStop; readonly usage: JsonObject }
  | { readonly type: 'message_stop' };
