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
  const state = newState();
  return {
    push(event) {
      if (!isObject(event)) return [];
      const handle = EVENTS.get(event.type) ?? otherEvent;
      return handle(state, event, objectOf(objectOf(event.delta).message));
    },
    end: () => [],
  };
}

function newState(): State {
  return {
    text: new Map(),
    thinking: new Map(),
    plan: new Map(),
    calls: new Map(),
    next: 0,
    silent: new Set(),
    started: false,
    finished: false,
  };
}

/** Canonical blocks by their index on the wire. */
type Blocks = Map<number, number>;

interface State {
  readonly text: Blocks;
  readonly thinking: Blocks;
  /** The plan of the tool calls, which is one block without an index. */
  readonly plan: Blocks;
  readonly calls: Blocks;
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
  ['tool-plan-delta', (state, _event, message) => reasoning(state, { blocks: state.plan, index: 0 }, { thinking: message.tool_plan })],
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
  const index = numberOf(event.index) ?? 0;
  const events: ChatEvent[] = [];
  for (const content of contentOf(message.content)) {
    events.push(...reasoning(state, { blocks: state.thinking, index }, content), ...text(state, index, content));
  }
  if (isObject(event.logprobs)) events.push({ type: 'logprobs', choice: 0, value: { content: [decodeLogprob(event.logprobs)] } });
  return events;
}

function contentOf(value: Json | undefined): readonly JsonObject[] {
  return typeof value === 'string' ? [{ text: value }] : oneOrMore(value);
}

function oneOrMore(value: Json | undefined): readonly JsonObject[] {
  return isObject(value) ? [value] : objectsOf(value);
}

function text(state: State, index: number, content: JsonObject): ChatEvent[] {
  const piece = textOf(content.text) ?? '';
  const signature = content.thinking === undefined ? signatureOf(content) : undefined;
  if (piece === '' && signature === undefined) return [];
  return [{ type: 'text', choice: 0, block: blockOf(state, { blocks: state.text, index }), text: piece, signature }];
}

function reasoning(state: State, place: Place, content: JsonObject): ChatEvent[] {
  const piece = textOf(content.thinking);
  const redacted = textOf(content.redacted);
  const signature = piece === undefined ? undefined : signatureOf(content);
  if (!piece && redacted === undefined && signature === undefined) return [];
  return [{ type: 'reasoning', choice: 0, block: blockOf(state, place), text: piece ?? '', signature, redacted }];
}

function signatureOf(content: JsonObject): Signature | undefined {
  const packed = textOf(content.signature);
  if (packed === undefined) return undefined;
  const { value, origin } = unpackSignature(packed, OWN);
  return { value, origin };
}

interface Place {
  readonly blocks: Blocks;
  readonly index: number;
}

function blockOf(state: State, { blocks, index }: Place): number {
  let block = blocks.get(index);
  if (block === undefined) blocks.set(index, (block = state.next++));
  return block;
}

function startCall(state: State, event: JsonObject, message: JsonObject): ChatEvent[] {
  return oneOrMore(message.tool_calls).map((call, position) => {
    const index = callIndex(event, position);
    state.calls.delete(index);
    const block = blockOf(state, { blocks: state.calls, index });
    const called = objectOf(call.function);
    state.silent.add(block);
    const first = argumentsOf(state, block, called);
    const signature = signatureOf(call);
    return { type: 'tool_call', choice: 0, block, id: textOf(call.id) ?? '', name: textOf(called.name) ?? '', arguments: first, signature };
  });
}

function extendCall(state: State, event: JsonObject, message: JsonObject): ChatEvent[] {
  return oneOrMore(message.tool_calls).flatMap((call, position) => {
    const block = state.calls.get(callIndex(event, position));
    if (block === undefined) return [];
    const piece = argumentsOf(state, block, objectOf(call.function));
    return piece === '' ? [] : [{ type: 'tool_arguments' as const, choice: 0, block, text: piece }];
  });
}

function callIndex(event: JsonObject, position: number): number {
  return (numberOf(event.index) ?? 0) + position;
}

/** Arguments are text, or the value itself in a careless host's answer. The text `null` of a tool without parameters says that there are none. */
function argumentsOf(state: State, block: number, called: JsonObject): string {
  const piece = isObject(called.arguments) ? JSON.stringify(called.arguments) : (textOf(called.arguments) ?? '');
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
  const [first] = state.text.values();
  return state.text.get(numberOf(index) ?? -1) ?? first ?? blockOf(state, { blocks: state.text, index: 0 });
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
  if (word === undefined) return { reason: state.calls.size > 0 ? 'tool_calls' : 'stop' };
  return { reason: FINISH_REASONS.get(word) ?? 'stop', native: { dialect: OWN, value: word } };
}
