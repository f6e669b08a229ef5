import { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import type {
  AssistantMessage,
  MediaPart,
  MediaSource,
  Message,
  ReasoningPart,
  Signature,
  TextPart,
  ToolResultPart,
  UserMessage,
} from '../../ir/request.ts';
import { hoistSystem, mergeTurns, resultText, toolNames } from '../conversation.ts';
import { mimeOfName } from '../media.ts';
import { isObject, parseJson } from '../read.ts';
import { ownSignature } from '../signature.ts';
import { toolInput } from '../tool-input.ts';
import { isNotes } from './notes.ts';
import { UNSIGNED } from './thought-signature.ts';
import type { ModelTraits } from './vocabulary.ts';
import type { Content } from './wire.ts';

/** The conversation on the wire. */
export interface EncodedContents {
  readonly systemInstruction?: { readonly parts: readonly JsonObject[] };
  readonly contents: readonly Content[];
}

interface Conversation {
  readonly traits: ModelTraits;
  /** Tool names by call id, in the order of the calls. */
  readonly names: ReadonlyMap<string, string>;
}

/** Stands for a message where the API demands one and there is none; it refuses empty texts. */
const BLANK: JsonObject = { text: ' ' };

/** The turns, alternating between user and model; system texts go apart, or to the first user turn of a model that takes no system instruction. */
export function encodeContents(messages: readonly Message[], traits: ModelTraits): EncodedContents {
  const conversation: Conversation = { traits, names: toolNames(messages) };
  const { system, turns } = hoistSystem(messages);
  const instructions = system.filter((part) => part.text !== '').map(({ text }): JsonObject => ({ text }));
  const contents: Content[] = [];
  if (!traits.system && instructions.length > 0) contents.push({ role: 'user', parts: instructions });
  for (const turn of mergeTurns(turns)) {
    const parts = turn.role === 'assistant' ? encodeModelTurn(turn, conversation) : encodeUserTurn(turn, conversation);
    append(contents, { role: turn.role === 'assistant' ? 'model' : 'user', parts });
  }
  // A function call must follow a user's turn or a function's response; other turns of the model may come first.
  if (contents.length === 0 || contents[0]?.parts.some((part) => 'functionCall' in part)) contents.unshift({ role: 'user', parts: [BLANK] });
  return traits.system && instructions.length > 0 ? { systemInstruction: { parts: instructions }, contents } : { contents };
}

function append(contents: Content[], { role, parts }: Content): void {
  const last = contents.at(-1);
  if (parts.length === 0) return;
  if (last?.role === role) contents[contents.length - 1] = { role, parts: [...last.parts, ...parts] };
  else contents.push({ role, parts });
}

function encodeModelTurn(turn: AssistantMessage, { traits }: Conversation): readonly JsonObject[] {
  const parts = turn.parts.flatMap(encodeModelPart);
  const first = parts.findIndex((part) => 'functionCall' in part);
  const call = parts[first];
  if (traits.modern && call !== undefined && call['thoughtSignature'] === undefined) parts[first] = { ...call, thoughtSignature: UNSIGNED };
  return parts;
}

function encodeModelPart(part: AssistantMessage['parts'][number]): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return encodeText(part);
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'reasoning':
      return encodeThought(part);
    case 'tool_call':
      return [{ functionCall: { name: part.name, args: toolInput(part) }, ...signed(part.signature) }];
    case 'media':
      return [encodeMedia(part)];
    case 'opaque':
      return part.dialect === 'gemini' && !isNotes(part.value) ? [part.value] : [];
  }
}

function signed(signature: Signature | undefined): JsonObject {
  const thoughtSignature = ownSignature(signature, 'gemini');
  return thoughtSignature === undefined ? {} : { thoughtSignature };
}

function encodeText(part: TextPart): readonly JsonObject[] {
  const signature = signed(part.signature);
  return part.text === '' && signature['thoughtSignature'] === undefined ? [] : [{ text: part.text, ...signature }];
}

/** Only thoughts that Gemini itself has signed go back; others would be taken for what the model said. */
function encodeThought(part: ReasoningPart): readonly JsonObject[] {
  const signature = signed(part.signature);
  return signature['thoughtSignature'] === undefined ? [] : [{ text: part.text, thought: true, ...signature }];
}

/**
 * Results come first and in the order of their calls, which is how they find them: Vertex AI refuses ids
 * (https://github.com/vercel/ai/issues/15664).
 */
function encodeUserTurn(turn: UserMessage, conversation: Conversation): readonly JsonObject[] {
  const results = inOrderOfCalls(
    turn.parts.filter((part) => part.type === 'tool_result'),
    conversation.names,
  );
  return [
    ...results.map((part) => encodeResult(part, conversation)),
    ...results.flatMap((part) =>
      mediaOf(part)
        .filter((media) => !goesInside(media, conversation.traits))
        .map(encodeMedia),
    ),
    ...turn.parts.flatMap(encodeUserPart),
  ];
}

function inOrderOfCalls(results: readonly ToolResultPart[], names: ReadonlyMap<string, string>): readonly ToolResultPart[] {
  if (results.length < 2) return results;
  const positions = new Map([...names.keys()].map((id, position) => [id, position]));
  return results.toSorted((a, b) => (positions.get(a.id) ?? positions.size) - (positions.get(b.id) ?? positions.size));
}

function encodeUserPart(part: UserMessage['parts'][number]): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return encodeText(part);
    case 'media':
      return [encodeMedia(part)];
    case 'opaque':
      return part.dialect === 'gemini' ? [part.value] : [];
    case 'tool_result':
      return [];
  }
}

function encodeResult(part: ToolResultPart, { names, traits }: Conversation): JsonObject {
  const media = mediaOf(part).filter((piece) => goesInside(piece, traits));
  return {
    functionResponse: {
      name: part.name ?? names.get(part.id) ?? part.id,
      response: responseOf(part),
      parts: media.length === 0 ? undefined : media.map(encodeMedia),
    },
  };
}

/**
 * A result as the object that Gemini wants: JSON as it is, text under `output`, failures under `error`. JSON that holds references stays
 * text, because Gemini 3 takes each `$ref` for the name of a medium and refuses unknown ones: https://github.com/vercel/ai/issues/14369
 */
function responseOf(part: ToolResultPart): JsonObject {
  const text = resultText(part);
  if (part.isError === true) return { error: text };
  const parsed = /^\s*[{[]/.test(text) && !text.includes('"$ref"') ? parseJson(text) : undefined;
  if (isObject(parsed)) return parsed;
  return { output: Array.isArray(parsed) ? parsed : text };
}

function mediaOf(part: ToolResultPart): readonly MediaPart[] {
  return part.content.filter((piece) => piece.type === 'media');
}

const INSIDE = new Set(['image/png', 'image/jpeg', 'image/webp', 'application/pdf', 'text/plain']);

/** Whether a medium may be part of the result: https://ai.google.dev/gemini-api/docs/function-calling */
function goesInside({ source }: MediaPart, traits: ModelTraits): boolean {
  return traits.modern && source.kind === 'base64' && INSIDE.has(source.mime);
}

function encodeMedia(part: MediaPart): JsonObject {
  const { source } = part;
  if (source.kind === 'base64') return { inlineData: { mimeType: source.mime, data: source.data } };
  if (source.kind === 'text') return { inlineData: { mimeType: 'text/plain', data: Buffer.from(source.text).toString('base64') } };
  return { fileData: { mimeType: mimeOfFile(part, source), fileUri: source.kind === 'url' ? source.url : uriOfFile(source.id) } };
}

/** Ids of Gemini's own file API are paths or URIs; any other id belongs to another provider. */
function uriOfFile(id: string): string {
  if (/^(?:https?:|gs:|files\/)/.test(id)) return id;
  throw new GatewayError('unsupported_content', `The file ${id} was uploaded to another provider: send its content or a URL instead.`);
}

const USUAL_MIME = { image: 'image/jpeg', document: 'application/pdf', audio: 'audio/mpeg', video: 'video/mp4' } as const;

/** Files of the API itself, whose type it knows. */
const OWN_FILE = /(?:^|\/)files\/[\w-]+$/;

const VIDEO_PAGE = /^https?:\/\/(?:www\.|m\.)?youtu(?:be\.com|\.be)\//;

function mimeOfFile(part: MediaPart, source: Extract<MediaSource, { kind: 'url' | 'file' }>): string | undefined {
  const uri = source.kind === 'url' ? source.url : source.id;
  const known = source.mime ?? mimeOfName(pathOf(uri)) ?? mimeOfName(part.name);
  if (known !== undefined || OWN_FILE.test(uri)) return known;
  return VIDEO_PAGE.test(uri) ? 'video/mp4' : USUAL_MIME[part.kind];
}

function pathOf(uri: string): string {
  return uri.replace(/^\w+:\/\/[^/]*/, '');
}
