import type { Json, JsonObject } from '../../ir/json.ts';
import type {
  AnswerFormat,
  AssistantMessage,
  ChatRequest,
  MediaPart,
  Message,
  ReasoningRequest,
  TextPart,
  Tool,
  ToolCallPart,
  ToolChoice,
  UserMessage,
} from '../../ir/request.ts';
import type { RouteParameters } from '../dialect.ts';
import { objectsOf, textOf } from '../lenient.ts';
import { sourceFromUri } from '../media.ts';
import {
  isObject,
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalString,
  requireArray,
  requireObject,
  requireString,
  unexpected,
} from '../read.ts';
import { unpackSignature } from '../signature.ts';
import { decodeCitation, isForText } from './citations.ts';
import { OWN } from './vocabulary.ts';

/** A request of a client → canonical. Documents become parts of the last question, so that every provider can be sent them. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): ChatRequest {
  const messages = requireArray(wire.messages, 'messages').map((message, index) => decodeMessage(message, `messages[${index}]`));
  const strict = optionalBoolean(wire.strict_tools, 'strict_tools');
  return {
    model: route.model ?? requireString(wire.model, 'model'),
    stream: route.stream ?? optionalBoolean(wire.stream, 'stream') ?? false,
    messages: withDocuments(messages, decodeDocuments(wire.documents)),
    tools: decodeTools(wire.tools, strict),
    toolChoice: decodeToolChoice(wire.tool_choice),
    sampling: {
      maxTokens: optionalNumber(wire.max_tokens, 'max_tokens'),
      temperature: optionalNumber(wire.temperature, 'temperature'),
      topP: optionalNumber(wire.p, 'p'),
      topK: optionalNumber(wire.k, 'k'),
      stop: decodeStop(wire.stop_sequences),
      seed: optionalNumber(wire.seed, 'seed'),
      presencePenalty: optionalNumber(wire.presence_penalty, 'presence_penalty'),
      frequencyPenalty: optionalNumber(wire.frequency_penalty, 'frequency_penalty'),
      logprobs: optionalBoolean(wire.logprobs, 'logprobs'),
    },
    format: decodeFormat(wire.response_format),
    reasoning: decodeThinking(wire.thinking),
    extra: decodeExtra(wire),
  };
}

/** Members that the canonical form models. */
const MODELLED: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'documents',
  'tools',
  'strict_tools',
  'tool_choice',
  'max_tokens',
  'temperature',
  'p',
  'k',
  'stop_sequences',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'response_format',
  'thinking',
]);

function decodeExtra(wire: JsonObject): ChatRequest['extra'] {
  const members = Object.entries(wire).filter(([name, value]) => !MODELLED.has(name) && value !== undefined && value !== null);
  return members.length === 0 ? {} : { [OWN]: Object.fromEntries(members) };
}

function decodeStop(value: Json | undefined): readonly string[] | undefined {
  const words = optionalArray(value, 'stop_sequences').map((word, index) => requireString(word, `stop_sequences[${index}]`));
  return words.length === 0 ? undefined : words;
}

function decodeMessage(value: unknown, path: string): Message {
  const message = requireObject(value, path);
  const role = requireString(message.role, `${path}.role`);
  const decode = ROLES.get(role);
  if (decode === undefined) throw unexpected(`${path}.role`, [...ROLES.keys()].join(', '), role);
  return decode(message, path);
}

const ROLES: ReadonlyMap<string, (message: JsonObject, path: string) => Message> = new Map<string, (message: JsonObject, path: string) => Message>([
  ['system', (message, path) => ({ role: 'system', parts: blocks(message.content, `${path}.content`, systemPart) })],
  ['developer', (message, path) => ({ role: 'system', parts: blocks(message.content, `${path}.content`, systemPart) })],
  ['user', (message, path) => ({ role: 'user', parts: blocks(message.content, `${path}.content`, userPart) })],
  ['assistant', decodeAssistant],
  ['tool', decodeToolResult],
]);

/** Content that is a text, or a list of blocks. */
function blocks<Part>(content: Json | undefined, path: string, decode: (block: JsonObject, path: string) => Part): readonly Part[] {
  if (typeof content === 'string') return [decode({ type: 'text', text: content }, path)];
  if (!Array.isArray(content)) throw unexpected(path, 'a string or a list of content blocks', content);
  return content.map((block, index) => decode(requireObject(block, `${path}[${index}]`), `${path}[${index}]`));
}

function systemPart(block: JsonObject, path: string): TextPart {
  if (block.type !== 'text') throw unexpected(`${path}.type`, 'text', block.type);
  return { type: 'text', text: requireString(block.text, `${path}.text`) };
}

function userPart(block: JsonObject, path: string): TextPart | MediaPart {
  if (block.type === 'text') return systemPart(block, path);
  if (block.type !== 'image_url') throw unexpected(`${path}.type`, 'text or image_url', block.type);
  const image = requireObject(block.image_url, `${path}.image_url`);
  const source = sourceFromUri(requireString(image.url, `${path}.image_url.url`));
  return { type: 'media', kind: 'image', source, detail: optionalString(image.detail, `${path}.image_url.detail`) };
}

function decodeAssistant(message: JsonObject, path: string): AssistantMessage {
  const plan = optionalString(message.tool_plan, `${path}.tool_plan`);
  const { content } = message;
  const said = content === undefined || content === null ? [] : blocks(content, `${path}.content`, assistantPart);
  const calls = optionalArray(message.tool_calls, `${path}.tool_calls`);
  return {
    role: 'assistant',
    parts: [
      ...(plan ? [{ type: 'reasoning' as const, text: plan }] : []),
      ...withCitations(said, objectsOf(message.citations)),
      ...calls.map((call, index) => decodeCall(call, `${path}.tool_calls[${index}]`)),
    ],
  };
}

type Said = Extract<AssistantMessage['parts'][number], { type: 'text' | 'reasoning' }>;

function assistantPart(block: JsonObject, path: string): Said {
  const packed = optionalString(block.signature, `${path}.signature`);
  const signature = packed === undefined ? undefined : signatureOf(packed);
  if (block.type !== 'thinking') return { ...systemPart(block, path), signature };
  const redacted = optionalString(block.redacted, `${path}.redacted`);
  return { type: 'reasoning', text: requireString(block.thinking, `${path}.thinking`), signature, redacted };
}

function signatureOf(packed: string): Said['signature'] {
  const { value, origin } = unpackSignature(packed, OWN);
  return { value, origin };
}

function withCitations(said: readonly Said[], wires: readonly JsonObject[]): readonly Said[] {
  const first = said.findIndex((part) => part.type === 'text');
  return said.map((part, index) => {
    const own = wires.filter((wire) => isForText(wire.type) && (wire.content_index ?? first) === index);
    return part.type === 'text' && own.length > 0 ? { ...part, citations: own.map(decodeCitation) } : part;
  });
}

function decodeCall(value: unknown, path: string): ToolCallPart {
  const call = requireObject(value, path);
  const called = requireObject(call.function, `${path}.function`);
  const packed = optionalString(call.signature, `${path}.signature`);
  return {
    type: 'tool_call',
    id: requireString(call.id, `${path}.id`),
    name: requireString(called.name, `${path}.function.name`),
    arguments: optionalString(called.arguments, `${path}.function.arguments`) ?? '',
    signature: packed === undefined ? undefined : signatureOf(packed),
  };
}

function decodeToolResult(message: JsonObject, path: string): UserMessage {
  const id = requireString(message.tool_call_id, `${path}.tool_call_id`);
  return { role: 'user', parts: [{ type: 'tool_result', id, content: blocks(message.content, `${path}.content`, resultPart) }] };
}

function resultPart(block: JsonObject, path: string): TextPart {
  if (block.type !== 'document') return systemPart(block, path);
  const document = requireObject(block.document, `${path}.document`);
  const { data } = document;
  if (typeof data !== 'string' && !isObject(data)) throw unexpected(`${path}.document.data`, 'a string or an object', data);
  return { type: 'text', text: typeof data === 'string' ? data : JSON.stringify(data) };
}

function decodeDocuments(value: Json | undefined): readonly MediaPart[] {
  return optionalArray(value, 'documents').map((item, index) => decodeDocument(item, `documents[${index}]`));
}

function decodeDocument(value: unknown, path: string): MediaPart {
  if (typeof value === 'string') return textDocument(value);
  const { data } = requireObject(value, path);
  if (typeof data === 'string') return textDocument(data);
  const { title, text, ...rest } = requireObject(data, `${path}.data`);
  const isPlain = typeof text === 'string' && Object.keys(rest).length === 0;
  return textDocument(isPlain ? text : JSON.stringify(data), textOf(title));
}

function textDocument(text: string, name?: string): MediaPart {
  return { type: 'media', kind: 'document', source: { kind: 'text', text }, name, citable: true };
}

/** Puts documents in front of the last question; tool results are no question. */
function withDocuments(messages: readonly Message[], documents: readonly MediaPart[]): readonly Message[] {
  if (documents.length === 0) return messages;
  const last = messages.findLastIndex(({ role, parts }) => role === 'user' && parts[0]?.type !== 'tool_result');
  if (last < 0) return [{ role: 'user', parts: documents }, ...messages];
  return messages.map((message, index) => (index === last ? ({ ...message, parts: [...documents, ...message.parts] } as Message) : message));
}

function decodeTools(value: Json | undefined, strict: boolean | undefined): readonly Tool[] | undefined {
  const tools = optionalArray(value, 'tools').map((item, index): Tool => {
    const path = `tools[${index}]`;
    const { type, function: member } = requireObject(item, path);
    if (type !== undefined && type !== 'function') throw unexpected(`${path}.type`, 'function', type);
    const tool = requireObject(member, `${path}.function`);
    const { parameters } = tool;
    return {
      type: 'function',
      name: requireString(tool.name, `${path}.function.name`),
      description: optionalString(tool.description, `${path}.function.description`),
      parameters: parameters === undefined || parameters === null ? undefined : requireObject(parameters, `${path}.function.parameters`),
      strict,
    };
  });
  return tools.length === 0 ? undefined : tools;
}

function decodeToolChoice(value: Json | undefined): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'REQUIRED') return { mode: 'required' };
  if (value === 'NONE') return { mode: 'none' };
  throw unexpected('tool_choice', 'REQUIRED or NONE', value);
}

function decodeFormat(value: Json | undefined): AnswerFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = requireObject(value, 'response_format');
  if (format.type === 'text') return undefined;
  if (format.type !== 'json_object') throw unexpected('response_format.type', 'text or json_object', format.type);
  const schema = format.json_schema ?? format.schema;
  if (schema === undefined || schema === null) return { type: 'json' };
  return { type: 'json_schema', schema: requireObject(schema, 'response_format.json_schema') };
}

function decodeThinking(value: Json | undefined): ReasoningRequest | undefined {
  if (value === undefined || value === null) return undefined;
  const thinking = requireObject(value, 'thinking');
  const mode = thinking.type;
  if (mode !== 'enabled' && mode !== 'disabled') throw unexpected('thinking.type', 'enabled or disabled', mode);
  return { mode, budgetTokens: optionalNumber(thinking.token_budget, 'thinking.token_budget') };
}
