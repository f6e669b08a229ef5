import type { JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import { objectOf, objectsOf, textOf } from '../lenient.ts';
import { OWN } from './vocabulary.ts';

/** A citation → canonical. The URL is that of a page, or the source that a search result was sent with. */
export function decodeCitation(wire: JsonObject): Citation {
  const page = textOf(objectOf(objectOf(wire.location).web).url);
  const source = textOf(wire.source);
  const quote = objectsOf(wire.sourceContent).map((piece) => textOf(piece.text) ?? '');
  return {
    url: page ?? (source !== undefined && /^https?:/.test(source) ? source : undefined),
    title: textOf(wire.title),
    quote: quote.length === 0 ? undefined : quote.join(''),
    native: { dialect: OWN, value: wire },
  };
}

/** A canonical citation; one that another dialect made cites a page. */
export function encodeCitation({ url, title, quote, native }: Citation): JsonObject {
  if (native?.dialect === OWN) return native.value;
  return {
    title,
    source: url,
    sourceContent: quote === undefined ? undefined : [{ text: quote }],
    location: url === undefined ? undefined : { web: { url } },
  };
}
