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
  const state: State = { blocks: new Map(), whole: new Map(), next: 0, started: false, finished: false };
  return {
    push(event) {
      if (!isObject(event)) return [];
      return Object.entries(event).flatMap(([type, payload]) => {
        const handle = EVENTS.get(type);
        if (handle !== undefined) return isObject(payload) ? handle(state, payload) : [];
        return type.endsWith('Exception') ? [{ type: 'error', error: decodeException(type, payload) }] : [];
      });
    },
    end: () => [],
  };
}

interface State {
  /** Canonical blocks by their kind and index on the wire (`text 0`). */
  readonly blocks: Map<string, number>;
  /** Blocks that are given only when they are whole, by their index on the wire. */
  readonly whole: Map<string, WholeBlock>;
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
  ['contentBlockStop', (state, { contentBlockIndex }) => closeWhole(state, keyOf(contentBlockIndex))],
  ['messageStop', stopMessage],
  ['metadata', (_state, { usage }) => usageEvents(usage)],
]);

function startMessage(state: State): ChatEvent[] {
  if (state.started) return [];
  state.started = true;
  return [{ type: 'start' }];
}

function keyOf(index: Json | undefined): string {
  return String(numberOf(index) ?? 0);
}

function blockOf(state: State, key: string): number {
  let block = state.blocks.get(key);
  if (block === undefined) state.blocks.set(key, (block = state.next++));
  return block;
}

function startBlock(state: State, payload: JsonObject): ChatEvent[] {
  const key = keyOf(payload.contentBlockIndex);
  const { toolUse, toolResult, image } = objectOf(payload.start);
  if (isObject(toolResult)) state.whole.set(key, { kind: 'toolResult', head: toolResult, content: [] });
  else if (isObject(image)) state.whole.set(key, { kind: 'image', format: textOf(image.format) ?? 'png', bytes: '' });
  else if (isObject(toolUse) && toolUse.type === 'server_tool_use') state.whole.set(key, { kind: 'toolUse', head: toolUse, input: '' });
  else if (isObject(toolUse)) return startCall(state, key, toolUse);
  return [];
}

function startCall(state: State, key: string, call: JsonObject): ChatEvent[] {
  state.blocks.delete(`call ${key}`);
  const block = blockOf(state, `call ${key}`);
  const signature = state.callSignature;
  state.callSignature = undefined;
  return [{ type: 'tool_call', choice: 0, block, id: textOf(call.toolUseId) ?? '', name: textOf(call.name) ?? '', arguments: '', signature }];
}

function extendBlock(state: State, payload: JsonObject): ChatEvent[] {
  const key = keyOf(payload.contentBlockIndex);
  return Object.entries(objectOf(payload.delta)).flatMap(([kind, value]) => DELTAS.get(kind)?.(state, key, value) ?? []);
}

const DELTAS: ReadonlyMap<string, (state: State, key: string, value: Json | undefined) => ChatEvent[]> = new Map([
  ['text', extendText],
  ['reasoningContent', extendReasoning],
  ['toolUse', extendCall],
  ['toolResult', extendResult],
  ['citation', cite],
  ['image', extendImage],
]);

function textBlock(state: State, key: string): number {
  return (state.lastText = blockOf(state, `text ${key}`));
}

function extendText(state: State, key: string, value: Json | undefined): ChatEvent[] {
  if (typeof value !== 'string' || value === '') return [];
  return [{ type: 'text', choice: 0, block: textBlock(state, key), text: value }];
}

function cite(state: State, key: string, value: Json | undefined): ChatEvent[] {
  if (!isObject(value)) return [];
  return [{ type: 'citation', choice: 0, block: textBlock(state, key), citation: decodeCitation(value) }];
}

function extendReasoning(state: State, key: string, value: Json | undefined): ChatEvent[] {
  const { text, signature, redactedContent } = objectOf(value);
  const events: ChatEvent[] = [];
  const place = () => ({ choice: 0, block: blockOf(state, `reasoning ${key}`) });
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

function extendCall(state: State, key: string, value: Json | undefined): ChatEvent[] {
  const piece = inputText(objectOf(value).input);
  const whole = state.whole.get(key);
  if (whole?.kind === 'toolUse') whole.input += piece;
  const block = state.blocks.get(`call ${key}`);
  return whole !== undefined || block === undefined || piece === '' ? [] : [{ type: 'tool_arguments', choice: 0, block, text: piece }];
}

function inputText(input: Json | undefined): string {
  return textOf(input) ?? (isObject(input) ? JSON.stringify(input) : '');
}

function extendResult(state: State, key: string, value: Json | undefined): ChatEvent[] {
  const whole = state.whole.get(key);
  if (whole?.kind === 'toolResult') whole.content.push(...(isObject(value) ? [value] : objectsOf(value)));
  return [];
}

function extendImage(state: State, key: string, value: Json | undefined): ChatEvent[] {
  const whole = state.whole.get(key);
  if (whole?.kind === 'image') whole.bytes += textOf(objectOf(objectOf(value).source).bytes) ?? '';
  return [];
}

function closeWhole(state: State, key: string): ChatEvent[] {
  const whole = state.whole.get(key);
  if (whole === undefined) return [];
  state.whole.delete(key);
  const place = { choice: 0, block: state.next++ };
  if (whole.kind === 'image') {
    const mime = FORMATS.image[whole.format] ?? `image/${whole.format}`;
    return [{ type: 'media', ...place, kind: 'image', source: { kind: 'base64', mime, data: whole.bytes } }];
  }
  const rest = whole.kind === 'toolUse' ? { input: (parseJson(whole.input) as Json | undefined) ?? {} } : { content: whole.content };
  return [{ type: 'opaque', ...place, dialect: OWN, value: { [whole.kind]: { ...whole.head, ...rest } } }];
}

function stopMessage(state: State, payload: JsonObject): ChatEvent[] {
  const left: ChatEvent[] = [...state.whole.keys()].flatMap((key) => closeWhole(state, key));
  if (state.finished) return left;
  state.finished = true;
  const word = textOf(payload.stopReason);
  const { refusal, stop_sequence: stopSequence } = objectOf(payload.additionalModelResponseFields);
  if (typeof refusal === 'string') left.push({ type: 'refusal', choice: 0, block: state.next++, text: refusal });
  const called = [...state.blocks.keys()].some((key) => key.startsWith('call'));
  return [
    ...left,
    {
      type: 'finish',
      choice: 0,
      reason: FINISH_REASONS.get(word ?? '') ?? (called ? 'tool_calls' : 'stop'),
      native: word === undefined ? undefined : { dialect: OWN, value: word },
      stopSequence: textOf(stopSequence),
    },
  ];
}

function usageEvents(wire: Json | undefined): ChatEvent[] {
  const usage = decodeUsage(wire);
  return usage === undefined ? [] : [{ type: 'usage', usage }];
}
