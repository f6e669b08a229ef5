import type { JsonObject } from '../../ir/json.ts';
import type {
  AssistantMessage,
  Message,
  Part,
  ReasoningPart,
  SystemMessage,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserMessage,
} from '../../ir/request.ts';
import { resultText } from '../conversation.ts';
import { ownSignature } from '../signature.ts';
import { safeToolIds } from '../tool-input.ts';
import { encodeUserPart } from './encode-content.ts';
import { OWN, ownMembers } from './vocabulary.ts';

/** What the items depend on beyond the messages. */
export interface InputOptions {
  /** The client spoke this dialect too. */
  readonly native: boolean;
  /** The upstream may have stored earlier answers, so that reasoning can be named by its id. */
  readonly stored: boolean;
}

interface Encoding extends InputOptions {
  /** Ids of the calls of custom tools, whose results are items of another type. */
  readonly customCalls: ReadonlySet<string>;
  /** The id of a call as the API takes it. */
  readonly callId: (id: string) => string;
}

/** The API refuses longer ids of calls. */
const LONGEST_ID = 64;

/** Splits off the system messages that a conversation begins with: they are its instructions, unless they came as input items. */
export function splitInstructions(messages: readonly Message[]): { readonly instructions: string | undefined; readonly rest: readonly Message[] } {
  const first = messages.findIndex((message) => message.role !== 'system' || message.parts.some(isMarked));
  const leading = first === -1 ? messages : messages.slice(0, first);
  const texts = leading.flatMap((message) => message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
  return { instructions: texts.length === 0 ? undefined : texts.join('\n\n'), rest: messages.slice(leading.length) };
}

/** Writes messages as input items. */
export function encodeInput(messages: readonly Message[], options: InputOptions): JsonObject[] {
  const safe = safeToolIds();
  const callId = (id: string): string => (id.length <= LONGEST_ID ? id : safe(id));
  const encoding: Encoding = { ...options, customCalls: customCallsOf(messages), callId };
  return messages.flatMap((message) => {
    switch (message.role) {
      case 'system':
        return encodeSystem(message, encoding);
      case 'user':
        return encodeUser(message, encoding);
      case 'assistant':
        return encodeAssistant(message, encoding);
    }
  });
}

function customCallsOf(messages: readonly Message[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const message of messages) {
    for (const part of message.parts) if (part.type === 'tool_call' && part.custom === true) ids.add(part.id);
  }
  return ids;
}

function encodeSystem({ parts }: SystemMessage, encoding: Encoding): JsonObject[] {
  const members = parts.map(({ native }) => ownMembers(native)).find((value) => value !== undefined);
  return encodeMessage('developer', parts, encoding).map((item) => ({ ...item, ...members }));
}

function encodeMessage(role: string, parts: readonly Extract<Part, { type: 'text' | 'media' }>[], { native }: Encoding): JsonObject[] {
  return parts.length === 0 ? [] : [{ type: 'message', role, content: parts.map((part) => encodeUserPart(part, native)) }];
}

/** A user's turn: tool results are items of their own, what stands between them is a message each. */
function encodeUser({ parts }: UserMessage, encoding: Encoding): JsonObject[] {
  const items: JsonObject[] = [];
  let said: Extract<Part, { type: 'text' | 'media' }>[] = [];
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'media') {
      said.push(part);
      continue;
    }
    items.push(...encodeMessage('user', said, encoding));
    said = [];
    if (part.type === 'tool_result') items.push(encodeToolResult(part, encoding));
    else if (part.dialect === OWN) items.push(part.value);
  }
  return [...items, ...encodeMessage('user', said, encoding)];
}

function encodeToolResult(part: ToolResultPart, { native, customCalls, callId }: Encoding): JsonObject {
  const hasMedia = part.content.some((piece) => piece.type === 'media');
  return {
    type: customCalls.has(part.id) ? 'custom_tool_call_output' : 'function_call_output',
    ...ownMembers(part.native),
    call_id: callId(part.id),
    output: hasMedia ? part.content.map((piece) => encodeUserPart(piece, native)) : resultText(part),
  };
}

/** An assistant's turn: neighbouring texts and refusals are one message, unless they were not in the client's own words. */
function encodeAssistant({ parts }: AssistantMessage, encoding: Encoding): JsonObject[] {
  const items: JsonObject[] = [];
  let content: JsonObject[] | undefined;
  for (const part of parts) {
    if (part.type === 'text' && part.text === '') continue;
    const piece = encodeSaid(part);
    if (piece === undefined) {
      content = undefined;
      items.push(...encodeAct(part, encoding));
    } else if (content === undefined || isMarked(part)) {
      content = [piece];
      items.push({ type: 'message', role: 'assistant', content, ...(part.type === 'text' && ownMembers(part.native)) });
    } else content.push(piece);
  }
  return items;
}

/** Whether a text begins a message of its own, because it carries the record of one. */
function isMarked(part: Part): boolean {
  return part.type === 'text' && ownMembers(part.native) !== undefined;
}

function encodeSaid(part: AssistantMessage['parts'][number]): JsonObject | undefined {
  if (part.type === 'text') return encodeOutputText(part);
  return part.type === 'refusal' ? { type: 'refusal', refusal: part.text } : undefined;
}

function encodeOutputText({ text, citations }: TextPart): JsonObject {
  const annotations =
    citations?.flatMap(({ native }) => {
      const own = ownMembers(native);
      return own === undefined ? [] : [own];
    }) ?? [];
  return annotations.length === 0 ? { type: 'output_text', text } : { type: 'output_text', text, annotations };
}

function encodeAct(part: AssistantMessage['parts'][number], encoding: Encoding): JsonObject[] {
  switch (part.type) {
    case 'reasoning':
      return encodeReasoning(part, encoding);
    case 'tool_call':
      return [encodeToolCall(part, encoding)];
    case 'opaque':
      return part.dialect === OWN ? [part.value] : [];
    // A picture that the model made can only be shown to it again.
    case 'media':
      return encodeMessage('user', [part], encoding);
    default:
      return [];
  }
}

function encodeToolCall(part: ToolCallPart, { callId }: Encoding): JsonObject {
  const call = { call_id: callId(part.id), name: part.name, ...ownMembers(part.native) };
  if (part.custom === true) return { type: 'custom_tool_call', ...call, input: part.arguments };
  return { type: 'function_call', ...call, arguments: part.arguments === '' ? '{}' : part.arguments };
}

/**
 * Reasoning goes back with the upstream's own proof, and then without its id, which would be looked up and not found where nothing was
 * stored. Without a proof it goes back only to where the client got it from, in plain text or by an id.
 */
function encodeReasoning(part: ReasoningPart, { stored }: Encoding): JsonObject[] {
  const proof = part.redacted === undefined ? ownSignature(part.signature, OWN) : undefined;
  const native = ownMembers(part.native);
  const thoughts = encodeThoughts(part.text, native);
  if (proof !== undefined) return [{ type: 'reasoning', ...native, id: undefined, ...thoughts, encrypted_content: proof }];
  const isKnown = thoughts.content !== undefined || (stored && native?.id !== undefined);
  return isKnown && part.signature === undefined ? [{ type: 'reasoning', ...native, ...thoughts }] : [];
}

/** Thoughts go back to where they stood: the summary, the content, or both where a host says the same in both. */
function encodeThoughts(text: string, native: JsonObject | undefined): JsonObject {
  const texts = text === '' ? [] : [text];
  const summary = texts.map((thought) => ({ type: 'summary_text', text: thought }));
  if (native?.content === undefined) return { summary };
  return { summary: native.summary === undefined ? [] : summary, content: texts.map((thought) => ({ type: 'reasoning_text', text: thought })) };
}
