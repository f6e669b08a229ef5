import type { ChatEvent, FinishReason } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import type { Transducer, WireEvent } from '../dialect.ts';
import { isObject, parseJson } from '../read.ts';
import { unpackSignature } from '../signature.ts';
import { decodeCitation } from './citations.ts';
import { decodeErrorEvent } from './error.ts';
import { objectOf, objectsOf, textOf } from '../lenient.ts';
import { unpackRedacted } from './thinking.ts';
import { decodeUsage, mergeUsage } from './usage.ts';
import { FINISH_REASONS, OWN } from './vocabulary.ts';

/** Streamed events → canonical. Tolerates missing members, unknown types, blocks without a start or a stop, and a second `message_start`. */
export function streamDecoder(): Transducer<WireEvent, ChatEvent> {
  const state: State = { blocks: new Map(), next: 0, usage: {}, started: false, finished: false, calls: false };
  return {
    push(event) {
      if (!isObject(event)) return [];
      return EVENTS.get(event.type)?.(state, event) ?? [];
    },
    end: () => [],
  };
}

interface State {
  /** Open blocks by their index on the wire. */
  readonly blocks: Map<Json | undefined, OpenBlock>;
  /** Number of the next canonical block. */
  next: number;
  /** The provider's usage record so far. */
  usage: JsonObject;
  started: boolean;
  finished: boolean;
  /** A tool call has been seen. */
  calls: boolean;
  lastText?: number;
  /** Another dialect's signature that belongs to the next tool call. */
  callSignature?: Signature | undefined;
}

interface OpenBlock {
  /** The canonical number, given with the block's first event: a block that says nothing gets none. */
  number: number | undefined;
  readonly kind: 'text' | 'thinking' | 'tool_use' | 'opaque';
  /** The block as its start gave it; opaque blocks grow with their deltas. */
  value: JsonObject;
  /** A thinking block's signature, an opaque block's input as JSON text. */
  text: string;
  /** A piece of a tool call's input has come as a delta. */
  filled: boolean;
}

const EVENTS = new Map<Json | undefined, (state: State, event: JsonObject) => ChatEvent[]>([
  ['message_start', startMessage],
  ['content_block_start', (state, event) => startBlock(state, event.index, objectOf(event.content_block))],
  ['content_block_delta', extendBlock],
  ['content_block_stop', (state, event) => stopBlock(state, event.index)],
  ['message_delta', endMessage],
  ['message_stop', stopMessage],
  ['error', (_state, event) => [{ type: 'error', error: decodeErrorEvent(event) }]],
]);

function startMessage(state: State, event: JsonObject): ChatEvent[] {
  const message = objectOf(event.message);
  const events: ChatEvent[] = state.started ? [] : [{ type: 'start', id: textOf(message.id), model: textOf(message.model) }];
  state.started = true;
  state.blocks.clear();
  state.usage = mergeUsage({}, message.usage);
  if (isObject(message.usage)) events.push({ type: 'usage', usage: decodeUsage(state.usage) });
  if (Array.isArray(message.content)) {
    for (const [index, block] of message.content.entries()) events.push(...startBlock(state, index, objectOf(block)), ...stopBlock(state, index));
  }
  return events;
}

function startBlock(state: State, index: Json | undefined, value: JsonObject): ChatEvent[] {
  const left = state.blocks.has(index) ? stopBlock(state, index) : [];
  const kind = KINDS.get(value.type) ?? 'opaque';
  const open: OpenBlock = { number: undefined, kind, value, text: '', filled: false };
  state.blocks.set(index, open);
  const opened = BEGINNINGS[kind](open, state);
  return left.length === 0 ? opened : [...left, ...opened];
}

const KINDS: ReadonlyMap<Json | undefined, OpenBlock['kind']> = new Map([
  ['text', 'text'],
  ['thinking', 'thinking'],
  ['redacted_thinking', 'thinking'],
  ['tool_use', 'tool_use'],
]);

/** What the start of a block says; a start that holds a whole block says all of it. */
const BEGINNINGS: Readonly<Record<OpenBlock['kind'], (open: OpenBlock, state: State) => ChatEvent[]>> = {
  text(open, state) {
    const said = textOf(open.value.text) ?? '';
    const events: ChatEvent[] = said === '' ? [] : [textEvent(open, state, said)];
    for (const wire of objectsOf(open.value.citations)) events.push(citation(open, state, wire));
    return events;
  },
  thinking(open, state) {
    const { value } = open;
    open.text = textOf(value.signature) ?? '';
    const redacted = textOf(value.data);
    if (redacted !== undefined) return [{ type: 'reasoning', ...place(open, state), text: '', ...unpackRedacted(redacted) }];
    const thought = textOf(value.thinking) ?? '';
    return thought === '' ? [] : [{ type: 'reasoning', ...place(open, state), text: thought }];
  },
  tool_use(open, state) {
    const { callSignature: signature } = state;
    const { id, name } = open.value;
    state.callSignature = undefined;
    state.calls = true;
    return [{ type: 'tool_call', ...place(open, state), id: textOf(id) ?? '', name: textOf(name) ?? '', arguments: '', signature }];
  },
  opaque: () => [],
};

function place(open: OpenBlock, state: State): { readonly choice: number; readonly block: number } {
  open.number ??= state.next++;
  return { choice: 0, block: open.number };
}

function extendBlock(state: State, event: JsonObject): ChatEvent[] {
  const delta = event.delta;
  if (!isObject(delta)) return [];
  const open = state.blocks.get(event.index);
  if (open === undefined) return extendMissing(state, event.index, delta);
  if (open.kind === 'opaque') return extendOpaque(open, delta);
  return DELTAS.get(delta.type)?.(open, delta, state) ?? [];
}

/** Opens the block whose start never came, where the delta tells what it is. */
function extendMissing(state: State, index: Json | undefined, delta: JsonObject): ChatEvent[] {
  const type = delta.type === 'text_delta' ? 'text' : delta.type === 'thinking_delta' ? 'thinking' : undefined;
  if (type === undefined) return [];
  startBlock(state, index, { type });
  return extendBlock(state, { index, delta });
}

const DELTAS = new Map<Json | undefined, (open: OpenBlock, delta: JsonObject, state: State) => ChatEvent[]>([
  [
    'text_delta',
    (open, delta, state) => {
      const piece = delta.text;
      return open.kind === 'text' && typeof piece === 'string' && piece !== '' ? [textEvent(open, state, piece)] : [];
    },
  ],
  [
    'thinking_delta',
    (open, delta, state) => {
      const piece = delta.thinking;
      if (open.kind !== 'thinking' || typeof piece !== 'string' || piece === '') return [];
      open.number ??= state.next++;
      return [{ type: 'reasoning', choice: 0, block: open.number, text: piece }];
    },
  ],
  [
    'input_json_delta',
    (open, delta, state) => {
      const piece = delta.partial_json;
      if (open.kind !== 'tool_use' || typeof piece !== 'string' || piece === '') return [];
      open.filled = true;
      open.number ??= state.next++;
      return [{ type: 'tool_arguments', choice: 0, block: open.number, text: piece }];
    },
  ],
  [
    'signature_delta',
    (open, delta) => {
      open.text += textOf(delta.signature) ?? '';
      return [];
    },
  ],
  ['citations_delta', (open, delta, state) => (open.kind === 'text' && isObject(delta.citation) ? [citation(open, state, delta.citation)] : [])],
]);

function textEvent(open: OpenBlock, state: State, piece: string): ChatEvent {
  state.lastText = open.number ??= state.next++;
  return { type: 'text', choice: 0, block: open.number, text: piece };
}

function citation(open: OpenBlock, state: State, wire: JsonObject): ChatEvent {
  return { type: 'citation', ...place(open, state), citation: decodeCitation(wire) };
}

/** Adds a delta's texts to the members of the same name: `content` of a compaction block, say. Input is JSON in pieces. */
function extendOpaque(open: OpenBlock, delta: JsonObject): ChatEvent[] {
  const { type: _type, partial_json: json, ...members } = delta;
  if (typeof json === 'string') open.text += json;
  const grown = Object.entries(members).map(([key, piece]) => {
    const before = open.value[key];
    return [key, typeof before === 'string' && typeof piece === 'string' ? before + piece : (piece ?? before)];
  });
  open.value = { ...open.value, ...(Object.fromEntries(grown) as JsonObject) };
  return [];
}

function stopBlock(state: State, index: Json | undefined): ChatEvent[] {
  const open = state.blocks.get(index);
  if (open === undefined) return [];
  state.blocks.delete(index);
  return ENDINGS[open.kind](open, state);
}

const ENDINGS: Readonly<Record<OpenBlock['kind'], (open: OpenBlock, state: State) => ChatEvent[]>> = {
  text: () => [],
  thinking(open, state) {
    if (open.text === '') return [];
    const { carrier, ...signature } = unpackSignature(open.text, OWN);
    if (carrier === 'reasoning') return [{ type: 'reasoning', ...place(open, state), text: '', signature }];
    if (carrier === 'text') return [{ type: 'text', choice: 0, block: (state.lastText ??= state.next++), text: '', signature }];
    state.callSignature = signature;
    return [];
  },
  tool_use(open, state) {
    return open.filled ? [] : [{ type: 'tool_arguments', ...place(open, state), text: inputText(open.value.input) }];
  },
  opaque(open, state) {
    const { value, text: json } = open;
    const input = json === '' ? value.input : ((parseJson(json) as Json | undefined) ?? json);
    return [{ type: 'opaque', ...place(open, state), dialect: OWN, value: input === undefined ? value : { ...value, input } }];
  },
};

function inputText(input: Json | undefined): string {
  if (typeof input === 'string' && input !== '') return input;
  return isObject(input) ? JSON.stringify(input) : '{}';
}

function endMessage(state: State, event: JsonObject): ChatEvent[] {
  const delta = objectOf(event.delta);
  const reason = textOf(delta.stop_reason);
  const events = reason === undefined ? [] : stopAll(state);
  if (isObject(event.usage)) {
    state.usage = mergeUsage(state.usage, event.usage);
    events.push({ type: 'usage', usage: decodeUsage(state.usage) });
  }
  if (reason === undefined || state.finished) return events;
  state.finished = true;
  const refusal = textOf(objectOf(delta.stop_details).explanation);
  if (refusal !== undefined && refusal !== '') events.push({ type: 'refusal', choice: 0, block: state.next++, text: refusal });
  events.push({
    type: 'finish',
    choice: 0,
    reason: FINISH_REASONS.get(reason) ?? 'stop',
    native: { dialect: OWN, value: reason },
    stopSequence: textOf(delta.stop_sequence),
  });
  return events;
}

/** `message_stop` ends the answer even where the host never gave a reason. */
function stopMessage(state: State): ChatEvent[] {
  const events = stopAll(state);
  if (state.finished) return events;
  state.finished = true;
  const reason: FinishReason = state.calls ? 'tool_calls' : 'stop';
  return [...events, { type: 'finish', choice: 0, reason }];
}

function stopAll(state: State): ChatEvent[] {
  return [...state.blocks.keys()].flatMap((index) => stopBlock(state, index));
}
