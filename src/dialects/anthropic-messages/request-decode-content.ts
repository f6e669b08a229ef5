import type { Json, JsonObject } from '../../ir/json.ts';
import type {
  AssistantMessage,
  CacheHint,
  MediaPart,
  MediaSource,
  Message,
  Signature,
  SystemMessage,
  TextPart,
  ToolResultPart,
  UserMessage,
} from '../../ir/request.ts';
import { isObject, optionalArray, optionalBoolean, optionalString, requireArray, requireObject, requireString, unexpected } from '../read.ts';
import { unpackSignature } from '../signature.ts';
import { decodeCitation } from './citations.ts';
import { unpackRedacted } from './thinking.ts';
import { OWN } from './vocabulary.ts';

type UserPart = UserMessage['parts'][number];
type AssistantPart = AssistantMessage['parts'][number];

/** `system`, as text or as blocks; no message where it is absent. */
export function decodeSystem(value: Json | undefined, path: string): SystemMessage[] {
  if (value === undefined || value === null) return [];
  const parts = blocksOf(value, path).map(({ block, at }) => {
    if (block.type !== 'text') throw unexpected(`${at}.type`, '"text"', block.type);
    return textPart(block, at);
  });
  return [{ role: 'system', parts }];
}

/** One entry of `messages`. A user turn with system instructions inside falls apart into several messages. */
export function decodeMessage(message: JsonObject, path: string): Message[] {
  const content = message.content;
  switch (message.role) {
    case 'user':
      return userMessages(blocksOf(content, `${path}.content`));
    case 'assistant':
      return [{ role: 'assistant', parts: assistantParts(blocksOf(content, `${path}.content`)) }];
    case 'system':
      // A message may say no more than how the turns from here on are to be answered.
      return instructions(content ?? [], `${path}.content`);
    default:
      throw unexpected(`${path}.role`, '"user" or "assistant"', message.role);
  }
}

/** System instructions inside the conversation. Changes of the tools on offer say nothing to dialects that are given all tools at once. */
function instructions(content: Json | undefined, path: string): SystemMessage[] {
  const parts = blocksOf(content, path).flatMap(({ block, at }) => (block.type === 'text' ? [textPart(block, at)] : []));
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

/** `cache_control` → a cache hint. */
export function decodeCache(value: Json | undefined, path: string): CacheHint | undefined {
  if (value === undefined || value === null) return undefined;
  return { ttl: optionalString(requireObject(value, path).ttl, `${path}.ttl`) };
}

interface PlacedBlock {
  readonly block: JsonObject;
  /** Where it stands in the request. */
  readonly at: string;
}

/** Content as blocks; text is short for one block of it. */
function blocksOf(content: Json | undefined, path: string): PlacedBlock[] {
  if (typeof content === 'string') return [{ block: { type: 'text', text: content }, at: path }];
  return requireArray(content, path).map((value, index) => {
    const at = `${path}[${index}]`;
    const block = requireObject(value, at);
    requireString(block.type, `${at}.type`);
    return { block, at };
  });
}

function userMessages(blocks: readonly PlacedBlock[]): Message[] {
  const messages: Message[] = [];
  let parts: UserPart[] = [];
  for (const { block, at } of blocks) {
    if (block.type === 'mid_conv_system') {
      if (parts.length > 0) messages.push({ role: 'user', parts });
      parts = [];
      messages.push(...instructions(block.content, `${at}.content`));
    } else parts.push(userPart(block, at));
  }
  return parts.length > 0 || messages.length === 0 ? [...messages, { role: 'user', parts }] : messages;
}

function userPart(block: JsonObject, at: string): UserPart {
  return USER_BLOCKS.get(block.type)?.(block, at) ?? opaque(block);
}

const USER_BLOCKS = new Map<Json | undefined, (block: JsonObject, at: string) => UserPart>([
  ['text', textPart],
  ['image', imagePart],
  ['document', documentPart],
  ['search_result', searchResultPart],
  ['tool_result', toolResultPart],
]);

/**
 * Assistant blocks → parts. A block of thinking whose signature another dialect wrote may stand for the signature of the tool call
 * behind it or of the text before it.
 */
function assistantParts(blocks: readonly PlacedBlock[]): AssistantPart[] {
  const parts: AssistantPart[] = [];
  let forCall: Signature | undefined;
  for (const { block, at } of blocks) {
    const { carrier, ...signature } = unpackSignature(signatureText(block, at), OWN);
    if (carrier === 'tool') forCall = signature;
    else if (carrier === 'text') signLastText(parts, signature);
    else if (block.type === 'tool_use') {
      parts.push(toolCallPart({ block, at }, forCall));
      forCall = undefined;
    } else parts.push(assistantPart(block, at));
  }
  return parts;
}

function signatureText(block: JsonObject, at: string): string {
  return block.type === 'thinking' ? (optionalString(block.signature, `${at}.signature`) ?? '') : '';
}

function signLastText(parts: AssistantPart[], signature: Signature): void {
  const index = parts.findLastIndex((part) => part.type === 'text');
  const text = parts[index];
  if (text?.type === 'text') parts[index] = { ...text, signature };
  else parts.push({ type: 'text', text: '', signature });
}

function assistantPart(block: JsonObject, at: string): AssistantPart {
  return ASSISTANT_BLOCKS.get(block.type)?.(block, at) ?? opaque(block);
}

const ASSISTANT_BLOCKS = new Map<Json | undefined, (block: JsonObject, at: string) => AssistantPart>([
  ['text', textPart],
  ['image', imagePart],
  ['document', documentPart],
  ['thinking', thinkingPart],
  ['redacted_thinking', (block, at) => ({ type: 'reasoning', text: '', ...unpackRedacted(requireString(block.data, `${at}.data`)) })],
]);

function opaque(block: JsonObject): UserPart & AssistantPart {
  return { type: 'opaque', dialect: OWN, value: block };
}

function textPart(block: JsonObject, at: string): TextPart {
  const citations = optionalArray(block.citations, `${at}.citations`).map((value, index) =>
    decodeCitation(requireObject(value, `${at}.citations[${index}]`)),
  );
  return {
    type: 'text',
    text: requireString(block.text, `${at}.text`),
    cache: decodeCache(block.cache_control, `${at}.cache_control`),
    citations: citations.length === 0 ? undefined : citations,
  };
}

function thinkingPart(block: JsonObject, at: string): AssistantPart {
  const packed = signatureText(block, at);
  const { carrier: _carrier, ...signature } = unpackSignature(packed, OWN);
  return { type: 'reasoning', text: requireString(block.thinking, `${at}.thinking`), signature: packed === '' ? undefined : signature };
}

function toolCallPart({ block, at }: PlacedBlock, signature: Signature | undefined): AssistantPart {
  return {
    type: 'tool_call',
    id: requireString(block.id, `${at}.id`),
    name: requireString(block.name, `${at}.name`),
    arguments: JSON.stringify(requireObject(block.input ?? {}, `${at}.input`)),
    signature,
    cache: decodeCache(block.cache_control, `${at}.cache_control`),
  };
}

function imagePart(block: JsonObject, at: string): MediaPart {
  return {
    type: 'media',
    kind: 'image',
    source: mediaSource(block.source, `${at}.source`),
    cache: decodeCache(block.cache_control, `${at}.cache_control`),
  };
}

function documentPart(block: JsonObject, at: string): MediaPart {
  const source = mediaSource(block.source, `${at}.source`);
  const citations = block.citations;
  return {
    type: 'media',
    kind: 'document',
    source: source.kind === 'url' ? { ...source, mime: 'application/pdf' } : source,
    name: optionalString(block.title, `${at}.title`),
    context: optionalString(block.context, `${at}.context`),
    citable: isObject(citations) ? optionalBoolean(citations.enabled, `${at}.citations.enabled`) : undefined,
    cache: decodeCache(block.cache_control, `${at}.cache_control`),
  };
}

/** A search result that the caller found itself; other dialects can be given it as a document. */
function searchResultPart(block: JsonObject, at: string): MediaPart {
  const citations = block.citations;
  return {
    type: 'media',
    kind: 'document',
    source: { kind: 'text', text: joinedTexts(block.content, `${at}.content`) },
    name: optionalString(block.title, `${at}.title`),
    context: optionalString(block.source, `${at}.source`),
    citable: isObject(citations) ? optionalBoolean(citations.enabled, `${at}.citations.enabled`) : undefined,
    cache: decodeCache(block.cache_control, `${at}.cache_control`),
  };
}

function mediaSource(value: Json | undefined, path: string): MediaSource {
  const source = requireObject(value, path);
  const read = SOURCES.get(source.type);
  if (read === undefined) throw unexpected(`${path}.type`, '"base64", "url", "file", "text" or "content"', source.type);
  return read(source, path);
}

const SOURCES = new Map<Json | undefined, (source: JsonObject, path: string) => MediaSource>([
  [
    'base64',
    (source, path) => ({
      kind: 'base64',
      mime: requireString(source.media_type, `${path}.media_type`).toLowerCase(),
      data: requireString(source.data, `${path}.data`),
    }),
  ],
  ['url', (source, path) => ({ kind: 'url', url: requireString(source.url, `${path}.url`) })],
  ['file', (source, path) => ({ kind: 'file', id: requireString(source.file_id, `${path}.file_id`) })],
  ['text', (source, path) => ({ kind: 'text', text: requireString(source.data, `${path}.data`) })],
  ['content', (source, path) => ({ kind: 'text', text: joinedTexts(source.content, `${path}.content`) })],
]);

function joinedTexts(value: Json | undefined, path: string): string {
  return blocksOf(value, path)
    .filter(({ block }) => block.type === 'text')
    .map(({ block, at }) => requireString(block.text, `${at}.text`))
    .join('\n');
}

function toolResultPart(block: JsonObject, at: string): ToolResultPart {
  return {
    type: 'tool_result',
    id: requireString(block.tool_use_id, `${at}.tool_use_id`),
    content: blocksOf(block.content ?? [], `${at}.content`).map((placed) => resultPiece(placed)),
    isError: optionalBoolean(block.is_error, `${at}.is_error`),
    cache: decodeCache(block.cache_control, `${at}.cache_control`),
  };
}

function resultPiece({ block, at }: PlacedBlock): TextPart | MediaPart {
  switch (block.type) {
    case 'text':
      return textPart(block, at);
    case 'image':
      return imagePart(block, at);
    case 'document':
      return documentPart(block, at);
    case 'search_result':
      return { type: 'text', text: [block.title, block.source, joinedTexts(block.content, `${at}.content`)].join('\n') };
    default:
      return { type: 'text', text: JSON.stringify(block) };
  }
}
