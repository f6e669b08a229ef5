import type { MediaPart, TextPart } from '../../ir/request.ts';
import { dataUri, textOfSource } from '../media.ts';
import type { WirePart } from './wire.ts';
import { audioFormatOf } from './vocabulary.ts';

/** A text of a message. */
export function encodeText(part: TextPart, dropped: Set<string>): { readonly type: 'text'; readonly text: string } {
  if (part.cache !== undefined) dropped.add('cache_control');
  return { type: 'text', text: part.text };
}

/** A medium of a user message. OpenAI takes images, audio and files; videos and audio by URL are written as the hosts that take them want them. */
export function encodeMedia(part: MediaPart, dropped: Set<string>): WirePart {
  if (part.cache !== undefined) dropped.add('cache_control');
  if (part.citable === true) dropped.add('citations');
  if (part.context !== undefined) dropped.add('context');
  return ENCODERS[part.kind](part);
}

const ENCODERS: Readonly<Record<MediaPart['kind'], (part: MediaPart) => WirePart>> = {
  image: (part) => encodeLinked('image_url', part),
  video: (part) => encodeLinked('video_url', part),
  audio: encodeAudio,
  document: encodeDocument,
};

function encodeLinked(member: 'image_url' | 'video_url' | 'audio_url', part: MediaPart): WirePart {
  const { source, detail } = part;
  if (source.kind === 'file' || source.kind === 'text') return encodeDocument(part);
  return { type: member, [member]: { url: source.kind === 'url' ? source.url : dataUri(source), detail } };
}

function encodeAudio(part: MediaPart): WirePart {
  const { source } = part;
  if (source.kind !== 'base64') return encodeLinked('audio_url', part);
  return { type: 'input_audio', input_audio: { data: source.data, format: audioFormatOf(source.mime) } };
}

/** Documents that are text go as text, because files are taken in few formats. */
function encodeDocument({ source, name }: MediaPart): WirePart {
  const text = textOfSource(source);
  if (text !== undefined) return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}` };
  if (source.kind === 'file') return { type: 'file', file: { file_id: source.id } };
  if (source.kind === 'url') return { type: 'file', file: { file_url: source.url, filename: name, mime_type: source.mime } };
  return { type: 'file', file: { filename: name ?? 'document', file_data: source.kind === 'base64' ? dataUri(source) : '' } };
}
