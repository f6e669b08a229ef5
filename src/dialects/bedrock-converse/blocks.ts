import type { Json, JsonObject } from '../../ir/json.ts';
import { objectOf, objectsOf, textOf } from '../lenient.ts';
import { isObject } from '../read.ts';

/** A whole content block, taken apart as a stream would give it. Only some kinds of block have a start. */
export interface BlockPieces {
  readonly start?: JsonObject | undefined;
  readonly deltas: readonly JsonObject[];
}

/** Takes a content block apart; one of an unknown kind says nothing. */
export function piecesOf(block: JsonObject): BlockPieces {
  for (const [kind, value] of Object.entries(block)) {
    const pieces = PIECES.get(kind)?.(value);
    if (pieces !== undefined) return pieces;
  }
  return { deltas: [] };
}

const PIECES: ReadonlyMap<string, (value: Json | undefined) => BlockPieces> = new Map<string, (value: Json | undefined) => BlockPieces>([
  ['text', (text) => ({ deltas: [{ text }] })],
  ['toolUse', toolUsePieces],
  ['toolResult', toolResultPieces],
  ['reasoningContent', reasoningPieces],
  ['citationsContent', citedPieces],
  ['image', imagePieces],
]);

function toolUsePieces(value: Json | undefined): BlockPieces {
  const { input, ...head } = objectOf(value);
  return { start: { toolUse: head }, deltas: [{ toolUse: { input: isObject(input) ? JSON.stringify(input) : (textOf(input) ?? '{}') } }] };
}

function toolResultPieces(value: Json | undefined): BlockPieces {
  const { content, ...head } = objectOf(value);
  return { start: { toolResult: head }, deltas: [{ toolResult: objectsOf(content) }] };
}

function reasoningPieces(value: Json | undefined): BlockPieces {
  const { reasoningText, redactedContent } = objectOf(value);
  const { text, signature } = objectOf(reasoningText);
  const pieces = Object.entries({ text, signature, redactedContent }).filter(([, piece]) => piece !== undefined && piece !== null);
  return { deltas: pieces.map(([name, piece]) => ({ reasoningContent: { [name]: piece } })) };
}

function citedPieces(value: Json | undefined): BlockPieces {
  const { content, citations } = objectOf(value);
  return { deltas: [...objectsOf(content).map(({ text }) => ({ text })), ...objectsOf(citations).map((citation) => ({ citation }))] };
}

function imagePieces(value: Json | undefined): BlockPieces {
  const { format, source } = objectOf(value);
  return { start: { image: { format } }, deltas: [{ image: { source } }] };
}
