import type { JsonObject } from '../../ir/json.ts';

/**
 * What a provider sends, as documented at https://ai.google.dev/api/generate-content and, where it says more, in the reference of
 * Vertex AI. Every member may be missing or wrong: the decoder checks what it reads.
 */
export interface WireReply {
  readonly candidates?: unknown;
  readonly promptFeedback?: unknown;
  readonly usageMetadata?: WireUsage;
  readonly modelVersion?: unknown;
  readonly responseId?: unknown;
  readonly createTime?: unknown;
  readonly error?: unknown;
}

/** One of the answers asked for. */
export interface WireCandidate {
  readonly index?: unknown;
  readonly content?: { readonly parts?: unknown } | null;
  readonly finishReason?: unknown;
  readonly logprobsResult?: unknown;
  readonly groundingMetadata?: unknown;
  readonly citationMetadata?: unknown;
}

/** A piece of content; which of its members is there says what it is. */
export interface WirePart {
  readonly text?: unknown;
  readonly thought?: unknown;
  readonly thoughtSignature?: unknown;
  readonly functionCall?: unknown;
  readonly inlineData?: unknown;
}

/** A call that the model asks for. */
export interface WireFunctionCall {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly args?: unknown;
  /** Vertex AI only: pieces of the arguments, with `streamFunctionCallArguments`. */
  readonly partialArgs?: unknown;
  readonly willContinue?: unknown;
}

/** Token counts, repeated in every chunk of a stream. */
export interface WireUsage {
  readonly promptTokenCount?: unknown;
  readonly cachedContentTokenCount?: unknown;
  readonly candidatesTokenCount?: unknown;
  readonly thoughtsTokenCount?: unknown;
  readonly toolUsePromptTokenCount?: unknown;
  readonly promptTokensDetails?: unknown;
  readonly candidatesTokensDetails?: unknown;
  readonly serviceTier?: unknown;
}

/** A message, as the encoders write it. */
export interface Content {
  readonly role: 'user' | 'model';
  readonly parts: readonly JsonObject[];
}
