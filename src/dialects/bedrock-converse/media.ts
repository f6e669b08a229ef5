import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { MediaKind, MediaPart, MediaSource } from '../../ir/request.ts';
import { kindOfMime, mimeOfName } from '../media.ts';
import { isObject, optionalBoolean, optionalString, requireArray, requireObject, requireString, unexpected } from '../read.ts';
import { FORMATS, MIME_ALIASES } from './vocabulary.ts';

/** An image, document, video or audio block → canonical. */
export function decodeMedia(kind: MediaKind, value: unknown, path: string): MediaPart {
  const block = requireObject(value, path);
  const format = optionalString(block.format, `${path}.format`);
  const mime = (format === undefined ? undefined : FORMATS[kind][format]) ?? (kind === 'document' ? 'text/plain' : `${kind}/${format ?? ''}`);
  const source = decodeSource(requireObject(block.source, `${path}.source`), mime, `${path}.source`);
  if (kind !== 'document') return { type: 'media', kind, source };
  const citations = isObject(block.citations) ? optionalBoolean(block.citations.enabled, `${path}.citations.enabled`) : undefined;
  return {
    type: 'media',
    kind,
    source,
    name: optionalString(block.name, `${path}.name`),
    context: optionalString(block.context, `${path}.context`),
    citable: citations,
  };
}

function decodeSource(source: JsonObject, mime: string, path: string): MediaSource {
  if (source.bytes !== undefined) return { kind: 'base64', mime, data: requireString(source.bytes, `${path}.bytes`) };
  if (source.text !== undefined) return { kind: 'text', text: requireString(source.text, `${path}.text`) };
  if (source.content !== undefined) return { kind: 'text', text: textsOf(source.content, `${path}.content`) };
  if (source.s3Location === undefined) throw unexpected(path, 'bytes, text, content or s3Location', source);
  const { uri } = requireObject(source.s3Location, `${path}.s3Location`);
  return { kind: 'url', url: requireString(uri, `${path}.s3Location.uri`), mime };
}

/** A search result → a document with its text, so that every provider can be sent it. */
export function decodeSearchResult(value: unknown, path: string): MediaPart {
  const result = requireObject(value, path);
  const citations = isObject(result.citations) ? optionalBoolean(result.citations.enabled, `${path}.citations.enabled`) : undefined;
  const text = textsOf(result.content, `${path}.content`);
  return { type: 'media', kind: 'document', source: { kind: 'text', text }, name: optionalString(result.title, `${path}.title`), citable: citations };
}

function textsOf(value: unknown, path: string): string {
  const texts = requireArray(value, path).map((item, index) =>
    requireString(requireObject(item, `${path}[${index}]`).text, `${path}[${index}].text`),
  );
  return texts.join('\n');
}

/** Names documents by the API's rules, each differently. */
export type DocumentNames = (name: string | undefined) => string;

const LONGEST_NAME = 190;

/** Letters, digits, hyphens, brackets and single blanks are allowed: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html */
export function documentNames(): DocumentNames {
  const taken = new Set<string>();
  return (name = '') => {
    const bare = name.replace(/\.[a-z0-9]{1,5}$/i, '').replaceAll(/[^a-zA-Z0-9\s()[\]-]/g, '-');
    const base = bare.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_NAME).trim() || 'document';
    let unique = base;
    for (let number = 2; taken.has(unique); number++) unique = `${base} (${number})`;
    taken.add(unique);
    return unique;
  };
}

/** Canonical → a block named after the kind of content. Throws `unsupported_content` for what the API cannot fetch or read. */
export function encodeMedia(part: MediaPart, names: DocumentNames): JsonObject {
  const source = encodeSource(part.source, part.citable === true);
  const mime = mimeOf(part);
  const kind = mime === undefined ? part.kind : kindOfMime(mime);
  const block = { format: formatOf(kind, mime), source };
  if (kind !== 'document') return { [kind]: block };
  const citations = part.citable === true ? { enabled: true } : undefined;
  return { document: { ...block, name: names(part.name), context: part.context, citations } };
}

function mimeOf({ source, name, kind }: MediaPart): string | undefined {
  if (source.kind === 'text') return 'text/plain';
  const told = source.mime ?? mimeOfName(placeOf(source)) ?? mimeOfName(name);
  const mime = told === 'application/octet-stream' ? (mimeOfName(name) ?? told) : told;
  return mime === undefined ? undefined : (MIME_ALIASES.get(mime) ?? (kind === 'document' && isTextual(mime) ? 'text/plain' : mime));
}

/** Texts of other kinds are still texts: JSON, XML, source code. */
function isTextual(mime: string): boolean {
  return !Object.values(FORMATS.document).includes(mime) && /^text\/|[/+](?:json|xml|yaml|x-yaml|javascript)$/.test(mime);
}

function formatOf(kind: MediaKind, mime: string | undefined): string {
  const format = Object.keys(FORMATS[kind]).find((key) => FORMATS[kind][key] === mime);
  if (format === undefined) throw unsupported(`${kind} content of type ${mime ?? 'unknown'}`);
  return format;
}

function encodeSource(source: MediaSource, citable: boolean): JsonObject {
  if (source.kind === 'base64') return { bytes: source.data };
  // Plain text can be cited by character; elsewhere not every model takes it.
  if (source.kind === 'text') return citable ? { text: source.text } : { bytes: Buffer.from(source.text).toString('base64') };
  const uri = placeOf(source) ?? '';
  if (!uri.startsWith('s3://')) throw unsupported('content by URL or file id, unless it is in S3');
  return { s3Location: { uri } };
}

function placeOf(source: MediaSource): string | undefined {
  return source.kind === 'url' ? source.url : source.kind === 'file' ? source.id : undefined;
}

function unsupported(what: string): GatewayError {
  return new GatewayError('unsupported_content', `The Converse API cannot be sent ${what}.`);
}
