import type { MediaKind, MediaPart, MediaSource } from '../ir/request.ts';

const DATA_URI = /^data:([^;,]*)((?:;[^;,]*)*),([^]*)$/;

/** `data:` URI → base64 source, any other text → URL source. A data URI without `;base64` is percent-decoded first. */
export function sourceFromUri(uri: string, mime?: string | undefined): MediaSource {
  const match = DATA_URI.exec(uri);
  if (match === null) return { kind: 'url', url: uri, mime };
  const [, type = '', parameters = '', payload = ''] = match;
  const data = parameters.includes(';base64') ? payload : Buffer.from(percentDecoded(payload)).toString('base64');
  return { kind: 'base64', mime: (type === '' ? (mime ?? 'text/plain') : type).toLowerCase(), data };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A base64 source as a `data:` URI. */
export function dataUri(source: { readonly mime: string; readonly data: string }): string {
  return `data:${source.mime};base64,${source.data}`;
}

/** What a MIME type holds; everything that is no image, audio or video is a document. */
export function kindOfMime(mime: string | undefined): MediaKind {
  const family = mime?.split('/', 1)[0];
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document';
}

const MIME_BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
  json: 'application/json',
  xml: 'text/xml',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  aac: 'audio/aac',
  m4a: 'audio/x-m4a',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  flv: 'video/x-flv',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  wmv: 'video/wmv',
  '3gp': 'video/3gpp',
};

/** MIME type by the file extension of a name or URL; undefined where it tells nothing. */
export function mimeOfName(name: string | undefined): string | undefined {
  const extension = /\.([a-z0-9]{1,5})(?:[?#]|$)/i.exec(name ?? '')?.[1]?.toLowerCase();
  return extension === undefined ? undefined : MIME_BY_EXTENSION[extension];
}

/** The usual file extension of a MIME type, for dialects that name formats by it (`image/jpeg` → `jpeg`). */
export function extensionOfMime(mime: string): string {
  const preferred: Readonly<Record<string, string>> = { 'image/jpeg': 'jpeg', 'audio/mpeg': 'mp3', 'text/html': 'html', 'video/mpeg': 'mpeg' };
  return preferred[mime] ?? Object.keys(MIME_BY_EXTENSION).find((key) => MIME_BY_EXTENSION[key] === mime) ?? mime.split('/')[1] ?? 'bin';
}

/** The bytes of a text source, or of a base64 source that holds text, as text; undefined for anything else. */
export function textOfSource(source: MediaPart['source']): string | undefined {
  if (source.kind === 'text') return source.text;
  return source.kind === 'base64' && source.mime.startsWith('text/') ? Buffer.from(source.data, 'base64').toString('utf8') : undefined;
}
