import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import { isObject } from '../read.ts';
import type { CitedText } from './citations.ts';
import { PartialArguments } from './partial-arguments.ts';
import { unpackThoughtSignature } from './thought-signature.ts';
import type { WireFunctionCall, WirePart } from './wire.ts';

/** How far one candidate has been decoded. */
export interface CandidateState {
  readonly index: number;
  /** Number of the next block. */
  next: number;
  /** The block that a further text or thought continues; any other part closes it. */
  open: OpenBlock | undefined;
  /** The texts so far, for citations. */
  readonly texts: CitedText[];
  calls: number;
  /** A function call whose arguments are still arriving. */
  partial: { readonly block: number; readonly args: PartialArguments } | undefined;
  notes: JsonObject | undefined;
  finish: string | undefined;
}

interface OpenBlock {
  readonly kind: 'text' | 'reasoning';
  readonly block: number;
  /** Undefined for a thought. */
  readonly cited: CitedText | undefined;
  signed: boolean;
}

/** What the parts of a candidate share with the answer that they belong to. */
export interface AnswerState {
  /** Empty where the answer has none. */
  responseId: string;
  /** Events of the chunk at hand. */
  events: ChatEvent[];
}

interface Place {
  readonly candidate: CandidateState;
  readonly answer: AnswerState;
}

/** A candidate of which nothing has been decoded. */
export function newCandidate(index: number): CandidateState {
  return { index, next: 0, open: undefined, texts: [], calls: 0, partial: undefined, notes: undefined, finish: undefined };
}

/** Adds the events of one part. */
export function decodePart(part: WirePart, candidate: CandidateState, answer: AnswerState): void {
  const place = { candidate, answer };
  if (typeof part.text === 'string') return decodeText(part, part.text, place);
  if (isObject(part.functionCall)) return decodeCall(part, part.functionCall, place);
  const members = Object.keys(part).length;
  if (members === 0) return;
  if (members === 1 && part.thoughtSignature !== undefined) return decodeText(part, '', place);
  answer.events.push(decodeMedia(part, candidate) ?? opaque(part, candidate));
  candidate.open = undefined;
  candidate.next += 1;
}

function opaque(part: WirePart, { index, next }: CandidateState): ChatEvent {
  return { type: 'opaque', choice: index, block: next, dialect: 'gemini', value: part as JsonObject };
}

/** A signature may be an event of its own, with an empty text. */
function decodeText(part: WirePart, text: string, { candidate, answer }: Place): void {
  const packed = signatureIn(part);
  if (text === '' && packed === undefined) return;
  const type = part.thought === true ? 'reasoning' : 'text';
  const signature = packed === undefined ? undefined : unpackThoughtSignature(packed);
  const isRedacted = type === 'reasoning' && signature?.carrier === 'redacted';
  if (isRedacted) candidate.open = undefined;
  const open = blockFor(type, candidate);
  const event = { type, choice: candidate.index, block: open.block, text } as const;
  if (open.cited !== undefined) open.cited.text += text;
  if (signature === undefined) return void answer.events.push(event);
  open.signed = true;
  const { value, origin } = signature;
  answer.events.push({ ...event, ...(isRedacted ? { redacted: value } : { signature: { value, origin } }) });
}

/** A part behind a signed one is a block of its own, because a signature holds for its own part only. */
function blockFor(kind: OpenBlock['kind'], candidate: CandidateState): OpenBlock {
  const { open } = candidate;
  if (open !== undefined && open.kind === kind && !open.signed) return open;
  const block = candidate.next++;
  const cited = kind === 'text' ? { block, text: '' } : undefined;
  if (cited !== undefined) candidate.texts.push(cited);
  return (candidate.open = { kind, block, cited, signed: false });
}

function signatureIn({ thoughtSignature }: WirePart): string | undefined {
  return typeof thoughtSignature === 'string' && thoughtSignature !== '' ? thoughtSignature : undefined;
}

/** A whole call, the beginning of one whose arguments are streamed, or pieces of the one that began last. */
function decodeCall(part: WirePart, call: WireFunctionCall, place: Place): void {
  const { candidate } = place;
  if (typeof call.name === 'string' && call.name !== '') {
    closeCall(candidate, place.answer);
    const isStreamed = call.partialArgs !== undefined || call.willContinue !== undefined;
    const block = openCall(part, call, { ...place, args: isStreamed ? '' : JSON.stringify(isObject(call.args) ? call.args : {}) });
    if (isStreamed) candidate.partial = { block, args: new PartialArguments(call.args) };
  }
  if (candidate.partial === undefined) return;
  candidate.partial.args.add(call.partialArgs);
  if (call.willContinue !== true) closeCall(candidate, place.answer);
}

function openCall(part: WirePart, call: WireFunctionCall, { candidate, answer, args }: Place & { readonly args: string }): number {
  const block = candidate.next++;
  const id = typeof call.id === 'string' && call.id !== '' ? call.id : callId(call, candidate, answer);
  const event = { type: 'tool_call', choice: candidate.index, block, id, name: String(call.name), arguments: args } as const;
  candidate.open = undefined;
  candidate.calls += 1;
  const packed = signatureIn(part);
  if (packed === undefined) answer.events.push(event);
  else {
    const { value, origin } = unpackThoughtSignature(packed);
    answer.events.push({ ...event, signature: { value, origin } });
  }
  return block;
}

/** Publishes the arguments of the call whose pieces have been arriving. */
export function closeCall(candidate: CandidateState, answer: AnswerState): void {
  const { partial } = candidate;
  if (partial === undefined) return;
  candidate.partial = undefined;
  answer.events.push({ type: 'tool_arguments', choice: candidate.index, block: partial.block, text: partial.args.toJson() });
}

/** Longer ids are refused by OpenAI's API, to which a client may send them next. */
const LONGEST_ID = 40;

/** An id for a call that has none: that of the answer and the number of the call, else a digest of the call itself. */
function callId(call: WireFunctionCall, { index, calls }: CandidateState, { responseId }: AnswerState): string {
  const number = index === 0 ? String(calls) : `${index}_${calls}`;
  const seed = responseId.replaceAll(/[^\w-]/g, '') || digest(`${String(call.name)}${JSON.stringify(call.args) ?? ''}`);
  return `call_${seed.slice(0, LONGEST_ID - 'call__'.length - number.length)}_${number}`;
}

/** FNV-1a, 32 bits: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** Images and audio that are part of the answer; drafts among the thoughts and other types are not. */
function decodeMedia(part: WirePart, { index, next }: CandidateState): ChatEvent | undefined {
  if (!isObject(part.inlineData) || part.thought === true) return undefined;
  const { mimeType, data } = part.inlineData;
  if (typeof mimeType !== 'string' || typeof data !== 'string') return undefined;
  const mime = mimeType.toLowerCase();
  const kind = mime.startsWith('image/') ? 'image' : mime.startsWith('audio/') ? 'audio' : undefined;
  if (kind === undefined) return undefined;
  const packed = signatureIn(part);
  const native = packed === undefined ? {} : { native: { dialect: 'gemini', value: { thoughtSignature: packed } } as const };
  return { type: 'media', choice: index, block: next, kind, source: { kind: 'base64', mime, data }, ...native };
}
