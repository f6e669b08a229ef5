import type { JsonObject } from '../../ir/json.ts';
import type { CacheHint, Message, Part, ReasoningPart, TextPart, ToolResultPart } from '../../ir/request.ts';
import { hoistSystem, mergeTurns, type Turn } from '../conversation.ts';
import { ownSignature } from '../signature.ts';
import { safeToolIds, toolInput } from '../tool-input.ts';
import { encodeCitation } from './citations.ts';
import { documentNames, encodeMedia, type DocumentNames } from './media.ts';
import { redactedBlock } from './reasoning.ts';
import { OWN, SIGNED_BY } from './vocabulary.ts';

/** `system` and `messages`. What the API would refuse is left out, and named in `dropped` where that is a loss. */
export function encodeConversation(messages: readonly Message[], dropped: Set<string>): JsonObject {
  const { system, turns } = hoistSystem(messages);
  const context: Context = { toolId: safeToolIds(), names: documentNames() };
  if (turns.some(({ role, parts }) => role === 'assistant' && parts.some(({ type }) => type === 'media'))) dropped.add('media');
  const sendable = mergeTurns(turns.map(sendableTurn).filter(({ parts }) => parts.length > 0));
  const encoded = sendable.map(({ role, parts }) => ({
    role,
    content: withText(inOrder(role, parts)).flatMap((part) => [...encodePart(part, context), ...cachePoint(part)]),
  }));
  const instructions = system.filter(isSendable).flatMap((part) => [{ text: part.text }, ...cachePoint(part)]);
  return {
    messages: encoded.filter(({ content }) => content.length > 0),
    system: instructions.length === 0 ? undefined : instructions,
  };
}

interface Context {
  readonly toolId: (id: string) => string;
  readonly names: DocumentNames;
}

function sendableTurn(turn: Turn): Turn {
  return { ...turn, parts: turn.parts.filter((part) => isSendable(part) && !(turn.role === 'assistant' && part.type === 'media')) } as Turn;
}

/** The API refuses blank texts, and thoughts that are not signed: https://github.com/langchain-ai/langchain-aws/issues/401 */
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
  if (redacted === undefined) return ownSignature(signature, SIGNED_BY) !== undefined;
  const origin = signature?.origin ?? SIGNED_BY;
  return origin === SIGNED_BY || origin === OWN;
}

/** Results of tools come first in a user's turn; thoughts may not come last in an assistant's. */
function inOrder(role: Turn['role'], parts: Turn['parts']): readonly Part[] {
  if (role === 'assistant') return parts.slice(0, parts.findLastIndex(({ type }) => type !== 'reasoning') + 1);
  return [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))];
}

function isResult({ type }: Part): boolean {
  return type === 'tool_result';
}

/** A document is refused where no text comes with it: https://github.com/BerriAI/litellm/pull/36499 */
function withText(parts: readonly Part[]): readonly Part[] {
  const isBare = parts.some((part) => part.type === 'media' && part.kind === 'document') && !parts.some(({ type }) => type === 'text');
  return isBare ? [...parts.filter(isResult), { type: 'text', text: '.' }, ...parts.filter((part) => !isResult(part))] : parts;
}

/** Behind a part that is to be cached. Five minutes is what every model that caches takes, and the default. */
function cachePoint(part: Part): JsonObject[] {
  const inner = part.type === 'tool_result' ? part.content.find(({ cache }) => cache !== undefined)?.cache : undefined;
  const cache = ('cache' in part ? part.cache : undefined) ?? inner;
  return cache === undefined ? [] : [encodeCachePoint(cache)];
}

/** A cache hint as a block, or a tool, of its own. */
export function encodeCachePoint({ ttl }: CacheHint): JsonObject {
  return { cachePoint: { type: 'default', ttl: ttl === '5m' ? undefined : ttl } };
}

function encodePart(part: Part, context: Context): JsonObject[] {
  switch (part.type) {
    case 'text':
      return [encodeText(part)];
    case 'refusal':
      return [{ text: part.text }];
    case 'media':
      return [encodeMedia(part, context.names)];
    case 'reasoning':
      return [encodeReasoning(part)];
    case 'tool_call':
      return [{ toolUse: { toolUseId: context.toolId(part.id), name: part.name, input: toolInput(part) } }];
    case 'tool_result':
      return [encodeResult(part, context)];
    case 'opaque':
      return [part.value];
  }
}

/** A text that this API cited from goes back with its citations. */
function encodeText({ text, citations = [] }: TextPart): JsonObject {
  const own = citations.filter(({ native }) => native?.dialect === OWN).map(encodeCitation);
  return own.length === 0 ? { text } : { citationsContent: { content: [{ text }], citations: own } };
}

function encodeReasoning({ text, signature, redacted }: ReasoningPart): JsonObject {
  if (redacted !== undefined) return redactedBlock(redacted, signature);
  return { reasoningContent: { reasoningText: { text, signature: ownSignature(signature, SIGNED_BY) } } };
}

/** A result must say something: https://github.com/NousResearch/hermes-agent/issues/55092 */
const NOTHING = { text: '(empty)' };

function encodeResult(part: ToolResultPart, { toolId, names }: Context): JsonObject {
  const content = part.content.filter(isSendable).map((piece) => (piece.type === 'text' ? { text: piece.text } : encodeMedia(piece, names)));
  const said = content.length === 0 ? [NOTHING] : content;
  return { toolResult: { toolUseId: toolId(part.id), content: said, status: part.isError === true ? 'error' : undefined } };
}
