import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { MediaPart, Part, ReasoningPart, TextPart, ToolResultPart } from '../../ir/request.ts';
import { mergeTurns, type Turn } from '../conversation.ts';
import { kindOfMime, textOfSource } from '../media.ts';
import { ownSignature } from '../signature.ts';
import { ownCitation } from './citations.ts';
import { encodeCache } from './request-encode-tools.ts';
import { toolInput } from './response.ts';
import { OWN } from './vocabulary.ts';
import type { WireBlock } from './wire.ts';

/** System parts as `system`; undefined where they say nothing. */
export function encodeSystem(parts: readonly TextPart[]): readonly WireBlock[] | undefined {
  const blocks = parts.filter(isSendable).map(textBlock);
  return blocks.length === 0 ? undefined : blocks;
}

/** The turns of the conversation as `messages`; parts that the API would refuse are left out, images of the model's among them. */
export function encodeTurns(turns: readonly Turn[], dropped: Set<string>): JsonObject[] {
  const sendable = turns.map((turn) => sendableTurn(turn, dropped)).filter(({ parts }) => parts.length > 0);
  const toolId = toolIds();
  const messages = mergeTurns(sendable).map(({ role, parts }) => {
    const ordered = role === 'user' ? [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))] : withoutLastThoughts(parts);
    return { role, content: ordered.map((part) => encodePart(part, toolId)) };
  });
  return messages
    .filter(({ content }) => content.length > 0)
    .map(({ role, content }, index, all) => ({
      role,
      content: concise(role === 'assistant' && index === all.length - 1 ? trimmed(content) : content),
    }));
}

function sendableTurn(turn: Turn, dropped: Set<string>): Turn {
  const parts = turn.parts.filter(isSendable);
  const isPicture = (part: Part): boolean => turn.role === 'assistant' && part.type === 'media';
  if (!parts.some(isPicture)) return { ...turn, parts } as Turn;
  dropped.add('media');
  return { ...turn, parts: parts.filter((part) => !isPicture(part)) } as Turn;
}

/** The API refuses blank texts and thinking that it did not sign. */
function isSendable(part: Part): boolean {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text.trim() !== '';
    case 'reasoning':
      return isOwnReasoning(part);
    case 'opaque':
      return part.dialect === OWN;
    default:
      return true;
  }
}

function isOwnReasoning({ redacted, signature }: ReasoningPart): boolean {
  if (redacted !== undefined) return (signature?.origin ?? OWN) === OWN;
  return ownSignature(signature, OWN) !== undefined;
}

function isResult(part: Part): boolean {
  return part.type === 'tool_result';
}

/** Thinking may not be the last thing in an assistant's turn. */
function withoutLastThoughts(parts: Turn['parts']): readonly Part[] {
  const last = parts.findLastIndex((part) => part.type !== 'reasoning');
  return parts.slice(0, last + 1);
}

/** Text that the model is to continue may not end in white space. */
function trimmed(blocks: readonly WireBlock[]): readonly WireBlock[] {
  const last = blocks.at(-1);
  return last?.type === 'text' ? [...blocks.slice(0, -1), { ...last, text: String(last.text).trimEnd() }] : blocks;
}

/** A single plain text goes as a string. */
function concise(blocks: readonly WireBlock[]): string | readonly WireBlock[] {
  const [only, ...others] = blocks;
  const isPlain =
    only?.type === 'text' &&
    others.length === 0 &&
    Object.entries(only).every(([key, value]) => key === 'type' || key === 'text' || value === undefined);
  return isPlain ? String(only.text) : blocks;
}

type UserOrAssistantPart = Turn['parts'][number];

function encodePart(part: Part, toolId: (id: string) => string): WireBlock {
  const encode = PARTS[part.type] as (part: Part, toolId: (id: string) => string) => WireBlock;
  return encode(part, toolId);
}

const PARTS: {
  readonly [type in UserOrAssistantPart['type']]: (part: Extract<UserOrAssistantPart, { type: type }>, toolId: (id: string) => string) => WireBlock;
} = {
  text: textBlock,
  refusal: ({ text }) => ({ type: 'text', text }),
  media: mediaBlock,
  reasoning: ({ text, signature, redacted }) =>
    redacted === undefined
      ? { type: 'thinking', thinking: text, signature: ownSignature(signature, OWN) ?? '' }
      : { type: 'redacted_thinking', data: redacted },
  tool_call: (call, toolId) => ({
    type: 'tool_use',
    id: toolId(call.id),
    name: call.name,
    input: toolInput(call),
    cache_control: encodeCache(call.cache),
  }),
  tool_result: toolResultBlock,
  opaque: ({ value }) => value,
};

function textBlock({ text, cache, citations = [] }: TextPart): WireBlock {
  const own = citations.map(ownCitation).filter((citation) => citation !== undefined);
  return { type: 'text', text, citations: own.length === 0 ? undefined : own, cache_control: encodeCache(cache) };
}

function toolResultBlock(part: ToolResultPart, toolId: (id: string) => string): WireBlock {
  const content = part.content.filter(isSendable).map((piece) => (piece.type === 'text' ? textBlock(piece) : mediaBlock(piece)));
  return {
    type: 'tool_result',
    tool_use_id: toolId(part.id),
    content: content.length === 0 ? undefined : concise(content),
    is_error: part.isError === true ? true : undefined,
    cache_control: encodeCache(part.cache),
  };
}

function mediaBlock(part: MediaPart): WireBlock {
  const kind = part.source.kind === 'base64' ? kindOfMime(part.source.mime) : part.kind;
  if (kind === 'image') return { type: 'image', source: imageSource(part), cache_control: encodeCache(part.cache) };
  if (kind !== 'document') throw unsupported(`${kind} content`);
  return {
    type: 'document',
    source: documentSource(part),
    title: part.name,
    context: part.context,
    citations: part.citable === undefined ? undefined : { enabled: part.citable },
    cache_control: encodeCache(part.cache),
  };
}

function imageSource({ source }: MediaPart): JsonObject {
  if (source.kind === 'base64') return base64(source.mime === 'image/jpg' ? 'image/jpeg' : source.mime, source.data);
  if (source.kind === 'text') throw unsupported('an image given as text');
  return remoteSource(source);
}

/** PDFs go as they are, everything that is text as text. */
function documentSource({ source }: MediaPart): JsonObject {
  const text = textOfSource(source) ?? jsonText(source);
  if (text !== undefined) return { type: 'text', media_type: 'text/plain', data: text };
  if (source.kind === 'url' || source.kind === 'file') return remoteSource(source);
  if (source.kind === 'base64' && source.mime === 'application/pdf') return base64(source.mime, source.data);
  throw unsupported(`a document of type ${source.kind === 'base64' ? source.mime : 'unknown'}`);
}

const TEXTUAL = new Set(['application/json', 'application/xml', 'application/yaml', 'application/x-yaml', 'application/javascript']);

function jsonText(source: MediaPart['source']): string | undefined {
  return source.kind === 'base64' && TEXTUAL.has(source.mime) ? Buffer.from(source.data, 'base64').toString('utf8') : undefined;
}

function base64(mime: string, data: string): JsonObject {
  return { type: 'base64', media_type: mime, data };
}

function remoteSource(source: Extract<MediaPart['source'], { kind: 'url' | 'file' }>): JsonObject {
  if (source.kind === 'file') return { type: 'file', file_id: source.id };
  if (!/^https?:/i.test(source.url)) throw unsupported('content at a URL that is not http(s)');
  return { type: 'url', url: source.url };
}

function unsupported(what: string): GatewayError {
  return new GatewayError('unsupported_content', `The Messages API cannot be sent ${what}.`);
}

/** Brings tool ids to the API's alphabet, each always to the same one and no two to one. */
function toolIds(): (id: string) => string {
  const safe = new Map<string, string>();
  const taken = new Set<string>();
  return (id) => {
    const known = safe.get(id);
    if (known !== undefined) return known;
    const base = id.replaceAll(/[^a-zA-Z0-9_-]/g, '_') || 'toolu';
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    safe.set(id, name);
    taken.add(name);
    return name;
  };
}
