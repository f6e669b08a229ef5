import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage, Message, OpaquePart, ReasoningPart, ToolCallPart, ToolResultPart, UserMessage } from '../../ir/request.ts';
import { resultText } from '../conversation.ts';
import { isObject } from '../read.ts';
import { ownSignature } from '../signature.ts';
import { encodeMedia, encodeText } from './part-encode.ts';
import { encodeSigned } from './reasoning-detail.ts';
import { memberOfThoughts } from './thoughts.ts';
import type { WireMessage, WirePart, WireReasoningDetail, WireToolCall } from './wire.ts';

type PartOf<Type extends AssistantMessage['parts'][number]['type']> = Extract<AssistantMessage['parts'][number], { type: Type }>;

/** Stands where a tool returned nothing but media, which this wire can only carry in the message after it. */
const MEDIA_FOLLOWS = 'The result is attached to the next message.';

/**
 * Writes the list `messages`. Tool results become messages of their own; all of them must follow the calls directly, so media that they
 * hold wait for the next message of the user.
 */
export function encodeMessages(messages: readonly Message[], dropped: Set<string>): WireMessage[] {
  const out: WireMessage[] = [];
  let waiting: WirePart[] = [];
  for (const message of messages) {
    if (message.role === 'user') {
      const { results, rest, media } = splitUser(message, dropped);
      out.push(...results);
      waiting.push(...media);
      if (rest === undefined) continue;
      out.push({ ...rest, content: contentOf([...waiting, ...rest.content]) });
    } else {
      if (waiting.length > 0) out.push({ role: 'user', content: waiting });
      out.push(message.role === 'system' ? encodeSystem(message, dropped) : encodeAssistant(message, dropped));
    }
    waiting = [];
  }
  if (waiting.length > 0) out.push({ role: 'user', content: waiting });
  return out;
}

/** A single text is written as a string, which every host takes. */
function contentOf(parts: readonly WirePart[]): string | readonly WirePart[] {
  const [only] = parts;
  return parts.length === 1 && only?.type === 'text' && typeof only.text === 'string' && Object.keys(only).length === 2 ? only.text : parts;
}

function encodeSystem(message: Extract<Message, { role: 'system' }>, dropped: Set<string>): WireMessage {
  return { role: 'system', content: message.parts.map((part) => encodeText(part, dropped).text).join('\n\n') };
}

interface UserParts {
  readonly results: readonly WireMessage[];
  /** Media out of the results. */
  readonly media: readonly WirePart[];
  /** The user's own words; undefined where there are none. */
  readonly rest: { readonly role: 'user'; readonly name: string | undefined; readonly content: readonly WirePart[] } | undefined;
}

function splitUser(message: UserMessage, dropped: Set<string>): UserParts {
  const results: WireMessage[] = [];
  const media: WirePart[] = [];
  const content: WirePart[] = [];
  for (const part of message.parts) {
    if (part.type === 'tool_result') {
      results.push(encodeResult(part, dropped));
      media.push(...part.content.flatMap((piece) => (piece.type === 'media' ? [encodeMedia(piece, dropped)] : [])));
    } else if (part.type === 'opaque') content.push(...encodeOpaque(part, dropped));
    else content.push(part.type === 'text' ? encodeText(part, dropped) : encodeMedia(part, dropped));
  }
  const members = unmodelled(message.parts);
  const isSilent = content.length === 0 && (results.length > 0 || members === undefined);
  return { results, media, rest: isSilent && results.length > 0 ? undefined : { ...members, role: 'user', name: message.name, content } };
}

function encodeResult(part: ToolResultPart, dropped: Set<string>): WireMessage {
  if (part.cache !== undefined) dropped.add('cache_control');
  if (part.isError === true) dropped.add('is_error');
  const text = resultText(part);
  const isAttached = text === '' && part.content.some((piece) => piece.type === 'media');
  return { role: 'tool', tool_call_id: part.id, name: part.name, content: isAttached ? MEDIA_FOLLOWS : text };
}

/** A block of the dialect's own goes back as it came; one of another dialect cannot. */
function encodeOpaque(part: OpaquePart, dropped: Set<string>): WirePart[] {
  const { type } = part.value;
  if (part.dialect === 'openai-chat') return typeof type === 'string' ? [{ ...part.value, type }] : [];
  dropped.add(`messages.${typeof type === 'string' ? type : part.dialect}`);
  return [];
}

/** Members of the message that rode along as a part. */
function unmodelled(parts: readonly { readonly type: string }[]): JsonObject | undefined {
  const part = parts.find((candidate): candidate is OpaquePart => candidate.type === 'opaque' && 'message' in (candidate as OpaquePart).value);
  return part?.dialect === 'openai-chat' && isObject(part.value.message) ? part.value.message : undefined;
}

function encodeAssistant(message: AssistantMessage, dropped: Set<string>): WireMessage {
  const of = <Type extends AssistantMessage['parts'][number]['type']>(type: Type) =>
    message.parts.filter((part): part is PartOf<Type> => part.type === type);
  const calls = of('tool_call').map((call) => encodeCall(call, dropped));
  const refusal = of('refusal').map((part) => part.text);
  const texts = of('text').map((part) => encodeText(part, dropped).text);
  const blocks = of('opaque').flatMap((part) => encodeOpaque(part, dropped));
  const text = texts.join('');
  return {
    ...unmodelled(message.parts),
    role: 'assistant',
    name: message.name,
    content: blocks.length > 0 ? [...(text === '' ? [] : [{ type: 'text', text }]), ...blocks] : text === '' && calls.length > 0 ? null : text,
    refusal: refusal.length > 0 ? refusal.join('') : undefined,
    ...encodeReasoning(of('reasoning'), dropped),
    audio: spokenBefore(of('media'), dropped),
    tool_calls: calls.length > 0 ? calls : undefined,
  };
}

/** Only reasoning that a host of this dialect has signed goes back to it, and what it is known to take back in plain words. */
function encodeReasoning(parts: readonly ReasoningPart[], dropped: Set<string>): JsonObject {
  const member = parts.map(memberOfThoughts).find((name) => name !== undefined);
  const kept = parts.filter((part) => isSigned(part) || memberOfThoughts(part) !== undefined);
  if (kept.length < parts.length) dropped.add('messages.reasoning');
  if (kept.length === 0) return {};
  const text = kept.map((part) => part.text).join('');
  const details = kept.flatMap((part): WireReasoningDetail[] =>
    part.signature !== undefined && isSigned(part) ? [encodeSigned(part.text, part.signature)] : [],
  );
  return {
    [member ?? 'reasoning_content']: text === '' && member === undefined ? undefined : text,
    reasoning_details: details.length > 0 ? details : undefined,
  };
}

function isSigned({ signature }: ReasoningPart): boolean {
  return signature?.origin === 'openai-chat';
}

/** What the model said aloud before is named by its id; other media cannot stand in an answer. */
function spokenBefore(media: readonly PartOf<'media'>[], dropped: Set<string>): { readonly id: string } | undefined {
  let id: string | undefined;
  for (const { kind, source } of media) {
    if (kind === 'audio' && source.kind === 'file') id = source.id;
    else dropped.add(`messages.${kind}`);
  }
  return id === undefined ? undefined : { id };
}

function encodeCall(call: ToolCallPart, dropped: Set<string>): WireToolCall {
  if (call.cache !== undefined) dropped.add('cache_control');
  const { id, name } = call;
  if (call.custom === true) return { id, type: 'custom', custom: { name, input: call.arguments } };
  const signature = call.signature?.origin === 'openai-chat' ? ownSignature(call.signature, 'openai-chat') : undefined;
  return {
    id,
    type: 'function',
    function: { name, arguments: call.arguments === '' ? '{}' : call.arguments },
    extra_content: signature === undefined ? undefined : { google: { thought_signature: signature } },
  };
}
