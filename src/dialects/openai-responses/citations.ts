import type { JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import { numberOf, textOf } from '../lenient.ts';
import { OWN } from './vocabulary.ts';

/** Reads an annotation of a text: a web page, or a file of the provider's own. */
export function decodeAnnotation(annotation: JsonObject): Citation {
  return {
    url: textOf(annotation.url),
    title: textOf(annotation.title) ?? textOf(annotation.filename),
    start: numberOf(annotation.start_index),
    end: numberOf(annotation.end_index),
    native: { dialect: OWN, value: annotation },
  };
}

/** Writes an annotation; undefined for a source without a URL, which only its own dialect can name. `length` is that of the text so far. */
export function encodeAnnotation(citation: Citation, length: number): JsonObject | undefined {
  if (citation.native?.dialect === OWN) return citation.native.value;
  if (citation.url === undefined) return undefined;
  return {
    type: 'url_citation',
    start_index: citation.start ?? 0,
    end_index: citation.end ?? length,
    title: citation.title ?? citation.url,
    url: citation.url,
  };
}
