import type { Json, JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import { textOf } from '../lenient.ts';
import { OWN } from './vocabulary.ts';

/** A citation of any location type → canonical. */
export function decodeCitation(wire: JsonObject): Citation {
  return {
    url: textOf(wire.url) ?? urlIn(wire.source),
    title: textOf(wire.title) ?? textOf(wire.document_title),
    quote: textOf(wire.cited_text),
    native: { dialect: OWN, value: wire },
  };
}

/** A canonical citation for a client; undefined where there is no location that the dialect could express. */
export function encodeCitation(citation: Citation): JsonObject | undefined {
  if (citation.native?.dialect === OWN) return citation.native.value;
  if (citation.url === undefined) return undefined;
  return {
    type: 'web_search_result_location',
    url: citation.url,
    title: citation.title ?? null,
    cited_text: citation.quote ?? '',
    encrypted_index: '',
  };
}

/** A citation that the API made itself, for sending it back; others would be refused. */
export function ownCitation(citation: Citation): JsonObject | undefined {
  const value = citation.native?.dialect === OWN ? citation.native.value : undefined;
  return value?.encrypted_index === '' ? undefined : value;
}

function urlIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && /^https?:/.test(value) ? value : undefined;
}
