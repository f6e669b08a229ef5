import type { FinishEvent, MediaEvent, Usage } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import type { ReplyContext } from '../dialect.ts';
import { mimeOfName } from '../media.ts';
import { toolInput } from '../tool-input.ts';
import { packThoughtSignature } from './thought-signature.ts';
import { encodeUsage } from './usage.ts';
import { FINISH_WORDS } from './vocabulary.ts';

/** A piece of text as a part; undefined where there is nothing to say. */
export function textPart(text: string, signature?: Signature | undefined): JsonObject | undefined {
  if (signature === undefined) return text === '' ? undefined : { text };
  return { text, thoughtSignature: packThoughtSignature(signature, 'text') };
}

/** A piece of reasoning, of an event or of a whole answer. */
export interface Thought {
  readonly text: string;
  readonly signature?: Signature | undefined;
  readonly redacted?: string | undefined;
}

/** A piece of reasoning as a part; undefined where there is nothing to say. */
export function thoughtPart({ text, signature, redacted }: Thought): JsonObject | undefined {
  if (redacted !== undefined) return { text, thought: true, thoughtSignature: packThoughtSignature({ value: redacted }, 'redacted') };
  if (signature !== undefined) return { text, thought: true, thoughtSignature: packThoughtSignature(signature, 'reasoning') };
  return text === '' ? undefined : { text, thought: true };
}

/** A tool call with all of its arguments. */
export interface Call {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly custom?: boolean | undefined;
  readonly signature?: Signature | undefined;
}

/** A whole tool call as a part. */
export function callPart(call: Call): JsonObject {
  const { id, name, signature } = call;
  const functionCall = { id: id === '' ? undefined : id, name, args: toolInput(call) };
  return signature === undefined ? { functionCall } : { functionCall, thoughtSignature: packThoughtSignature(signature, 'tool') };
}

/** What the model drew or spoke as a part; undefined where only an id of another provider leads to it. */
export function mediaPart({ source, kind, native }: MediaEvent): JsonObject | undefined {
  const own = native?.dialect === 'gemini' ? native.value : {};
  if (source.kind === 'base64') return { inlineData: { mimeType: source.mime, data: source.data }, ...own };
  if (source.kind !== 'url') return undefined;
  return { fileData: { mimeType: source.mime ?? mimeOfName(source.url) ?? `${kind}/*`, fileUri: source.url }, ...own };
}

/** Gemini's own word for a finish where it was the provider's, else the one that comes nearest. */
export function finishWord({ reason, native }: FinishEvent): string {
  return native?.dialect === 'gemini' ? native.value : FINISH_WORDS[reason];
}

/** The members of a reply around its candidates. */
export interface Envelope {
  readonly candidates?: readonly JsonObject[] | undefined;
  readonly promptFeedback?: Json | undefined;
  readonly usage?: Usage | undefined;
  readonly id?: string | undefined;
  readonly model?: string | undefined;
}

/** A reply, or a chunk of one, with its candidates. */
export function envelope({ candidates, promptFeedback, usage, id, model }: Envelope, context: ReplyContext): JsonObject {
  return {
    candidates,
    promptFeedback,
    usageMetadata: usage === undefined ? undefined : encodeUsage(usage),
    modelVersion: model ?? context.model,
    responseId: id ?? context.id,
  };
}
