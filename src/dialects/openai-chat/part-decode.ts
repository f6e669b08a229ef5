import type { JsonObject } from '../../ir/json.ts';
import type { AssistantMessage, MediaKind, MediaPart, MediaSource, OpaquePart, TextPart, UserMessage } from '../../ir/request.ts';
import { kindOfMime, mimeOfName, sourceFromUri } from '../media.ts';
import { isObject, optionalString, requireObject, requireString, unexpected } from '../read.ts';
import { unpackSignature } from '../signature.ts';
import { decodeCache } from './tool-decode.ts';
import { mimeOfAudioFormat } from './vocabulary.ts';

type UserPart = UserMessage['parts'][number];
type AssistantPart = AssistantMessage['parts'][number];

type Decoder<Part> = (part: JsonObject, path: string) => Part;

const MEDIA: Readonly<Record<string, Decoder<MediaPart>>> = {
  image_url: (part, path) => decodeLinked(part, path, 'image'),
  video_url: (part, path) => decodeLinked(part, path, 'video'),
  audio_url: (part, path) => decodeLinked(part, path, 'audio'),
  input_audio: decodeAudio,
  file: decodeFile,
};

const TEXTS: ReadonlySet<string> = new Set(['text', 'input_text', 'output_text']);

/** A part of a system message. */
export function decodeTextPart(part: JsonObject, path: string): TextPart {
  const type = requireString(part.type, `${path}.type`);
  if (!TEXTS.has(type)) throw unexpected(`${path}.type`, '"text"', type);
  return { type: 'text', text: requireString(part.text, `${path}.text`), ...hint(part) };
}

/** A part of a user message. One of an unknown type is kept for hosts that know it. */
export function decodeUserPart(part: JsonObject, path: string): UserPart {
  const type = requireString(part.type, `${path}.type`);
  if (TEXTS.has(type)) return decodeTextPart(part, path);
  return (Object.hasOwn(MEDIA, type) ? MEDIA[type]?.(part, path) : undefined) ?? opaque(part);
}

/** A part of a tool message: texts and media only. */
export function decodeToolPart(part: JsonObject, path: string): TextPart | MediaPart {
  const decoded = decodeUserPart(part, path);
  if (decoded.type !== 'text' && decoded.type !== 'media') throw unexpected(`${path}.type`, '"text" or a kind of media', part.type);
  return decoded;
}

/** A part of an assistant message. */
export function decodeAssistantPart(part: JsonObject, path: string): AssistantPart {
  const type = requireString(part.type, `${path}.type`);
  if (type === 'refusal') return { type: 'refusal', text: requireString(part.refusal, `${path}.refusal`) };
  if (type === 'thinking') return decodeThinking(part);
  if (type === 'redacted_thinking') return decodeRedacted(part, path);
  return decodeUserPart(part, path) as AssistantPart;
}

/** An entry of `content_blocks`: Anthropic's blocks beside texts and images. Tool calls are listed in `tool_calls` as well, and read there. */
export function decodeBlock(block: JsonObject, path: string): AssistantPart[] {
  const type = requireString(block.type, `${path}.type`);
  if (type === 'tool_use') return [];
  if (BLOCKS.has(type)) return [decodeAssistantPart(block, path)];
  return [{ type: 'opaque', dialect: 'anthropic-messages', value: block }];
}

const BLOCKS: ReadonlySet<string> = new Set(['text', 'thinking', 'redacted_thinking', 'refusal', 'image_url']);

function hint(part: JsonObject): Pick<TextPart, 'cache'> | undefined {
  const cache = decodeCache(part.cache_control);
  return cache === undefined ? undefined : { cache };
}

function opaque(part: JsonObject): OpaquePart {
  return { type: 'opaque', dialect: 'openai-chat', value: part };
}

/** Thoughts as a text, or as a list of texts. A signature without a tag is of one of the hosts of Anthropic's models, which share them. */
function decodeThinking(part: JsonObject): AssistantPart {
  const { thinking, signature } = part;
  const pieces: readonly unknown[] = Array.isArray(thinking) ? thinking.map((piece) => (isObject(piece) ? piece.text : piece)) : [thinking];
  const text = pieces.filter((piece) => typeof piece === 'string').join('');
  if (typeof signature !== 'string' || signature === '') return { type: 'reasoning', text };
  const { value, origin } = unpackSignature(signature, 'anthropic-messages');
  return { type: 'reasoning', text, signature: { value, origin: origin === 'anthropic-messages' ? undefined : origin } };
}

function decodeRedacted(part: JsonObject, path: string): AssistantPart {
  return { type: 'reasoning', text: '', redacted: requireString(part.data, `${path}.data`) };
}

/** `image_url` and its like, an object with a URL or the URL itself. What a data URI holds is told by its MIME type, not by the member. */
function decodeLinked(part: JsonObject, path: string, kind: MediaKind): MediaPart {
  const member = String(part.type);
  const value = part[member];
  const at = `${path}.${member}`;
  const body = typeof value === 'string' ? { url: value } : requireObject(value, at);
  const source = sourceFromUri(requireString(body.url, `${at}.url`), optionalString(body.mime_type, `${at}.mime_type`)?.toLowerCase());
  return { type: 'media', kind: kindOf(source, kind), source, detail: optionalString(body.detail, `${at}.detail`), ...hint(part) };
}

function kindOf(source: MediaSource, fallback: MediaKind): MediaKind {
  if (source.kind === 'base64') return kindOfMime(source.mime);
  if (source.kind !== 'url') return fallback;
  if (source.mime !== undefined) return kindOfMime(source.mime);
  const guess = mimeOfName(source.url);
  return guess !== undefined && (guess === 'application/pdf' || kindOfMime(guess) !== 'document') ? kindOfMime(guess) : fallback;
}

function decodeAudio(part: JsonObject, path: string): MediaPart {
  const value = part.input_audio;
  const at = `${path}.input_audio`;
  if (typeof value === 'string') return { type: 'media', kind: 'audio', source: audioSource(value, 'audio/mpeg'), ...hint(part) };
  const body = requireObject(value, at);
  const mime = mimeOfAudioFormat(optionalString(body.format, `${at}.format`) ?? 'wav');
  return { type: 'media', kind: 'audio', source: audioSource(requireString(body.data, `${at}.data`), mime), ...hint(part) };
}

function audioSource(data: string, mime: string): MediaSource {
  return /^(data:|https?:)/.test(data) ? sourceFromUri(data, mime) : { kind: 'base64', mime, data };
}

function decodeFile(part: JsonObject, path: string): MediaPart {
  const at = `${path}.file`;
  const file = requireObject(part.file, at);
  const name = optionalString(file.filename, `${at}.filename`) ?? optionalString(file.file_name, `${at}.file_name`);
  const mime = optionalString(file.mime_type, `${at}.mime_type`)?.toLowerCase();
  const source = fileSource(file, at, mime ?? mimeOfName(name));
  return { type: 'media', kind: kindOfMime('mime' in source ? source.mime : undefined), source, name, ...hint(part) };
}

/** The data of a file is a data URI, plain text where the MIME type says so, or else base64. */
function fileSource(file: JsonObject, path: string, mime: string | undefined): MediaSource {
  const id = optionalString(file.file_id, `${path}.file_id`);
  if (id !== undefined) return { kind: 'file', id, mime };
  const url = optionalString(file.file_url, `${path}.file_url`);
  if (url !== undefined) return sourceFromUri(url, mime);
  const data = requireString(file.file_data, `${path}.file_data`);
  if (data.startsWith('data:')) return sourceFromUri(data, mime);
  return file.mime_type === 'text/plain' ? { kind: 'text', text: data } : { kind: 'base64', mime: mime ?? 'application/pdf', data };
}
