import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { MediaPart, TextPart } from '../../ir/request.ts';
import { dataUri, extensionOfMime, textOfSource } from '../media.ts';
import { audioFormatOf } from '../openai-chat/vocabulary.ts';

/** Writes a part of a user's message or of a tool's result. Cache hints are written only where the client gave them in this dialect. */
export function encodeUserPart(part: TextPart | MediaPart, native: boolean): JsonObject {
  const breakpoint = native && part.cache !== undefined ? { prompt_cache_breakpoint: { mode: 'explicit' } } : undefined;
  const content = part.type === 'text' ? inputText(part.text) : encodeMedia(part);
  return breakpoint === undefined ? content : { ...content, ...breakpoint };
}

function inputText(text: string): JsonObject {
  return { type: 'input_text', text };
}

function encodeMedia(part: MediaPart): JsonObject {
  if (part.kind === 'image') return encodeImage(part);
  if (part.kind === 'document') return encodeDocument(part);
  if (part.kind === 'audio' && part.source.kind === 'base64') {
    return { type: 'input_audio', input_audio: { data: part.source.data, format: audioFormatOf(part.source.mime) } };
  }
  throw new GatewayError('unsupported_content', `The Responses API takes no ${part.kind}${part.kind === 'audio' ? ' by reference' : ''}.`);
}

function encodeImage({ source, detail }: MediaPart): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { type: 'input_image', detail, image_url: dataUri(source) };
    case 'url':
      return { type: 'input_image', detail, image_url: source.url };
    case 'file':
      return { type: 'input_image', detail, file_id: source.id };
    case 'text':
      return inputText(source.text);
  }
}

function encodeDocument(part: MediaPart): JsonObject {
  const { source, name, detail } = part;
  switch (source.kind) {
    case 'base64':
      return { type: 'input_file', detail, filename: name ?? `document.${extensionOfMime(source.mime)}`, file_data: dataUri(source) };
    case 'url':
      return { type: 'input_file', detail, filename: name, file_url: source.url };
    case 'file':
      return { type: 'input_file', detail, filename: name, file_id: source.id };
    case 'text':
      return inputText([name, textOfSource(source)].filter((line) => line !== undefined).join('\n\n'));
  }
}
