import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage, Message, ReasoningPart, Signature, UserMessage } from '../../ir/request.ts';
import { optionalArray, optionalString, remainder, requireArray, requireObject, requireString, unexpected } from '../read.ts';
import { unpackSignature } from '../signature.ts';
import { decodeAssistantContent, decodeSystemContent, decodeUserContent } from './decode-content.ts';
import { nativeOf, OWN } from './vocabulary.ts';

type Mutable<M extends { parts: readonly unknown[] }> = Omit<M, 'parts'> & { parts: M['parts'][number][] };

/** The conversation as far as the items were read. */
interface Draft {
  readonly messages: (Message | Mutable<UserMessage> | Mutable<AssistantMessage>)[];
  /** A signature whose tool call is still to come. */
  carried: Signature | undefined;
}

type ItemDecoder = (draft: Draft, item: JsonObject, path: string) => void;

const ITEMS: ReadonlyMap<string, ItemDecoder> = new Map<string, ItemDecoder>([
  ['message', decodeMessage],
  ['reasoning', decodeReasoning],
  ['function_call', decodeFunctionCall],
  ['custom_tool_call', decodeCustomToolCall],
  ['function_call_output', decodeToolOutput],
  ['custom_tool_call_output', decodeToolOutput],
  ['item_reference', refuseReference],
]);

/** Reads the `input` of a request: a text, or a list of items. */
export function decodeInput(input: unknown, path: string): readonly Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [{ type: 'text', text: input }] }];
  if (!Array.isArray(input)) throw unexpected(path, 'a string or a list of items', input);
  const draft: Draft = { messages: [], carried: undefined };
  requireArray(input, path).forEach((entry, index) => {
    const at = `${path}[${index}]`;
    const item = requireObject(entry, at);
    const decode = ITEMS.get(typeOf(item, at)) ?? decodeOpaque;
    decode(draft, item, at);
  });
  return draft.messages;
}

/** Items may leave their type out: a message is known by its role, a reference by having nothing but an id. */
function typeOf(item: JsonObject, path: string): string {
  const type = optionalString(item.type, `${path}.type`);
  if (type !== undefined) return type;
  if (item.role !== undefined) return 'message';
  if (item.id !== undefined) return 'item_reference';
  throw unexpected(`${path}.type`, 'the type of an item', item.type);
}

const MESSAGE_MEMBERS = new Set(['type', 'role', 'content', 'status']);
/** The role is kept: it tells a message of the input from the instructions, and `system` from `developer`. */
const SYSTEM_MEMBERS = new Set(['type', 'content', 'status']);

function decodeMessage(draft: Draft, item: JsonObject, path: string): void {
  const content = item.content;
  const at = `${path}.content`;
  switch (item.role) {
    case 'user':
      draft.messages.push({ role: 'user', parts: decodeUserContent(content, at) });
      return;
    case 'system':
    case 'developer': {
      const [first, ...rest] = decodeSystemContent(content, at);
      const native = nativeOf(remainder(item, SYSTEM_MEMBERS));
      if (first !== undefined) draft.messages.push({ role: 'system', parts: [{ ...first, native }, ...rest] });
      return;
    }
    case 'assistant': {
      const [first, ...rest] = decodeAssistantContent(content, at);
      const native = nativeOf(remainder(item, MESSAGE_MEMBERS));
      if (first !== undefined) assistantParts(draft).push(first.type === 'text' ? { ...first, native } : first, ...rest);
      return;
    }
    default:
      throw unexpected(`${path}.role`, 'user, assistant, system or developer', item.role);
  }
}

/** The parts of the assistant's turn that the conversation ends with. */
function assistantParts(draft: Draft): AssistantMessage['parts'][number][] {
  const last = draft.messages.at(-1);
  if (last?.role === 'assistant') return last.parts as AssistantMessage['parts'][number][];
  const message: Mutable<AssistantMessage> = { role: 'assistant', parts: [] };
  draft.messages.push(message);
  return message.parts;
}

/** The parts of the user's turn that the conversation ends with. */
function userParts(draft: Draft): UserMessage['parts'][number][] {
  const last = draft.messages.at(-1);
  if (last?.role === 'user') return last.parts as UserMessage['parts'][number][];
  const message: Mutable<UserMessage> = { role: 'user', parts: [] };
  draft.messages.push(message);
  return message.parts;
}

const CALL_MEMBERS = new Set(['type', 'call_id', 'name', 'arguments', 'status']);

function decodeFunctionCall(draft: Draft, item: JsonObject, path: string): void {
  assistantParts(draft).push({
    type: 'tool_call',
    id: requireString(item.call_id, `${path}.call_id`),
    name: requireString(item.name, `${path}.name`),
    arguments: requireString(item.arguments, `${path}.arguments`),
    signature: takeCarried(draft),
    native: nativeOf(remainder(item, CALL_MEMBERS)),
  });
}

const CUSTOM_CALL_MEMBERS = new Set(['type', 'call_id', 'name', 'input', 'status']);

function decodeCustomToolCall(draft: Draft, item: JsonObject, path: string): void {
  assistantParts(draft).push({
    type: 'tool_call',
    id: requireString(item.call_id, `${path}.call_id`),
    name: requireString(item.name, `${path}.name`),
    arguments: requireString(item.input, `${path}.input`),
    custom: true,
    signature: takeCarried(draft),
    native: nativeOf(remainder(item, CUSTOM_CALL_MEMBERS)),
  });
}

function takeCarried(draft: Draft): Signature | undefined {
  const signature = draft.carried;
  draft.carried = undefined;
  return signature;
}

const OUTPUT_MEMBERS = new Set(['type', 'call_id', 'output', 'status']);

/** The type of a custom tool's output is kept, because its call may be one that only the upstream has stored. */
function decodeToolOutput(draft: Draft, item: JsonObject, path: string): void {
  const type = item.type === 'custom_tool_call_output' ? item.type : undefined;
  userParts(draft).push({
    type: 'tool_result',
    id: requireString(item.call_id, `${path}.call_id`),
    content: decodeUserContent(item.output, `${path}.output`),
    native: nativeOf({ ...remainder(item, OUTPUT_MEMBERS), ...(type && { type }) }),
  });
}

/** A reasoning item; one that only carries another dialect's signature gives it back to the tool call or text that it belongs to. */
function decodeReasoning(draft: Draft, item: JsonObject, path: string): void {
  const encrypted = optionalString(item.encrypted_content, `${path}.encrypted_content`);
  const thoughts = decodeThoughts(item, path);
  if (encrypted === undefined) {
    assistantParts(draft).push(thoughts.text === '' ? { type: 'opaque', dialect: OWN, value: item } : thoughts);
    return;
  }
  const { carrier, value, origin } = unpackSignature(encrypted, OWN);
  if (carrier === 'tool') draft.carried = { value, origin };
  else if (carrier === 'text') signLastText(draft, { value, origin });
  else if (carrier === 'redacted') assistantParts(draft).push({ type: 'reasoning', text: '', redacted: value });
  else assistantParts(draft).push({ ...thoughts, signature: { value, origin } });
}

const REASONING_MEMBERS = new Set(['type', 'summary', 'content', 'encrypted_content', 'status']);

/** The texts of a reasoning item, once each. That they stood in `content`, alone or beside `summary`, is kept as empty lists of these names. */
function decodeThoughts(item: JsonObject, path: string): ReasoningPart {
  const summary = textsOf(item.summary, `${path}.summary`);
  const content = textsOf(item.content, `${path}.content`);
  const place: JsonObject = content.length === 0 ? {} : summary.length === 0 ? { content: [] } : { content: [], summary: [] };
  return {
    type: 'reasoning',
    text: [...new Set([...summary, ...content])].join('\n\n'),
    native: nativeOf({ ...remainder(item, REASONING_MEMBERS), ...place }),
  };
}

function textsOf(value: unknown, path: string): readonly string[] {
  return optionalArray(value, path).map((entry, index) => requireString(requireObject(entry, `${path}[${index}]`).text, `${path}[${index}].text`));
}

function signLastText(draft: Draft, signature: Signature): void {
  const parts = assistantParts(draft);
  const index = parts.findLastIndex((part) => part.type === 'text');
  const part = parts[index];
  if (part?.type === 'text') parts[index] = { ...part, signature };
}

function refuseReference(_draft: Draft, item: JsonObject, path: string): void {
  const id = JSON.stringify(item.id);
  throw new GatewayError('invalid_request', `${path}: the item ${id} is not stored here; send the item itself.`, { param: path });
}

const USER_ITEM = /_output$|^mcp_approval_response$/;

/** Calls of the provider's own tools, their outputs, and whatever else only this dialect knows. */
function decodeOpaque(draft: Draft, item: JsonObject): void {
  const part = { type: 'opaque', dialect: OWN, value: item } as const;
  if (USER_ITEM.test(String(item.type)) && item.execution !== 'server') userParts(draft).push(part);
  else assistantParts(draft).push(part);
}
