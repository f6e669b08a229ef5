import type { JsonObject } from '../../ir/json.ts';
import type {
  AssistantMessage,
  MediaPart,
  Message,
  OpaquePart,
  ReasoningPart,
  SystemMessage,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserMessage,
} from '../../ir/request.ts';
import { kindOfMime } from '../media.ts';
import { isObject, optionalArray, optionalString, requireArray, requireObject, requireString, unexpected } from '../read.ts';
import { camelMembers } from './members.ts';
import { isUnsigned, unpackThoughtSignature } from './thought-signature.ts';

/** Calls that no result has answered yet: results that carry no id answer the first call of their name. */
interface Pairing {
  readonly pending: { readonly id: string; readonly name: string }[];
  count: number;
}

/** A client's `contents`: a list, one content, or a text. */
export function decodeContents(value: unknown): readonly Message[] {
  const pairing: Pairing = { pending: [], count: 0 };
  if (typeof value === 'string') return [{ role: 'user', parts: [{ type: 'text', text: value }] }];
  if (isObject(value)) return decodeContent(value, 'contents', pairing);
  const contents = requireArray(value, 'contents');
  if (contents.length > 0 && contents.every(isPart)) return decodeContent({ parts: contents as JsonObject[] }, 'contents', pairing);
  return contents.flatMap((content, index) => decodeContent(content, `contents[${index}]`, pairing));
}

/** SDKs let a single message be written as a list of its parts. */
function isPart(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && !('parts' in value) && !('role' in value));
}

/** A client's `systemInstruction`: a content, its parts, or a text. */
export function decodeSystem(value: unknown): readonly SystemMessage[] {
  if (value === undefined || value === null) return [];
  const path = 'systemInstruction';
  const parts = isObject(value) ? partsOf(value, path) : Array.isArray(value) ? value : [value];
  const texts = parts.map((part, index): TextPart => {
    const text = typeof part === 'string' ? part : requireObject(part, `${path}.parts[${index}]`)['text'];
    return { type: 'text', text: requireString(text, `${path}.parts[${index}].text`) };
  });
  return texts.length === 0 ? [] : [{ role: 'system', parts: texts }];
}

function partsOf(content: JsonObject, path: string): readonly unknown[] {
  const { parts, text } = content;
  if (isObject(parts) || typeof parts === 'string') return [parts];
  return parts === undefined && typeof text === 'string' ? [text] : optionalArray(parts, `${path}.parts`);
}

function decodeContent(value: unknown, path: string, pairing: Pairing): readonly Message[] {
  if (typeof value === 'string') return [{ role: 'user', parts: [{ type: 'text', text: value }] }];
  const content = requireObject(value, path);
  const role = optionalString(content['role'], `${path}.role`) ?? 'user';
  const parts = partsOf(content, path).map((part, index) => readPart(part, `${path}.parts[${index}]`));
  if (role === 'model') return parts.length === 0 ? [] : [{ role: 'assistant', parts: parts.flatMap((part) => decodeModelPart(part, pairing)) }];
  if (role !== 'user' && role !== 'function' && role !== 'tool') throw unexpected(`${path}.role`, '"user" or "model"', role);
  return parts.length === 0 ? [] : [{ role: 'user', parts: parts.flatMap((part) => decodeUserPart(part, pairing)) }];
}

interface ReadPart {
  readonly part: JsonObject;
  readonly path: string;
}

/** Some clients write every member that a part could have, with null for those that it has not. */
function readPart(value: unknown, path: string): ReadPart {
  if (typeof value === 'string') return { part: { text: value }, path };
  const members = Object.entries(camelMembers(requireObject(value, path))).filter(([, member]) => member !== null && member !== undefined);
  return { part: Object.fromEntries(members), path };
}

function decodeModelPart({ part, path }: ReadPart, pairing: Pairing): AssistantMessage['parts'] {
  if (part['functionCall'] !== undefined) return [decodeCall(part, `${path}.functionCall`, pairing)];
  if (part['functionResponse'] !== undefined) throw unexpected(`${path}.functionResponse`, 'a function response in a user turn', part);
  const signature = part['thoughtSignature'];
  if (part['thought'] === true && (part['text'] !== undefined || signature !== undefined)) return [decodeThought(part, path)];
  if (part['text'] !== undefined || (signature !== undefined && Object.keys(part).length === 1)) return [decodeText(part, path)];
  return decodeOther(part, path);
}

function decodeUserPart({ part, path }: ReadPart, pairing: Pairing): UserMessage['parts'] {
  if (part['functionResponse'] !== undefined) return [decodeResult(part['functionResponse'], `${path}.functionResponse`, pairing)];
  if (part['functionCall'] !== undefined) throw unexpected(`${path}.functionCall`, 'a function call in a model turn', part);
  if (part['text'] !== undefined) return [decodeText(part, path)];
  return decodeOther(part, path);
}

function signatureOf(part: JsonObject, path: string) {
  const text = optionalString(part['thoughtSignature'], `${path}.thoughtSignature`);
  if (text === undefined || isUnsigned(text)) return undefined;
  const { carrier, ...signature } = unpackThoughtSignature(text);
  return { carrier, signature };
}

function decodeText(part: JsonObject, path: string): TextPart {
  const text = requireString(part['text'] ?? '', `${path}.text`);
  return { type: 'text', text, signature: signatureOf(part, path)?.signature };
}

function decodeThought(part: JsonObject, path: string): ReasoningPart {
  const text = requireString(part['text'] ?? '', `${path}.text`);
  const packed = signatureOf(part, path);
  if (packed?.carrier === 'redacted') return { type: 'reasoning', text, redacted: packed.signature.value };
  return { type: 'reasoning', text, signature: packed?.signature };
}

function decodeCall(part: JsonObject, path: string, pairing: Pairing): ToolCallPart {
  const call = camelMembers(requireObject(part['functionCall'], path));
  const name = requireString(call['name'], `${path}.name`);
  const args = call['args'] === undefined || call['args'] === null ? {} : requireObject(call['args'], `${path}.args`);
  const id = optionalString(call['id'], `${path}.id`) || `call_${pairing.count}_${name}`;
  pairing.count += 1;
  pairing.pending.push({ id, name });
  return { type: 'tool_call', id, name, arguments: JSON.stringify(args), signature: signatureOf(part, path)?.signature };
}

function decodeResult(value: unknown, path: string, pairing: Pairing): ToolResultPart {
  const result = camelMembers(requireObject(value, path));
  const name = requireString(result['name'], `${path}.name`);
  const given = optionalString(result['id'], `${path}.id`) || undefined;
  const found = pairing.pending.findIndex((call) => (given === undefined ? call.name === name : call.id === given));
  const [call] = found < 0 ? [] : pairing.pending.splice(found, 1);
  const media = optionalArray(result['parts'], `${path}.parts`).flatMap((part, index) => decodeResultMedia(part, `${path}.parts[${index}]`));
  const id = given ?? call?.id ?? `call_${pairing.count++}_${name}`;
  const { text, isError } = decodeResponse(result['response'], `${path}.response`);
  return { type: 'tool_result', id, name, content: [{ type: 'text', text }, ...media], ...(isError ? { isError } : {}) };
}

function decodeResultMedia(value: unknown, path: string): readonly MediaPart[] {
  const { part } = readPart(value, path);
  return decodeOther(part, path).filter((decoded) => decoded.type === 'media');
}

/** What tools that answer with a text are wrapped in: https://ai.google.dev/api/caching#FunctionResponse and the habits of SDKs. */
const WRAPPERS = new Set(['output', 'result', 'content', 'error']);

/** The response of a tool as text: a text that stands alone in its usual wrapper, else the whole object as JSON. */
function decodeResponse(value: unknown, path: string): { readonly text: string; readonly isError: boolean } {
  if (typeof value === 'string') return { text: value, isError: false };
  const response = value === undefined || value === null ? {} : requireObject(value, path);
  const [[key, only] = [], ...others] = Object.entries(response);
  if (key === undefined || others.length > 0 || !WRAPPERS.has(key)) return { text: JSON.stringify(response), isError: false };
  const isError = key === 'error';
  if (typeof only === 'string') return { text: only, isError };
  return { text: JSON.stringify(isError ? only : response), isError };
}

/** Media, or a part that only Gemini understands; a part without members is nothing. */
function decodeOther(part: JsonObject, path: string): readonly (MediaPart | OpaquePart)[] {
  const { inlineData, fileData } = part;
  if (inlineData !== undefined) return [decodeInlineData(inlineData, `${path}.inlineData`)];
  if (fileData !== undefined) return [decodeFileData(fileData, `${path}.fileData`)];
  return Object.keys(part).length === 0 ? [] : [{ type: 'opaque', dialect: 'gemini', value: part }];
}

function decodeInlineData(value: unknown, path: string): MediaPart {
  const blob = camelMembers(requireObject(value, path));
  const mime = requireString(blob['mimeType'], `${path}.mimeType`).toLowerCase();
  const data = requireString(blob['data'], `${path}.data`);
  const name = optionalString(blob['displayName'], `${path}.displayName`);
  return { type: 'media', kind: kindOfMime(mime), source: { kind: 'base64', mime, data }, name };
}

function decodeFileData(value: unknown, path: string): MediaPart {
  const file = camelMembers(requireObject(value, path));
  const mime = optionalString(file['mimeType'], `${path}.mimeType`)?.toLowerCase();
  const url = requireString(file['fileUri'], `${path}.fileUri`);
  const name = optionalString(file['displayName'], `${path}.displayName`);
  return { type: 'media', kind: kindOfMime(mime), source: { kind: 'url', url, mime }, name };
}
