import type { JsonObject } from '../../ir/json.ts';
import type { CacheHint, Citation, MediaPart, RefusalPart, TextPart } from '../../ir/request.ts';
import { kindOfMime, mimeOfName, sourceFromUri } from '../media.ts';
import { isObject, optionalArray, optionalString, requireArray, requireObject, requireString, unexpected } from '../read.ts';
import { mimeOfAudioFormat } from '../openai-chat/vocabulary.ts';
import { decodeAnnotation } from './citations.ts';

/* The content parts of input items. */

type PartDecoder<Part> = (part: JsonObject, path: string) => Part;

const USER_PARTS: ReadonlyMap<unknown, PartDecoder<TextPart | MediaPart>> = new Map<unknown, PartDecoder<TextPart | MediaPart>>([
  ['input_text', decodeInputText],
  ['output_text', decodeInputText],
  ['input_image', decodeInputImage],
  ['input_file', decodeInputFile],
  ['input_audio', decodeInputAudio],
]);

const ASSISTANT_PARTS: ReadonlyMap<unknown, PartDecoder<TextPart | RefusalPart>> = new Map<unknown, PartDecoder<TextPart | RefusalPart>>([
  ['output_text', decodeOutputText],
  ['input_text', decodeInputText],
  ['refusal', (part, path) => ({ type: 'refusal', text: requireString(part.refusal, `${path}.refusal`) })],
]);

const SYSTEM_PARTS: ReadonlyMap<unknown, PartDecoder<TextPart>> = new Map([
  ['input_text', decodeInputText],
  ['output_text', decodeInputText],
]);

/** Content of a user's message or of a tool's result: a text, or a list of texts, images, files and audio. */
export function decodeUserContent(value: unknown, path: string): (TextPart | MediaPart)[] {
  return decodeContent(value, path, USER_PARTS);
}

/** Content of an assistant's message: a text, or a list of texts and refusals. */
export function decodeAssistantContent(value: unknown, path: string): (TextPart | RefusalPart)[] {
  return decodeContent(value, path, ASSISTANT_PARTS);
}

/** Content of a system or developer message: a text, or a list of texts. */
export function decodeSystemContent(value: unknown, path: string): TextPart[] {
  return decodeContent(value, path, SYSTEM_PARTS);
}

function decodeContent<Part>(value: unknown, path: string, table: ReadonlyMap<unknown, PartDecoder<Part>>): (Part | TextPart)[] {
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!Array.isArray(value)) throw unexpected(path, 'a string or a list of content parts', value);
  return requireArray(value, path).map((entry, index) => {
    const at = `${path}[${index}]`;
    const part = requireObject(entry, at);
    const decode = table.get(part.type);
    if (decode === undefined) throw unexpected(`${at}.type`, `one of ${[...table.keys()].join(', ')}`, part.type);
    return decode(part, at);
  });
}

function decodeInputText(part: JsonObject, path: string): TextPart {
  return { type: 'text', text: requireString(part.text, `${path}.text`), cache: cacheHint(part) };
}

function decodeOutputText(part: JsonObject, path: string): TextPart {
  const citations = optionalArray(part.annotations, `${path}.annotations`).map((annotation, index): Citation =>
    decodeAnnotation(requireObject(annotation, `${path}.annotations[${index}]`)),
  );
  return {
    type: 'text',
    text: requireString(part.text, `${path}.text`),
    citations: citations.length === 0 ? undefined : citations,
  };
}

/** An explicit breakpoint of the prompt cache stands on the part that it closes. */
function cacheHint(part: JsonObject): CacheHint | undefined {
  return isObject(part.prompt_cache_breakpoint) ? {} : undefined;
}

function decodeInputImage(part: JsonObject, path: string): MediaPart {
  const url = optionalString(part.image_url, `${path}.image_url`);
  const id = optionalString(part.file_id, `${path}.file_id`);
  const common = { type: 'media', kind: 'image', detail: optionalString(part.detail, `${path}.detail`), cache: cacheHint(part) } as const;
  if (url !== undefined) return { ...common, source: sourceFromUri(url) };
  if (id !== undefined) return { ...common, source: { kind: 'file', id } };
  throw unexpected(`${path}.image_url`, 'a URL, a data URI, or else a file_id', part.image_url);
}

function decodeInputFile(part: JsonObject, path: string): MediaPart {
  const name = optionalString(part.filename, `${path}.filename`);
  const data = optionalString(part.file_data, `${path}.file_data`);
  const url = optionalString(part.file_url, `${path}.file_url`);
  const id = optionalString(part.file_id, `${path}.file_id`);
  const detail = optionalString(part.detail, `${path}.detail`);
  const common = { type: 'media', kind: 'document', name, detail, cache: cacheHint(part) } as const;
  if (data !== undefined) return { ...common, ...embedded(data, name) };
  if (url !== undefined) return { ...common, source: { kind: 'url', url, mime: mimeOfName(name) ?? mimeOfName(url) } };
  if (id !== undefined) return { ...common, source: { kind: 'file', id } };
  throw unexpected(`${path}.file_data`, 'a data URI, or else a file_url or a file_id', part.file_data);
}

/** The contents of a file, as a data URI or as bare base64. */
function embedded(data: string, name: string | undefined): Pick<MediaPart, 'kind' | 'source'> {
  const source = data.startsWith('data:') ? sourceFromUri(data) : { kind: 'base64' as const, mime: mimeOfName(name) ?? 'application/pdf', data };
  return { kind: source.kind === 'base64' ? kindOfMime(source.mime) : 'document', source };
}

function decodeInputAudio(part: JsonObject, path: string): MediaPart {
  const audio = requireObject(part.input_audio, `${path}.input_audio`);
  const format = requireString(audio.format, `${path}.input_audio.format`);
  const data = requireString(audio.data, `${path}.input_audio.data`);
  return { type: 'media', kind: 'audio', source: { kind: 'base64', mime: mimeOfAudioFormat(format), data } };
}
