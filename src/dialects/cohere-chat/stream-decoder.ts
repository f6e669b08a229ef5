import type { ChatEvent, FinishReason } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import type { Transducer, WireEvent } from '../dialect.ts';
import { numberOf, objectOf, objectsOf, textOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { unpackSignature } from '../signature.ts';
import { decodeCitation, isForText } from './citations.ts';
import { error } from './error.ts';
import { decodeLogprob } from './logprobs.ts';
import { decodeUsage } from './usage.ts';
import { FINISH_REASONS, OWN } from './vocabulary.ts';

/** Streamed events → canonical. Tolerates missing starts, lists where objects belong and the other way round, and a `[DONE]`. */
export function streamDecoder(): Transducer<WireEvent, ChatEvent> {
  const state: State = { blocks: new Map(), next: 0, silent: new Set(), started: false, finished: false };
  return {
    push(event) {
      if (!isObject(event)) return [];
      const handle = EVENTS.get(event.type) ?? otherEvent;
      return handle(state, event, objectOf(objectOf(event.delta).message));
    },
    end: () => [],
  };
}

interface State {
  /** Canonical blocks by their kind and index on the wire (`text 0`). */
  readonly blocks: Map<string, number>;
  /** Number of the next canonical block. */
  next: number;
  /** Tool calls of whose arguments nothing has arrived. */
  readonly silent: Set<number>;
  started: boolean;
  finished: boolean;
}

type Handler = (state: State, event: JsonObject, message: JsonObject) => ChatEvent[];

const EVENTS: ReadonlyMap<Json | undefined, Handler> = new Map<Json | undefined, Handler>([
  ['message-start', startMessage],
  ['content-start', extendContent],
  ['content-delta', extendContent],
  ['tool-plan-delta', (state, _event, message) => reasoning(state, 'plan', { thinking: message.tool_plan })],
  ['tool-call-start', startCall],
  ['tool-call-delta', extendCall],
  ['citation-start', cite],
  ['message-end', endMessage],
]);

function otherEvent(_state: State, event: JsonObject): ChatEvent[] {
  const isError = event.type === 'error' || (event.type === undefined && typeof event.message === 'string');
  return isError ? [{ type: 'error', error: error.decode(500, event) }] : [];
}

function startMessage(state: State, event: JsonObject): ChatEvent[] {
  if (state.started) return [];
  state.started = true;
  return [{ type: 'start', id: textOf(event.id) }];
}

function extendContent(state: State, event: JsonObject, message: JsonObject): ChatEvent[] {
  const key = numberOf(event.index) ?? 0;
  const events = contentOf(message.content).flatMap((content) => [
    ...reasoning(state, `thinking ${key}`, content),
    ...text(state, `text ${key}`, content),
  ]);
  if (isObject(event.logprobs)) events.push({ type: 'logprobs', choice: 0, value: { content: [decodeLogprob(event.logprobs)] } });
  return events;
}

function contentOf(value: Json | undefined): readonly JsonObject[] {
  return typeof value === 'string' ? [{ text: value }] : oneOrMore(value);
}

function oneOrMore(value: Json | undefined): readonly JsonObject[] {
  return isObject(value) ? [value] : objectsOf(value);
}

function text(state: State, key: string, content: JsonObject): ChatEvent[] {
  const piece = textOf(content.text) ?? '';
  const signature = content.thinking === undefined ? signatureOf(content) : undefined;
  if (piece === '' && signature === undefined) return [];
  return [{ type: 'text', choice: 0, block: blockOf(state, key), text: piece, signature }];
}

function reasoning(state: State, key: string, content: JsonObject): ChatEvent[] {
  const piece = textOf(content.thinking);
  const redacted = textOf(content.redacted);
  const signature = piece === undefined ? undefined : signatureOf(content);
  if (!piece && redacted === undefined && signature === undefined) return [];
  return [{ type: 'reasoning', choice: 0, block: blockOf(state, key), text: piece ?? '', signature, redacted }];
}

function signatureOf(content: JsonObject): Signature | undefined {
  const packed = textOf(content.signature);
  if (packed === undefined) return undefined;
  const { value, origin } = unpackSignature(packed, OWN);
  return { value, origin };
}

function blockOf(state: State, key: string): number {
  let block = state.blocks.get(key);
  if (block === undefined) state.blocks.set(key, (block = state.next++));
  return block;
}

function startCall(state: State, event: JsonObject, message: JsonObject): ChatEvent[] {
  return oneOrMore(message.tool_calls).map((call, position) => {
    const key = callKey(event, position);
    state.blocks.delete(key);
    const block = blockOf(state, key);
    const called = objectOf(call.function);
    state.silent.add(block);
    const first = argumentsOf(state, block, called);
    const signature = signatureOf(call);
    return { type: 'tool_call', choice: 0, block, id: textOf(call.id) ?? '', name: textOf(called.name) ?? '', arguments: first, signature };
  });
}

function extendCall(state: State, event: JsonObject, message: JsonObject): ChatEvent[] {
  return oneOrMore(message.tool_calls).flatMap((call, position) => {
    const block = state.blocks.get(callKey(event, position));
    if (block === undefined) return [];
    const piece = argumentsOf(state, block, objectOf(call.function));
    return piece === '' ? [] : [{ type: 'tool_arguments' as const, choice: 0, block, text: piece }];
  });
}

function callKey(event: JsonObject, position: number): string {
  return `call ${(numberOf(event.index) ?? 0) + position}`;
}

/** A call of a tool without parameters may have the arguments `null`, as text: that is none. */
function argumentsOf(state: State, block: number, called: JsonObject): string {
  const piece = textOf(called.arguments) ?? '';
  if (piece === '' || (piece === 'null' && state.silent.has(block))) return '';
  state.silent.delete(block);
  return piece;
}

function cite(state: State, _event: JsonObject, message: JsonObject): ChatEvent[] {
  return oneOrMore(message.citations)
    .filter((wire) => isForText(wire.type))
    .map((wire) => ({ type: 'citation', choice: 0, block: citedBlock(state, wire.content_index), citation: decodeCitation(wire) }));
}

/** The block that a citation is for; where it does not say, the first text there is. */
function citedBlock(state: State, index: Json | undefined): number {
  const named = state.blocks.get(`text ${numberOf(index)}`);
  if (named !== undefined) return named;
  for (const [key, block] of state.blocks) if (key.startsWith('text')) return block;
  return blockOf(state, 'text 0');
}

function endMessage(state: State, event: JsonObject): ChatEvent[] {
  const delta = objectOf(event.delta);
  const usage = decodeUsage(delta.usage);
  const events: ChatEvent[] = usage === undefined ? [] : [{ type: 'usage', usage }];
  const finish = finishOf(state, textOf(delta.finish_reason));
  const failure = textOf(delta.error) ?? '';
  if (failure !== '' && finish.reason !== 'content_filter') return [...events, { type: 'error', error: { status: 502, message: failure } }];
  if (state.finished) return events;
  state.finished = true;
  if (failure !== '') events.push({ type: 'refusal', choice: 0, block: state.next++, text: failure });
  return [...events, { type: 'finish', choice: 0, ...finish }];
}

function finishOf(
  state: State,
  word: string | undefined,
): { readonly reason: FinishReason; readonly native?: { dialect: typeof OWN; value: string } } {
  const called = [...state.blocks.keys()].some((key) => key.startsWith('call'));
  if (word === undefined) return { reason: called ? 'tool_calls' : 'stop' };
  return { reason: FINISH_REASONS.get(word) ?? 'stop', native: { dialect: OWN, value: word } };
}
