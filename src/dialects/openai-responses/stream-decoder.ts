import type { ChatEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Transducer, WireEvent } from '../dialect.ts';
import { numberOf, objectOf, objectsOf, textOf, wordOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { decodeErrorEvent, decodeResponseError } from './error.ts';
import { StreamedAudio } from './streamed-audio.ts';
import { StreamedCall } from './streamed-call.ts';
import type { Progress, StreamedItem } from './streamed-item.ts';
import { StreamedMessage } from './streamed-message.ts';
import { StreamedOpaque } from './streamed-opaque.ts';
import { contentSection, StreamedReasoning, summarySection } from './streamed-reasoning.ts';
import { decodeUsage } from './usage.ts';
import { incompleteReason, OWN } from './vocabulary.ts';

interface State extends Progress {
  started: boolean;
  ended: boolean;
  /** In the order in which they began. */
  readonly entries: Entry[];
  /** The latest item at each output index. */
  readonly byIndex: Map<unknown, Entry>;
  readonly audio: StreamedAudio;
}

interface Entry {
  readonly item: StreamedItem;
  readonly type: unknown;
  readonly id: unknown;
  isDone: boolean;
}

type Handler = (state: State, event: JsonObject) => void;

const HANDLERS: ReadonlyMap<unknown, Handler> = new Map<unknown, Handler>([
  ['response.created', (state, event) => start(state, event.response)],
  ['response.queued', (state, event) => start(state, event.response)],
  ['response.in_progress', (state, event) => start(state, event.response)],
  ['response.output_item.added', addItem],
  ['response.output_item.done', finishItem],
  ['response.content_part.done', finishPart],
  ['response.output_text.delta', addText],
  ['response.output_text.done', finishText],
  ['response.output_text.annotation.added', annotate],
  ['response.refusal.delta', (state, event) => messageOf(state, event).add(partIndex(event), 'refusal', textOf(event.delta) ?? '')],
  ['response.refusal.done', (state, event) => messageOf(state, event).addRest(partIndex(event), 'refusal', textOf(event.refusal) ?? '')],
  ['response.reasoning_summary_text.delta', (state, event) => reasoningOf(state, event).add(summaryOf(event), textOf(event.delta) ?? '')],
  ['response.reasoning_summary_text.done', (state, event) => reasoningOf(state, event).addRest(summaryOf(event), textOf(event.text) ?? '')],
  ['response.reasoning_text.delta', (state, event) => reasoningOf(state, event).add(contentSection(partIndex(event)), textOf(event.delta) ?? '')],
  ['response.reasoning_text.done', (state, event) => reasoningOf(state, event).addRest(contentSection(partIndex(event)), textOf(event.text) ?? '')],
  ['response.function_call_arguments.delta', (state, event) => callOf(state, event, 'function_call').add(textOf(event.delta) ?? '')],
  ['response.function_call_arguments.done', (state, event) => callOf(state, event, 'function_call').completeArguments(event)],
  ['response.custom_tool_call_input.delta', (state, event) => callOf(state, event, 'custom_tool_call').add(textOf(event.delta) ?? '')],
  ['response.custom_tool_call_input.done', (state, event) => callOf(state, event, 'custom_tool_call').completeArguments(event)],
  ['response.audio.delta', (state, event) => state.audio.add(textOf(event.delta) ?? '')],
  ['response.audio.transcript.delta', (state, event) => state.audio.addTranscript(textOf(event.delta) ?? '')],
  ['response.completed', (state, event) => conclude(state, objectOf(event.response), 'completed')],
  ['response.done', (state, event) => conclude(state, objectOf(event.response), 'completed')],
  ['response.incomplete', (state, event) => conclude(state, objectOf(event.response), 'incomplete')],
  ['response.failed', (state, event) => fail(state, objectOf(event.response))],
  ['response.cancelled', (state, event) => fail(state, objectOf(event.response))],
  ['error', breakOff],
]);

/** Decodes the events of one stream. Unknown events and the progress of the provider's own tools pass without a trace. */
export function streamDecoder(): Transducer<WireEvent, ChatEvent> {
  const state: State = {
    out: [],
    started: false,
    ended: false,
    entries: [],
    byIndex: new Map(),
    nextBlock: 0,
    hasCalls: false,
    lastText: undefined,
    carried: undefined,
    audio: new StreamedAudio(),
  };
  return {
    push(event) {
      if (state.ended) return [];
      if (event === '[DONE]') finishUnsaid(state);
      else HANDLERS.get(event.type)?.(state, event);
      return state.out.splice(0);
    },
    end: () => [],
  };
}

/** Decodes a whole response as the last event of a stream in which nothing else was said. */
export function decodeResponse(wire: JsonObject): ChatEvent[] {
  return streamDecoder().push(isResponse(wire) ? { type: lastEvent(wire), response: wire } : { type: 'error', error: wire.error });
}

function isResponse(wire: JsonObject): boolean {
  return Array.isArray(wire.output) || wire.object === 'response' || !(isObject(wire.error) || typeof wire.error === 'string');
}

const LAST_EVENTS: ReadonlyMap<unknown, string> = new Map([
  ['incomplete', 'response.incomplete'],
  ['failed', 'response.failed'],
  ['cancelled', 'response.cancelled'],
  ['queued', 'response.queued'],
  ['in_progress', 'response.in_progress'],
]);

function lastEvent(wire: JsonObject): string {
  return LAST_EVENTS.get(wire.status) ?? 'response.completed';
}

function start(state: State, response: unknown): void {
  if (state.started || !isObject(response)) return;
  state.started = true;
  state.out.push({
    type: 'start',
    id: wordOf(response.id),
    model: wordOf(response.model),
    created: numberOf(response.created_at),
    serviceTier: wordOf(response.service_tier),
  });
}

/** What tells one item from another. */
interface Name {
  readonly type: unknown;
  readonly id: unknown;
  readonly index: unknown;
}

function begin(state: State, { type, id, index }: Name): Entry {
  const entry: Entry = { item: newItem(state, type), type, id, isDone: false };
  state.entries.push(entry);
  state.byIndex.set(index, entry);
  return entry;
}

function newItem(state: State, type: unknown): StreamedItem {
  switch (type) {
    case 'message':
      return new StreamedMessage(state);
    case 'reasoning':
      return new StreamedReasoning(state);
    case 'function_call':
    case 'custom_tool_call':
      return new StreamedCall(state, type === 'custom_tool_call');
    default:
      return new StreamedOpaque(state);
  }
}

/** The item of that type at that index, else with that id, else the last one that is not done; begun where a host forgot to. */
function entryOf(state: State, name: Name): Entry {
  const indexed = state.byIndex.get(name.index);
  if (indexed !== undefined && indexed.type === name.type) return indexed;
  const alike = state.entries.filter((entry) => entry.type === name.type);
  const known = alike.find((entry) => name.id !== undefined && entry.id === name.id) ?? alike.findLast((entry) => !entry.isDone);
  return known ?? begin(state, name);
}

function messageOf(state: State, event: JsonObject): StreamedMessage {
  return entryOf(state, { type: 'message', id: event.item_id, index: event.output_index }).item as StreamedMessage;
}

function reasoningOf(state: State, event: JsonObject): StreamedReasoning {
  return entryOf(state, { type: 'reasoning', id: event.item_id, index: event.output_index }).item as StreamedReasoning;
}

function callOf(state: State, event: JsonObject, type: 'function_call' | 'custom_tool_call'): StreamedCall {
  return entryOf(state, { type, id: event.item_id, index: event.output_index }).item as StreamedCall;
}

function partIndex(event: JsonObject): number {
  return numberOf(event.content_index) ?? 0;
}

function summaryOf(event: JsonObject): number {
  return summarySection(numberOf(event.summary_index) ?? 0);
}

function addItem(state: State, event: JsonObject): void {
  const item = objectOf(event.item);
  begin(state, { type: item.type, id: item.id, index: event.output_index }).item.open(item);
}

function finishItem(state: State, event: JsonObject): void {
  const item = objectOf(event.item);
  const name: Name = { type: item.type, id: item.id, index: event.output_index };
  const found = entryOf(state, name);
  const entry = found.isDone && found.id !== item.id ? begin(state, name) : found;
  entry.item.complete(item);
  entry.isDone = true;
}

/** Reasoning has parts that are announced by the same event. */
const MESSAGE_PARTS: ReadonlySet<unknown> = new Set(['output_text', 'refusal', 'output_audio']);

function finishPart(state: State, event: JsonObject): void {
  const part = objectOf(event.part);
  if (MESSAGE_PARTS.has(part.type)) messageOf(state, event).completePart(partIndex(event), part);
}

function addText(state: State, event: JsonObject): void {
  if (typeof event.delta !== 'string') return;
  const message = messageOf(state, event);
  message.add(partIndex(event), 'text', event.delta);
  message.addLogprobs(partIndex(event), event.logprobs);
}

function finishText(state: State, event: JsonObject): void {
  const message = messageOf(state, event);
  message.addRest(partIndex(event), 'text', textOf(event.text) ?? '');
  message.addLogprobsRest(partIndex(event), event.logprobs);
}

function annotate(state: State, event: JsonObject): void {
  if (isObject(event.annotation)) messageOf(state, event).annotate(partIndex(event), event.annotation);
}

/** The final response's own status counts before the name of its event, by which some hosts end every answer. */
function conclude(state: State, response: JsonObject, status: 'completed' | 'incomplete'): void {
  if (response.status === 'failed' || response.status === 'cancelled') fail(state, response);
  else finish(state, response, response.status === 'incomplete' ? 'incomplete' : status);
}

function finish(state: State, response: JsonObject, status: 'completed' | 'incomplete'): void {
  if (isObject(response.error) && Object.keys(response.error).length > 0) {
    fail(state, response);
    return;
  }
  start(state, response);
  takeUpOutput(state, response);
  state.audio.settle(state);
  state.ended = true;
  const reason = status === 'incomplete' ? wordOf(objectOf(response.incomplete_details).reason) : undefined;
  state.out.push({
    type: 'finish',
    choice: 0,
    reason: status === 'incomplete' ? incompleteReason(reason) : state.hasCalls ? 'tool_calls' : 'stop',
    native: { dialect: OWN, value: reason ?? status },
  });
  addUsage(state, response);
}

/** Adds what the final output holds and the stream did not: the n-th item of a type there is the n-th of that type that was streamed. */
function takeUpOutput(state: State, response: JsonObject): void {
  const streamed = [...state.entries];
  for (const item of objectsOf(response.output)) {
    const at = streamed.findIndex((entry) => entry.type === item.type);
    const [entry] = at === -1 ? [] : streamed.splice(at, 1);
    if (entry?.isDone !== true) (entry ?? begin(state, { type: item.type, id: item.id, index: undefined })).item.complete(item);
  }
}

function addUsage(state: State, response: JsonObject): void {
  const usage = decodeUsage(response.usage);
  if (usage !== undefined) state.out.push({ type: 'usage', usage });
}

function fail(state: State, response: JsonObject): void {
  start(state, response);
  takeUpOutput(state, response);
  addUsage(state, response);
  state.ended = true;
  state.out.push({ type: 'error', error: decodeResponseError(response) });
}

function breakOff(state: State, event: JsonObject): void {
  state.ended = true;
  state.out.push({ type: 'error', error: decodeErrorEvent(event) });
}

/** A host that ends its stream in words but without the final response has finished, if it said anything. */
function finishUnsaid(state: State): void {
  if (state.entries.length > 0) finish(state, {}, 'completed');
}
