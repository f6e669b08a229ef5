import type { ChatEvent } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import type { Transducer, WireEvent } from '../dialect.ts';
import { numberOf, objectOf, objectsOf, textOf } from '../lenient.ts';
import { isObject, parseJson } from '../read.ts';
import { decodeCitation } from './citations.ts';
import { decodeException } from './error.ts';
import { unpackReasoningSignature, unpackRedacted } from './reasoning.ts';
import { decodeUsage } from './usage.ts';
import { FINISH_REASONS, FORMATS, OWN } from './vocabulary.ts';

/**
 * Streamed events, `{[type]: payload}`, → canonical. Only tool calls announce their blocks; usage comes behind the finish; the padding `p`
 * says nothing.
 */
export function streamDecoder(): Transducer<WireEvent, ChatEvent> {
  const state: State = { text: new Map(), reasoning: new Map(), calls: new Map(), whole: new Map(), next: 0, started: false, finished: false };
  return {
    push(event) {
      const events: ChatEvent[] = [];
      if (isObject(event)) for (const type of Object.keys(event)) events.push(...decodeEvent(state, type, event[type]));
      return events;
    },
    end: () => [],
  };
}

function decodeEvent(state: State, type: string, payload: Json | undefined): ChatEvent[] {
  const handle = EVENTS.get(type);
  if (handle !== undefined) return isObject(payload) ? handle(state, payload) : [];
  return type.endsWith('Exception') ? [{ type: 'error', error: decodeException(type, payload) }] : [];
}

/** Canonical blocks by their index on the wire. */
type Blocks = Map<number, number>;

interface State {
  readonly text: Blocks;
  readonly reasoning: Blocks;
  readonly calls: Blocks;
  /** Blocks that are given only when they are whole. */
  readonly whole: Map<number, WholeBlock>;
  /** Number of the next canonical block. */
  next: number;
  lastText?: number;
  /** Another dialect's signature that belongs to the next tool call. */
  callSignature?: Signature | undefined;
  started: boolean;
  finished: boolean;
}

type WholeBlock =
  /** A tool that the provider ran itself; its input comes as JSON in pieces. */
  | { readonly kind: 'toolUse'; readonly head: JsonObject; input: string }
  | { readonly kind: 'toolResult'; readonly head: JsonObject; readonly content: Json[] }
  | { readonly kind: 'image'; readonly format: string; bytes: string };

type Handler = (state: State, payload: JsonObject) => ChatEvent[];

const EVENTS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['messageStart', startMessage],
  ['contentBlockStart', startBlock],
  ['contentBlockDelta', extendBlock],
  ['contentBlockStop', (state, { contentBlockIndex }) => closeWhole(state, indexOf(contentBlockIndex))],
  ['messageStop', stopMessage],
  ['metadata', (_state, { usage }) => usageEvents(usage)],
]);

function startMessage(state: State): ChatEvent[] {
  if (state.started) return [];
  state.started = true;
  return [{ type: 'start' }];
}

function indexOf(value: Json | undefined): number {
  return numberOf(value) ?? 0;
}

function blockOf(state: State, blocks: Blocks, index: number): number {
  let block = blocks.get(index);
  if (block === undefined) blocks.set(index, (block = state.next++));
  return block;
}

function startBlock(state: State, payload: JsonObject): ChatEvent[] {
  const index = indexOf(payload.contentBlockIndex);
  const { toolUse, toolResult, image } = objectOf(payload.start);
  if (isObject(toolResult)) state.whole.set(index, { kind: 'toolResult', head: toolResult, content: [] });
  else if (isObject(image)) state.whole.set(index, { kind: 'image', format: textOf(image.format) ?? 'png', bytes: '' });
  else if (isObject(toolUse) && toolUse.type === 'server_tool_use') state.whole.set(index, { kind: 'toolUse', head: toolUse, input: '' });
  else if (isObject(toolUse)) return startCall(state, index, toolUse);
  return [];
}

function startCall(state: State, index: number, call: JsonObject): ChatEvent[] {
  state.calls.delete(index);
  const block = blockOf(state, state.calls, index);
  const signature = state.callSignature;
  state.callSignature = undefined;
  return [{ type: 'tool_call', choice: 0, block, id: textOf(call.toolUseId) ?? '', name: textOf(call.name) ?? '', arguments: '', signature }];
}

function extendBlock(state: State, payload: JsonObject): ChatEvent[] {
  const delta = objectOf(payload.delta);
  const events: ChatEvent[] = [];
  for (const kind of Object.keys(delta)) events.push(...(DELTAS.get(kind)?.(state, indexOf(payload.contentBlockIndex), delta[kind]) ?? []));
  return events;
}

const DELTAS: ReadonlyMap<string, (state: State, index: number, value: Json | undefined) => ChatEvent[]> = new Map([
  ['text', extendText],
  ['reasoningContent', extendReasoning],
  ['toolUse', extendCall],
  ['toolResult', extendResult],
  ['citation', cite],
  ['image', extendImage],
]);

function textBlock(state: State, index: number): number {
  return (state.lastText = blockOf(state, state.text, index));
}

function extendText(state: State, index: number, value: Json | undefined): ChatEvent[] {
  if (typeof value !== 'string' || value === '') return [];
  return [{ type: 'text', choice: 0, block: textBlock(state, index), text: value }];
}

function cite(state: State, index: number, value: Json | undefined): ChatEvent[] {
  if (!isObject(value)) return [];
  return [{ type: 'citation', choice: 0, block: textBlock(state, index), citation: decodeCitation(value) }];
}

function extendReasoning(state: State, index: number, value: Json | undefined): ChatEvent[] {
  const { text, signature, redactedContent } = objectOf(value);
  const events: ChatEvent[] = [];
  const place = () => ({ choice: 0, block: blockOf(state, state.reasoning, index) });
  if (typeof text === 'string' && text !== '') events.push({ type: 'reasoning', ...place(), text });
  if (typeof redactedContent === 'string') events.push({ type: 'reasoning', ...place(), text: '', ...unpackRedacted(redactedContent) });
  if (typeof signature === 'string') events.push(...sign(state, signature, place));
  return events;
}

function sign(state: State, packed: string, place: () => { choice: number; block: number }): ChatEvent[] {
  const { carrier, signature } = unpackReasoningSignature(packed);
  if (carrier === 'text') return [{ type: 'text', choice: 0, block: (state.lastText ??= state.next++), text: '', signature }];
  if (carrier !== 'tool') return [{ type: 'reasoning', ...place(), text: '', signature }];
  state.callSignature = signature;
  return [];
}

function extendCall(state: State, index: number, value: Json | undefined): ChatEvent[] {
  const piece = inputText(objectOf(value).input);
  const whole = state.whole.get(index);
  if (whole?.kind === 'toolUse') whole.input += piece;
  const block = state.calls.get(index);
  return whole !== undefined || block === undefined || piece === '' ? [] : [{ type: 'tool_arguments', choice: 0, block, text: piece }];
}

function inputText(input: Json | undefined): string {
  return textOf(input) ?? (isObject(input) ? JSON.stringify(input) : '');
}

function extendResult(state: State, index: number, value: Json | undefined): ChatEvent[] {
  const whole = state.whole.get(index);
  if (whole?.kind === 'toolResult') whole.content.push(...(isObject(value) ? [value] : objectsOf(value)));
  return [];
}

function extendImage(state: State, index: number, value: Json | undefined): ChatEvent[] {
  const whole = state.whole.get(index);
  if (whole?.kind === 'image') whole.bytes += textOf(objectOf(objectOf(value).source).bytes) ?? '';
  return [];
}

function closeWhole(state: State, index: number): ChatEvent[] {
  const whole = state.whole.get(index);
  if (whole === undefined) return [];
  state.whole.delete(index);
  const place = { choice: 0, block: state.next++ };
  if (whole.kind === 'image') {
    const mime = FORMATS.image[whole.format] ?? `image/${whole.format}`;
    return [{ type: 'media', ...place, kind: 'image', source: { kind: 'base64', mime, data: whole.bytes } }];
  }
  const rest = whole.kind === 'toolUse' ? { input: (parseJson(whole.input) as Json | undefined) ?? {} } : { content: whole.content };
  return [{ type: 'opaque', ...place, dialect: OWN, value: { [whole.kind]: { ...whole.head, ...rest } } }];
}

function stopMessage(state: State, payload: JsonObject): ChatEvent[] {
  const left: ChatEvent[] = [...state.whole.keys()].flatMap((index) => closeWhole(state, index));
  if (state.finished) return left;
  state.finished = true;
  const word = textOf(payload.stopReason);
  const { refusal, stop_sequence: stopSequence } = objectOf(payload.additionalModelResponseFields);
  if (typeof refusal === 'string') left.push({ type: 'refusal', choice: 0, block: state.next++, text: refusal });
  return [
    ...left,
    {
      type: 'finish',
      choice: 0,
      reason: FINISH_REASONS.get(word ?? '') ?? (state.calls.size > 0 ? 'tool_calls' : 'stop'),
      native: word === undefined ? undefined : { dialect: OWN, value: word },
      stopSequence: textOf(stopSequence),
    },
  ];
}

function usageEvents(wire: Json | undefined): ChatEvent[] {
  const usage = decodeUsage(wire);
  return usage === undefined ? [] : [{ type: 'usage', usage }];
}
