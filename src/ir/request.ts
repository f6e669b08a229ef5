import type { DialectId } from './dialect-id.ts';
import type { JsonObject, JsonSchema } from './json.ts';

/** A chat request in the canonical vocabulary: what every client dialect decodes to and every upstream dialect encodes from. */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  /** In the order of the conversation; system messages may stand anywhere and are hoisted by dialects that must. */
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[] | undefined;
  readonly toolChoice?: ToolChoice | undefined;
  /** `false` asks for at most one tool call an answer. */
  readonly parallelToolCalls?: boolean | undefined;
  readonly sampling: Sampling;
  readonly format?: AnswerFormat | undefined;
  readonly reasoning?: ReasoningRequest | undefined;
  /** The end user on whose behalf the call is made. */
  readonly user?: string | undefined;
  readonly serviceTier?: string | undefined;
  /** Kinds of output asked for, lower case: `text`, `image`, `audio`. */
  readonly modalities?: readonly string[] | undefined;
  /** Members that the canonical form does not model, under the dialect that owns them; no other dialect sees them. */
  readonly extra: Extra;
}

/** Unmodelled members, by the dialect that owns them. */
export type Extra = { readonly [dialect in DialectId]?: JsonObject | undefined };

export type Message = SystemMessage | UserMessage | AssistantMessage;

export interface SystemMessage {
  readonly role: 'system';
  readonly parts: readonly TextPart[];
}

/** Tool results are parts of the user's turn; dialects with a `tool` role split them off. */
export interface UserMessage {
  readonly role: 'user';
  readonly name?: string | undefined;
  readonly parts: readonly (TextPart | MediaPart | ToolResultPart | OpaquePart)[];
}

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly name?: string | undefined;
  /** In the order in which the model wrote them. */
  readonly parts: readonly (TextPart | MediaPart | ReasoningPart | ToolCallPart | RefusalPart | OpaquePart)[];
}

export type Part = SystemMessage['parts'][number] | UserMessage['parts'][number] | AssistantMessage['parts'][number];

/** A prompt-cache breakpoint set behind the part that carries it. */
export interface CacheHint {
  /** `5m` or `1h`; absent: the provider's default. */
  readonly ttl?: string | undefined;
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  readonly cache?: CacheHint | undefined;
  readonly citations?: readonly Citation[] | undefined;
  readonly signature?: Signature | undefined;
  readonly native?: Native | undefined;
}

/** An image, a document, a piece of audio or video. */
export interface MediaPart {
  readonly type: 'media';
  readonly kind: MediaKind;
  readonly source: MediaSource;
  /** File name or title. */
  readonly name?: string | undefined;
  /** What the model should know about the document but not cite. */
  readonly context?: string | undefined;
  /** Image detail as OpenAI names it: `low`, `high`, `auto`. */
  readonly detail?: string | undefined;
  /** Whether the model is asked to cite this document. */
  readonly citable?: boolean | undefined;
  readonly cache?: CacheHint | undefined;
}

/** A dialect's own members of a part (item ids and the like), for an exact way back; other dialects never read them. */
export interface Native {
  readonly dialect: DialectId;
  readonly value: JsonObject;
}

export type MediaKind = 'image' | 'document' | 'audio' | 'video';

export type MediaSource =
  /** `data` is base64; `mime` is lower case. */
  | { readonly kind: 'base64'; readonly mime: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mime?: string | undefined }
  /** An id that the provider's own file API gave out. */
  | { readonly kind: 'file'; readonly id: string; readonly mime?: string | undefined }
  | { readonly kind: 'text'; readonly text: string };

/** What the model thought. `redacted` holds an encrypted block that must be replayed untouched. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  readonly signature?: Signature | undefined;
  readonly redacted?: string | undefined;
  readonly native?: Native | undefined;
}

/**
 * A provider's proof that it wrote a piece of reasoning, to be replayed byte for byte.
 * `origin` names the dialect it came from, so that no other provider is sent a proof that it would refuse.
 */
export interface Signature {
  readonly value: string;
  readonly origin?: DialectId | undefined;
}

export interface ToolCallPart {
  readonly type: 'tool_call';
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it; free text when `custom`. */
  readonly arguments: string;
  readonly custom?: boolean | undefined;
  readonly signature?: Signature | undefined;
  readonly cache?: CacheHint | undefined;
  readonly native?: Native | undefined;
}

export interface ToolResultPart {
  readonly type: 'tool_result';
  /** The id of the call that this answers. */
  readonly id: string;
  /** The tool's name, where the dialect carries it; encoders that need it look the call up. */
  readonly name?: string | undefined;
  readonly content: readonly (TextPart | MediaPart)[];
  readonly isError?: boolean | undefined;
  readonly cache?: CacheHint | undefined;
  readonly native?: Native | undefined;
}

export interface RefusalPart {
  readonly type: 'refusal';
  readonly text: string;
}

/** A block that only its own dialect understands (server tools, search results); others leave it out. */
export interface OpaquePart {
  readonly type: 'opaque';
  readonly dialect: DialectId;
  readonly value: JsonObject;
}

/** A place that the model quotes. `native` is the dialect's own record, for an exact way back. */
export interface Citation {
  readonly url?: string | undefined;
  readonly title?: string | undefined;
  /** The words quoted from the source. */
  readonly quote?: string | undefined;
  /** Position of the cited passage in the answer, in UTF-16 units of the block's text. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly native?: { readonly dialect: DialectId; readonly value: JsonObject } | undefined;
}

export type Tool = FunctionTool | CustomTool | HostedTool;

export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters?: JsonSchema | undefined;
  readonly strict?: boolean | undefined;
  readonly cache?: CacheHint | undefined;
  /** Unmodelled members of the tool, under the dialect that owns them. */
  readonly extra?: Extra | undefined;
}

/** A tool that takes free text instead of JSON. */
export interface CustomTool {
  readonly type: 'custom';
  readonly name: string;
  readonly description?: string | undefined;
  readonly format?: JsonObject | undefined;
}

/** A tool that the provider runs itself; only its own dialect can express it. */
export interface HostedTool {
  readonly type: 'hosted';
  readonly dialect: DialectId;
  readonly value: JsonObject;
}

export type ToolChoice =
  | { readonly mode: 'auto' | 'none' | 'required' }
  | { readonly mode: 'tool'; readonly name: string }
  /** Any one of the named tools (`required`), or none of the others (`auto`). */
  | { readonly mode: 'allowed'; readonly names: readonly string[]; readonly required: boolean };

export interface Sampling {
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  /** How many answers; absent: one. */
  readonly choices?: number | undefined;
  readonly logprobs?: boolean | undefined;
  readonly topLogprobs?: number | undefined;
}

export type AnswerFormat =
  | { readonly type: 'json' }
  | {
      readonly type: 'json_schema';
      readonly schema: JsonSchema;
      readonly name?: string | undefined;
      readonly description?: string | undefined;
      readonly strict?: boolean | undefined;
    };

export interface ReasoningRequest {
  /** `adaptive`: the model decides how much. */
  readonly mode?: 'enabled' | 'disabled' | 'adaptive' | undefined;
  /** `none minimal low medium high xhigh max`, or a provider's own word. */
  readonly effort?: string | undefined;
  readonly budgetTokens?: number | undefined;
  /** Whether the caller wants to see the thoughts; absent: the dialect's default. */
  readonly visible?: boolean | undefined;
  /** `auto`, `concise`, `detailed`. */
  readonly summary?: string | undefined;
}
