import type { Json, JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import { numberOf, objectOf, objectsOf, textOf } from '../lenient.ts';
import { OWN } from './vocabulary.ts';
import type { WireCitation } from './wire.ts';

/** A citation → canonical. Its first source tells where the words come from: a document that was sent, or the output of a tool. */
export function decodeCitation(wire: JsonObject): Citation {
  const [source = {}] = objectsOf(wire.sources);
  const origin = { ...objectOf(source.tool_output), ...objectOf(source.document) };
  return {
    url: textOf(origin.url),
    title: textOf(origin.title),
    start: numberOf(wire.start),
    end: numberOf(wire.end),
    native: { dialect: OWN, value: wire },
  };
}

/** A canonical citation of the content block `index`. */
export function encodeCitation(citation: Citation, index: number): WireCitation {
  const { start, end, native } = citation;
  const value: JsonObject = native?.dialect === OWN ? native.value : { start, end, text: '', sources: [sourceOf(citation)] };
  return { ...value, sources: objectsOf(value.sources), type: 'TEXT_CONTENT', content_index: index };
}

function sourceOf({ url, title, quote }: Citation): JsonObject {
  return { type: 'document', id: url ?? title ?? 'document', document: { title, url, text: quote } };
}

/** Whether a citation is for the answer itself, and not for the thoughts or the plan before it. */
export function isForText(type: Json | undefined): boolean {
  return type !== 'THINKING_CONTENT' && type !== 'PLAN';
}
