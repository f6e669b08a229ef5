import type { JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import { isObject } from '../read.ts';

/** An entry of `annotations`; hosts write the members of a citation inside `url_citation` or beside the type. */
export function decodeAnnotation(annotation: unknown): Citation | undefined {
  if (!isObject(annotation)) return undefined;
  const inner = [annotation.url_citation, annotation.file_citation].find(isObject) ?? annotation;
  const url = text(inner.url);
  const title = text(inner.title) ?? text(inner.filename);
  if (url === undefined && title === undefined) return undefined;
  return {
    url,
    title,
    quote: text(inner.content) ?? text(inner.quote),
    start: position(inner.start_index),
    end: position(inner.end_index),
    native: { dialect: 'openai-chat', value: annotation },
  };
}

/** A citation as an entry of `annotations`. A passage of a document that has no URL is a `file_citation`. */
export function encodeAnnotation(citation: Citation): JsonObject {
  if (citation.native?.dialect === 'openai-chat') return citation.native.value;
  const { url, title, quote, start, end } = citation;
  if (url === undefined) return { type: 'file_citation', file_citation: { filename: title ?? '', quote, start_index: start, end_index: end } };
  return { type: 'url_citation', url_citation: { url, title: title ?? '', content: quote, start_index: start ?? 0, end_index: end ?? 0 } };
}

/** The sources that some hosts list beside the choices: URLs in `citations`, the same with titles in `search_results`. */
export function decodeSources(citations: unknown, searchResults: unknown): Citation[] {
  const results = Array.isArray(searchResults) ? searchResults.filter(isObject) : [];
  const urls = Array.isArray(citations) && citations.length > 0 ? citations : results.map((result) => result.url);
  return urls.flatMap((entry: unknown) => {
    const url = text(entry) ?? (isObject(entry) ? text(entry.url) : undefined);
    if (url === undefined) return [];
    const result = results.find((candidate) => candidate.url === url);
    return [{ url, title: text(result?.title), quote: text(result?.snippet) }];
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function position(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
