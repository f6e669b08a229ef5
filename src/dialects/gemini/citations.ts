import type { JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import { objectsOf } from '../lenient.ts';
import { isObject } from '../read.ts';

/** A text block of an answer, for the places that citations point to. */
export interface CitedText {
  readonly block: number;
  text: string;
}

/** A citation and the text block that it belongs to. */
export interface PlacedCitation {
  readonly block: number;
  readonly citation: Citation;
}

/** The citations in the notes of a candidate: grounding in sources, or passages that are recited. */
export function decodeCitations(notes: JsonObject, texts: readonly CitedText[]): readonly PlacedCitation[] {
  if (texts.length === 0) return [];
  const { groundingMetadata, citationMetadata } = notes;
  return [
    ...(isObject(groundingMetadata) ? decodeGrounding(groundingMetadata, texts) : []),
    ...(isObject(citationMetadata) ? decodeRecitations(citationMetadata, texts) : []),
  ];
}

/** One citation for each source of each supported passage; sources without a passage stand for the whole answer. */
function decodeGrounding(metadata: JsonObject, texts: readonly CitedText[]): readonly PlacedCitation[] {
  const chunks = objectsOf(metadata['groundingChunks']);
  const cited = new Set<number>();
  const placed = objectsOf(metadata['groundingSupports']).flatMap((support) => {
    const indices = (Array.isArray(support['groundingChunkIndices']) ? support['groundingChunkIndices'] : []) as readonly unknown[];
    const place = placeOf(isObject(support['segment']) ? support['segment'] : {}, texts);
    return indices.flatMap((index): PlacedCitation[] => {
      const chunk = chunks[Number(index)];
      if (chunk === undefined) return [];
      cited.add(Number(index));
      return [{ block: place.block, citation: { ...sourceOf(chunk), start: place.start, end: place.end, native: native({ support, chunk }) } }];
    });
  });
  const { block } = lastOf(texts);
  const rest = chunks.flatMap((chunk, index): PlacedCitation[] =>
    cited.has(index) ? [] : [{ block, citation: { ...sourceOf(chunk), native: native({ chunk }) } }],
  );
  return [...placed, ...rest];
}

function native(value: JsonObject): Citation['native'] {
  return { dialect: 'gemini', value };
}

/** Where a source is found: on the web, on a map, or in a store of the caller's own files. */
function sourceOf(chunk: JsonObject): Pick<Citation, 'url' | 'title' | 'quote'> {
  const source = Object.values(chunk).find(isObject);
  return { url: textIn(source, 'uri'), title: textIn(source, 'title'), quote: textIn(source, 'text') };
}

function decodeRecitations(metadata: JsonObject, texts: readonly CitedText[]): readonly PlacedCitation[] {
  return objectsOf(metadata['citationSources'] ?? metadata['citations']).map((source) => {
    const { block, start, end } = placeOf(source, texts);
    return { block, citation: { url: textIn(source, 'uri'), title: textIn(source, 'title'), start, end, native: native({ source }) } };
  });
}

interface Place {
  readonly block: number;
  readonly start?: number;
  readonly end?: number;
}

/** The block and the UTF-16 positions of a passage that is given by its text, or by positions in UTF-8 bytes. */
function placeOf(segment: JsonObject, texts: readonly CitedText[]): Place {
  const { startIndex, endIndex, text } = segment;
  const start = typeof startIndex === 'number' ? startIndex : 0;
  if (typeof endIndex !== 'number') return { block: lastOf(texts).block };
  for (const candidate of texts) {
    const place = { block: candidate.block, start: fromBytes(candidate.text, start), end: fromBytes(candidate.text, endIndex) };
    if (candidate.text.slice(place.start, place.end) === text) return place;
  }
  return foundByText(text, texts) ?? positioned(lastOf(texts), start, endIndex);
}

function foundByText(text: unknown, texts: readonly CitedText[]): Place | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const found = texts.find((candidate) => candidate.text.includes(text));
  if (found === undefined) return undefined;
  const start = found.text.indexOf(text);
  return { block: found.block, start, end: start + text.length };
}

function positioned({ block, text }: CitedText, start: number, end: number): Place {
  return { block, start: fromBytes(text, start), end: fromBytes(text, end) };
}

function lastOf(texts: readonly CitedText[]): CitedText {
  return texts.at(-1) ?? { block: 0, text: '' };
}

function fromBytes(text: string, offset: number): number {
  return Buffer.from(text).subarray(0, Math.max(offset, 0)).toString().length;
}

function textIn(source: JsonObject | undefined, key: string): string | undefined {
  const value = source?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A text block with what it cites, for the way to a client. */
export interface CitingText {
  readonly text: string;
  readonly citations: readonly Citation[];
}

/**
 * Other providers' citations as `groundingMetadata`, with positions in bytes of the whole text; undefined where there are none.
 * Gemini's own are left out: they come back with the notes of the candidate.
 */
export function encodeCitations(texts: readonly CitingText[]): JsonObject | undefined {
  const chunks: JsonObject[] = [];
  const supports: JsonObject[] = [];
  const indices = new Map<string, number>();
  let offset = 0;
  for (const { text, citations } of texts) {
    for (const citation of citations) {
      if (citation.native?.dialect === 'gemini') continue;
      const index = indexOf(citation, chunks, indices);
      supports.push({ segment: segmentOf(citation, text, offset), groundingChunkIndices: [index] });
    }
    offset += Buffer.byteLength(text);
  }
  return supports.length === 0 ? undefined : { groundingChunks: chunks, groundingSupports: supports };
}

function indexOf({ url, title }: Citation, chunks: JsonObject[], indices: Map<string, number>): number {
  const key = JSON.stringify([url, title]);
  const known = indices.get(key);
  if (known !== undefined) return known;
  indices.set(key, chunks.length);
  return chunks.push({ web: { uri: url, title } }) - 1;
}

function segmentOf({ start = 0, end }: Citation, text: string, offset: number): JsonObject {
  const stop = end ?? text.length;
  return {
    startIndex: offset + Buffer.byteLength(text.slice(0, start)),
    endIndex: offset + Buffer.byteLength(text.slice(0, stop)),
    text: text.slice(start, stop),
  };
}
