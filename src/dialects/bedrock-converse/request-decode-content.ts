import type { Json, JsonObject } from '../../ir/json.ts';
import type {
  AssistantMessage,
  CacheHint,
  MediaPart,
  Message,
  OpaquePart,
  Part,
  ReasoningPart,
  Signature,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../ir/request.ts';
import { objectsOf, textOf } from '../lenient.ts';
import { optionalArray, optionalString, requireArray, requireObject, requireString, unexpected } from '../read.ts';
import { decodeCitation } from './citations.ts';
import { decodeMedia, decodeSearchResult } from './media.ts';
import { unpackReasoningSignature, unpackRedacted } from './reasoning.ts';
import { OWN } from './vocabulary.ts';

/** `messages` → canonical turns. */
export function decodeMessages(value: Json | undefined): readonly Message[] {
  return optionalArray(value, 'messages').map((item, index) => {
    const path = `messages[${index}]`;
    const { role, content } = requireObject(item, path);
    if (role !== 'user' && role !== 'assistant' && role !== 'system') throw unexpected(`${path}.role`, 'user, assistant or system', role);
    const parts = decodeBlocks(content, `${path}.content`, role === 'system' ? SYSTEM_BLOCKS : BLOCKS);
    return { role, parts: settleSignatures(parts) } as Message;
  });
}

/** `system` → canonical. */
export function decodeSystem(value: Json | undefined): readonly Message[] {
  const parts = decodeBlocks(value ?? [], 'system', SYSTEM_BLOCKS);
  return parts.length === 0 ? [] : [{ role: 'system', parts: parts as TextPart[] }];
}

/** A cache point stands behind what it is for. */
export function decodeCachePoint(value: Json | undefined, path: string): CacheHint {
  return { ttl: optionalString(requireObject(value, path).ttl, `${path}.ttl`) };
}

/** Signatures that belong to the tool call behind or to the text before them, until they have been brought there. */
interface Carried {
  readonly type: 'carried';
  readonly carrier: 'tool' | 'text';
  readonly signature: Signature;
}

type Piece = Exclude<Part, { type: 'refusal' }> | Carried;
type Decoder = (value: Json, path: string) => Piece;

function decodeBlocks(value: unknown, path: string, decoders: Readonly<Record<string, Decoder>>): Piece[] {
  const pieces: Piece[] = [];
  for (const [index, item] of requireArray(value, path).entries()) {
    const block = requireObject(item, `${path}[${index}]`);
    if (block.cachePoint === undefined) pieces.push(decodeBlock(block, `${path}[${index}]`, decoders));
    else markLast(pieces, decodeCachePoint(block.cachePoint, `${path}[${index}].cachePoint`));
  }
  return pieces;
}

function decodeBlock(block: JsonObject, path: string, decoders: Readonly<Record<string, Decoder>>): Piece {
  for (const [name, value] of Object.entries(block)) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decode !== undefined && value !== undefined && value !== null) return decode(value, `${path}.${name}`);
  }
  throw unexpected(path, `one of ${Object.keys(decoders).join(', ')}`, block);
}

function markLast(pieces: Piece[], cache: CacheHint): void {
  const last = pieces.pop();
  if (last === undefined) return;
  pieces.push(last.type === 'reasoning' || last.type === 'opaque' || last.type === 'carried' ? last : { ...last, cache });
}

function decodeText(value: Json, path: string): TextPart {
  return { type: 'text', text: requireString(value, path) };
}

/** What a guardrail is to look at is content like any other. */
function decodeGuarded(value: Json, path: string): TextPart | MediaPart {
  const { text, image } = requireObject(value, path);
  if (image !== undefined) return decodeMedia('image', image, `${path}.image`);
  return decodeText(requireObject(text, `${path}.text`).text ?? null, `${path}.text.text`);
}

function opaque(name: string): Decoder {
  return (value): OpaquePart => ({ type: 'opaque', dialect: OWN, value: { [name]: value } });
}

const SYSTEM_BLOCKS: Readonly<Record<string, Decoder>> = { text: decodeText, guardContent: decodeGuarded };

const RESULT_BLOCKS: Readonly<Record<string, Decoder>> = {
  text: decodeText,
  json: (value) => ({ type: 'text', text: JSON.stringify(value) }),
  image: (value, path) => decodeMedia('image', value, path),
  document: (value, path) => decodeMedia('document', value, path),
  video: (value, path) => decodeMedia('video', value, path),
  searchResult: decodeSearchResult,
};

const BLOCKS: Readonly<Record<string, Decoder>> = {
  text: decodeText,
  image: (value, path) => decodeMedia('image', value, path),
  document: (value, path) => decodeMedia('document', value, path),
  video: (value, path) => decodeMedia('video', value, path),
  audio: (value, path) => decodeMedia('audio', value, path),
  toolUse: decodeToolUse,
  toolResult: decodeToolResult,
  reasoningContent: decodeReasoning,
  citationsContent: decodeCited,
  guardContent: decodeGuarded,
  searchResult: decodeSearchResult,
  toolAddition: opaque('toolAddition'),
  toolRemoval: opaque('toolRemoval'),
};

function decodeToolUse(value: Json, path: string): ToolCallPart | OpaquePart {
  const call = requireObject(value, path);
  if (call.type === 'server_tool_use') return { type: 'opaque', dialect: OWN, value: { toolUse: call } };
  return {
    type: 'tool_call',
    id: requireString(call.toolUseId, `${path}.toolUseId`),
    name: requireString(call.name, `${path}.name`),
    arguments: JSON.stringify(call.input ?? {}),
  };
}

/** The result of a tool that the provider ran itself has a type of its own. */
function decodeToolResult(value: Json, path: string): ToolResultPart | OpaquePart {
  const result = requireObject(value, path);
  const type = textOf(result.type);
  if (type !== undefined && type !== 'tool_result') return { type: 'opaque', dialect: OWN, value: { toolResult: result } };
  return {
    type: 'tool_result',
    id: requireString(result.toolUseId, `${path}.toolUseId`),
    content: decodeBlocks(result.content, `${path}.content`, RESULT_BLOCKS) as (TextPart | MediaPart)[],
    isError: result.status === 'error' ? true : undefined,
  };
}

function decodeReasoning(value: Json, path: string): ReasoningPart | Carried {
  const { reasoningText, redactedContent } = requireObject(value, path);
  if (redactedContent !== undefined) {
    return { type: 'reasoning', text: '', ...unpackRedacted(requireString(redactedContent, `${path}.redactedContent`)) };
  }
  const { text, signature: packed } = requireObject(reasoningText, `${path}.reasoningText`);
  const thought = optionalString(text, `${path}.reasoningText.text`) ?? '';
  const signed = optionalString(packed, `${path}.reasoningText.signature`);
  if (signed === undefined) return { type: 'reasoning', text: thought };
  const { carrier, signature } = unpackReasoningSignature(signed);
  return carrier === 'tool' || carrier === 'text' ? { type: 'carried', carrier, signature } : { type: 'reasoning', text: thought, signature };
}

function decodeCited(value: Json, path: string): TextPart {
  const { content, citations } = requireObject(value, path);
  const texts = optionalArray(content, `${path}.content`).map((item, index) =>
    requireString(requireObject(item, `${path}.content[${index}]`).text, `${path}.content[${index}].text`),
  );
  return { type: 'text', text: texts.join(''), citations: objectsOf(citations).map(decodeCitation) };
}

/** Brings carried signatures to the parts that they belong to. */
function settleSignatures(pieces: readonly Piece[]): readonly AssistantMessage['parts'][number][] {
  const parts: AssistantMessage['parts'][number][] = [];
  let forCall: Signature | undefined;
  for (const piece of pieces) {
    if (piece.type === 'carried') {
      const text = piece.carrier === 'text' ? parts.findLastIndex((part) => part.type === 'text') : -1;
      if (text >= 0) parts[text] = { ...(parts[text] as TextPart), signature: piece.signature };
      else forCall = piece.signature;
    } else if (piece.type === 'tool_call' && forCall !== undefined) {
      parts.push({ ...piece, signature: forCall });
      forCall = undefined;
    } else parts.push(piece as AssistantMessage['parts'][number]);
  }
  return parts;
}
