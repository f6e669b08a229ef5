import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage, Message, OpaquePart, TextPart, ToolCallPart, ToolResultPart, UserMessage } from '../../ir/request.ts';
import { isObject, optionalArray, optionalString, remainder, requireArray, requireObject, requireString, unexpected } from '../read.ts';
import { decodeAssistantPart, decodeBlock, decodeTextPart, decodeToolPart, decodeUserPart } from './part-decode.ts';
import { decodeDetails, decodeThinkingBlocks, mergeDetails } from './reasoning-detail.ts';
import type { ReasoningDetail } from './reasoning-detail.ts';
import { decodeCache } from './tool-decode.ts';
import { decodeToolSignature } from './tool-signature.ts';

type AssistantPart = AssistantMessage['parts'][number];

/** What the messages before tell: the older function messages have no ids and answer the call that came last. */
interface History {
  functionCalls: number;
}

type MessageDecoder = (message: JsonObject, path: string, history: History) => Message;

const DECODERS: Readonly<Record<string, MessageDecoder>> = {
  system: decodeSystem,
  developer: decodeSystem,
  user: decodeUser,
  assistant: decodeAssistant,
  tool: decodeToolMessage,
  function: decodeFunctionMessage,
};

/** The list `messages`. */
export function decodeMessages(value: unknown): readonly Message[] {
  const history: History = { functionCalls: 0 };
  return requireArray(value, 'messages').map((item, index) => {
    const path = `messages[${index}]`;
    const message = requireObject(item, path);
    const role = requireString(message.role, `${path}.role`);
    const decode = Object.hasOwn(DECODERS, role) ? DECODERS[role] : undefined;
    if (decode === undefined) throw unexpected(`${path}.role`, 'one of system, developer, user, assistant, tool, function', role);
    return decode(message, path, history);
  });
}

/** Content as a text, a list of parts, or nothing. */
function decodeContent<Part extends { readonly type: string }>(
  content: unknown,
  path: string,
  decodePart: (part: JsonObject, path: string) => Part,
): (Part | TextPart)[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw unexpected(path, 'a string or a list of parts', content);
  return content.map((part, index) => {
    if (typeof part === 'string') return { type: 'text', text: part };
    return decodePart(requireObject(part, `${path}[${index}]`), `${path}[${index}]`);
  });
}

/** A breakpoint on the message itself stands behind its last part. */
function markLast<Part extends object>(parts: readonly Part[], message: JsonObject): readonly Part[] {
  const cache = decodeCache(message.cache_control);
  const last = parts.at(-1);
  if (cache === undefined || last === undefined || 'cache' in last) return parts;
  return [...parts.slice(0, -1), { ...last, cache }];
}

function decodeSystem(message: JsonObject, path: string): Message {
  return { role: 'system', parts: markLast(decodeContent(message.content, `${path}.content`, decodeTextPart), message) };
}

function decodeUser(message: JsonObject, path: string): Message {
  if (message.content === undefined || message.content === null) throw unexpected(`${path}.content`, 'a string or a list of parts', message.content);
  const parts: UserMessage['parts'] = decodeContent(message.content, `${path}.content`, decodeUserPart);
  return {
    role: 'user',
    name: optionalString(message.name, `${path}.name`),
    parts: [...markLast(parts, message), ...unmodelled(message, USER_MEMBERS)],
  };
}

const USER_MEMBERS: ReadonlySet<string> = new Set(['role', 'content', 'name', 'cache_control']);
const ASSISTANT_MEMBERS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'content_blocks',
  'name',
  'refusal',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'thinking_blocks',
  'tool_calls',
  'function_call',
  'audio',
  'annotations',
  'cache_control',
]);

/** Members of a message that have no canonical place ride along as a part that only this dialect reads. */
function unmodelled(message: JsonObject, known: ReadonlySet<string>): OpaquePart[] {
  const rest = remainder(message, known);
  return Object.keys(rest).length > 0 ? [{ type: 'opaque', dialect: 'openai-chat', value: { message: rest } }] : [];
}

function decodeAssistant(message: JsonObject, path: string, history: History): Message {
  const audio = isObject(message.audio) ? optionalString(message.audio.id, `${path}.audio.id`) : undefined;
  const refusal = optionalString(message.refusal, `${path}.refusal`) ?? '';
  const spoken: AssistantPart[] = [
    ...decodeSpoken(message, path),
    ...(refusal === '' ? [] : [{ type: 'refusal', text: refusal } as const]),
    ...(audio === undefined ? [] : [{ type: 'media', kind: 'audio', source: { kind: 'file', id: audio } } as const]),
  ];
  return {
    role: 'assistant',
    name: optionalString(message.name, `${path}.name`),
    parts: [...markLast(spoken, message), ...decodeCalls(message, path, history), ...unmodelled(message, ASSISTANT_MEMBERS)],
  };
}

/** Reasoning and text. `content_blocks` replaces all else because it alone keeps their order and their signatures. */
function decodeSpoken(message: JsonObject, path: string): readonly AssistantPart[] {
  if (Array.isArray(message.content_blocks)) {
    return message.content_blocks.flatMap((block: unknown, index) => {
      const at = `${path}.content_blocks[${index}]`;
      return decodeBlock(requireObject(block, at), at);
    });
  }
  const content: AssistantPart[] = decodeContent(message.content, `${path}.content`, decodeAssistantPart);
  const said = mergeDetails(decodeDetails(message.reasoning_details));
  const details = said.length > 0 ? said : decodeThinkingBlocks(message.thinking_blocks);
  return [...decodeReasoning(message, details), ...signTexts(content, details)];
}

function decodeReasoning(message: JsonObject, details: readonly ReasoningDetail[]): AssistantPart[] {
  const plain = [message.reasoning_content, message.reasoning].find((value) => typeof value === 'string' && value !== '');
  const thoughts = details.filter((detail) => detail.carrier === 'reasoning');
  const saysNothing = thoughts.every((detail) => detail.text === '');
  const parts: AssistantPart[] = thoughts.map(({ text, signature, redacted }) => ({ type: 'reasoning', text, signature, redacted }));
  return typeof plain === 'string' && saysNothing ? [{ type: 'reasoning', text: plain }, ...parts] : parts;
}

function signTexts(parts: readonly AssistantPart[], details: readonly ReasoningDetail[]): readonly AssistantPart[] {
  const signature = details.find((detail) => detail.carrier === 'text')?.signature;
  const last = parts.findLastIndex((part) => part.type === 'text');
  if (signature === undefined || last === -1) return parts;
  return parts.map((part, index) => (index === last && part.type === 'text' ? { ...part, signature } : part));
}

function decodeCalls(message: JsonObject, path: string, history: History): ToolCallPart[] {
  const calls = optionalArray(message.tool_calls, `${path}.tool_calls`).map((call, index) => {
    const at = `${path}.tool_calls[${index}]`;
    return decodeCall(requireObject(call, at), at);
  });
  if (!isObject(message.function_call)) return calls;
  history.functionCalls += 1;
  const { name, arguments: text } = message.function_call;
  const at = `${path}.function_call`;
  return [
    ...calls,
    {
      type: 'tool_call',
      id: functionCallId(history),
      name: requireString(name, `${at}.name`),
      arguments: decodeArguments(text, `${at}.arguments`),
    },
  ];
}

function functionCallId(history: History): string {
  return `call_function_${history.functionCalls}`;
}

function decodeCall(call: JsonObject, path: string): ToolCallPart {
  const custom = call.type === 'custom';
  const member = custom ? 'custom' : 'function';
  const body = requireObject(call[member], `${path}.${member}`);
  const text = custom ? body.input : body.arguments;
  return {
    type: 'tool_call',
    id: requireString(call.id, `${path}.id`),
    name: requireString(body.name, `${path}.${member}.name`),
    arguments: decodeArguments(text, `${path}.${member}.${custom ? 'input' : 'arguments'}`),
    custom: custom ? true : undefined,
    signature: decodeToolSignature(call),
    cache: decodeCache(call.cache_control),
  };
}

/** Arguments are JSON text; clients of some hosts send the object itself. */
function decodeArguments(value: unknown, path: string): string {
  if (isObject(value)) return JSON.stringify(value);
  return optionalString(value, path) ?? '';
}

function decodeToolMessage(message: JsonObject, path: string): Message {
  const result: ToolResultPart = {
    type: 'tool_result',
    id: requireString(message.tool_call_id, `${path}.tool_call_id`),
    name: optionalString(message.name, `${path}.name`),
    content: decodeContent(message.content, `${path}.content`, decodeToolPart),
    cache: decodeCache(message.cache_control),
  };
  return { role: 'user', parts: [result] };
}

function decodeFunctionMessage(message: JsonObject, path: string, history: History): Message {
  const result: ToolResultPart = {
    type: 'tool_result',
    id: functionCallId(history),
    name: requireString(message.name, `${path}.name`),
    content: decodeContent(message.content, `${path}.content`, decodeToolPart),
  };
  return { role: 'user', parts: [result] };
}
