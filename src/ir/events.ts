import type { DialectId } from './dialect-id.ts';
import type { ErrorInfo } from '../errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { Citation, MediaSource, Native, Signature } from './request.ts';

/**
 * The canonical unit of an answer; a whole answer is a list of them, a stream delivers them one by one.
 *
 * `choice` numbers the alternatives asked for with `n` (0 where there is one). `block` numbers the content blocks of a choice in the
 * order in which they began: events of one text, one reasoning block or one tool call share it, and no two blocks of a choice do.
 * Deltas of different blocks may interleave; encoders whose dialect forbids that put them in order (see `dialects/block-order.ts`).
 */
export type ChatEvent =
  | StartEvent
  | TextEvent
  | ReasoningEvent
  | RefusalEvent
  | ToolCallEvent
  | ToolArgumentsEvent
  | MediaEvent
  | CitationEvent
  | LogprobsEvent
  | OpaqueEvent
  | UsageEvent
  | FinishEvent
  | ErrorEvent;

/** Opens an answer; comes at most once and carries what the provider said about it so far. */
export interface StartEvent {
  readonly type: 'start';
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  /** Unix seconds. */
  readonly created?: number | undefined;
  readonly serviceTier?: string | undefined;
}

export interface TextEvent {
  readonly type: 'text';
  readonly choice: number;
  readonly block: number;
  readonly text: string;
  readonly signature?: Signature | undefined;
  readonly native?: Native | undefined;
}

/** A piece of reasoning; `signature` may come in an event of its own with an empty text, `redacted` always does. */
export interface ReasoningEvent {
  readonly type: 'reasoning';
  readonly choice: number;
  readonly block: number;
  readonly text: string;
  readonly signature?: Signature | undefined;
  readonly redacted?: string | undefined;
  readonly native?: Native | undefined;
}

export interface RefusalEvent {
  readonly type: 'refusal';
  readonly choice: number;
  readonly block: number;
  readonly text: string;
}

/** Opens a tool call; `arguments` is the first piece of its JSON text (often empty). */
export interface ToolCallEvent {
  readonly type: 'tool_call';
  readonly choice: number;
  readonly block: number;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly custom?: boolean | undefined;
  readonly signature?: Signature | undefined;
  readonly native?: Native | undefined;
}

/** A further piece of a tool call's arguments. */
export interface ToolArgumentsEvent {
  readonly type: 'tool_arguments';
  readonly choice: number;
  readonly block: number;
  readonly text: string;
}

/** An image or a piece of audio that the model made. */
export interface MediaEvent {
  readonly type: 'media';
  readonly choice: number;
  readonly block: number;
  readonly kind: 'image' | 'audio';
  readonly source: MediaSource;
  /** What is said in the audio, where the provider tells. */
  readonly transcript?: string | undefined;
  /** The dialect's own record (ids, expiry), for an exact way back. */
  readonly native?: { readonly dialect: DialectId; readonly value: JsonObject } | undefined;
}

/** A citation for the text block `block`. */
export interface CitationEvent {
  readonly type: 'citation';
  readonly choice: number;
  readonly block: number;
  readonly citation: Citation;
}

/** Log probabilities in OpenAI's `{content: […]}` form. */
export interface LogprobsEvent {
  readonly type: 'logprobs';
  readonly choice: number;
  readonly value: Json;
}

/** A block that only its own dialect understands; never a tool call for the client to run. */
export interface OpaqueEvent {
  readonly type: 'opaque';
  readonly choice: number;
  readonly block: number;
  readonly dialect: DialectId;
  readonly value: JsonObject;
}

/** What the call used so far; each one replaces the one before. */
export interface UsageEvent {
  readonly type: 'usage';
  readonly usage: Usage;
}

/** Ends a choice. An answer without one is a broken answer. */
export interface FinishEvent {
  readonly type: 'finish';
  readonly choice: number;
  readonly reason: FinishReason;
  /** The provider's own word and the dialect it belongs to. */
  readonly native?: { readonly dialect: DialectId; readonly value: string } | undefined;
  /** The stop sequence that was met. */
  readonly stopSequence?: string | undefined;
}

export type FinishReason = 'stop' | 'stop_sequence' | 'length' | 'tool_calls' | 'content_filter' | 'refusal' | 'pause' | 'error';

/** The provider reported an error inside a successful response. */
export interface ErrorEvent {
  readonly type: 'error';
  readonly error: ErrorInfo;
}

/**
 * Tokens in disjoint buckets: prompt = input + cacheRead + cacheWrite + toolPrompt, completion = output + reasoning.
 * A bucket that the provider does not report is left out.
 */
export interface Usage {
  /** Prompt tokens that no cache served. */
  readonly input?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  /** The part of `cacheWrite` that is kept for an hour. */
  readonly cacheWriteHour?: number | undefined;
  /** Prompt tokens of tools that the provider ran itself, where they are counted apart. */
  readonly toolPrompt?: number | undefined;
  /** Answer tokens without reasoning. */
  readonly output?: number | undefined;
  readonly reasoning?: number | undefined;
  /** The parts of the prompt and of the answer that are audio or images. */
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly imageInput?: number | undefined;
  readonly imageOutput?: number | undefined;
  /** USD, where the client is to read it. */
  readonly cost?: number | undefined;
  /** The provider's own usage record and its dialect. */
  readonly native?: { readonly dialect: DialectId; readonly value: JsonObject } | undefined;
}
