import type { ChatEvent, FinishEvent, ToolCallEvent, Usage } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import type { ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { isObject, parseJson } from '../read.ts';
import { callPart, envelope, finishWord, mediaPart, textPart, thoughtPart } from './answer-parts.ts';
import { encodeCitations } from './citations.ts';
import { error } from './error.ts';
import { encodeLogprobs, logprobTokens } from './logprobs.ts';
import { addNotes, isNotes } from './notes.ts';

/** A tool call whose arguments are still arriving. */
interface PendingCall {
  readonly call: ToolCallEvent;
  args: string;
}

interface ChoiceState {
  readonly index: number;
  /** Calls that are not sent yet, by block in the order in which they began. */
  readonly pending: Map<number, PendingCall>;
  readonly texts: Map<number, { text: string; readonly citations: Citation[] }>;
  notes: JsonObject | undefined;
  refusal: string;
  finish: FinishEvent | undefined;
  /** Whether anything of it was sent. */
  spoke: boolean;
}

interface State {
  readonly context: ReplyContext;
  readonly choices: Map<number, ChoiceState>;
  id: string | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  promptFeedback: Json | undefined;
  failed: boolean;
}

/**
 * Encodes an answer as chunks of `streamGenerateContent`. Function calls are sent whole, as Gemini does; the last chunk brings finish
 * reasons, usage and citations together, which other providers report one after the other.
 */
export function streamEncoder(context: ReplyContext): Transducer<ChatEvent, WireEvent> {
  const state: State = { context, choices: new Map(), id: undefined, model: undefined, usage: undefined, promptFeedback: undefined, failed: false };
  return {
    push: (event) => (HANDLERS[event.type] as Handler<ChatEvent>)(event, state),
    end: () => (state.failed ? [] : conclude(state)),
  };
}

type Handler<Event> = (event: Event, state: State) => WireEvent[];

const HANDLERS: { readonly [Type in ChatEvent['type']]: Handler<Extract<ChatEvent, { type: Type }>> } = {
  start(event, state) {
    state.id = event.id;
    state.model = event.model;
    return [];
  },
  text(event, state) {
    const choice = choiceOf(event.choice, state);
    citedText(choice, event.block).text += event.text;
    return say(textPart(event.text, event.signature), choice, state);
  },
  refusal(event, state) {
    choiceOf(event.choice, state).refusal += event.text;
    return [];
  },
  reasoning: (event, state) => say(thoughtPart(event), choiceOf(event.choice, state), state),
  media: (event, state) => say(mediaPart(event), choiceOf(event.choice, state), state),
  tool_call(event, state) {
    const choice = choiceOf(event.choice, state);
    const ready = completeCalls(choice, state);
    choice.pending.set(event.block, { call: event, args: event.arguments });
    return ready;
  },
  tool_arguments(event, state) {
    const pending = choiceOf(event.choice, state).pending.get(event.block);
    if (pending !== undefined) pending.args += event.text;
    return [];
  },
  citation(event, state) {
    citedText(choiceOf(event.choice, state), event.block).citations.push(event.citation);
    return [];
  },
  logprobs(event, state) {
    return [chunk({ content: { role: 'model', parts: [] }, index: event.choice, logprobsResult: encodeLogprobs(logprobTokens(event.value)) }, state)];
  },
  opaque(event, state) {
    if (event.dialect !== 'gemini') return [];
    const choice = choiceOf(event.choice, state);
    if ('promptFeedback' in event.value) state.promptFeedback = event.value['promptFeedback'];
    else if (isNotes(event.value)) choice.notes = addNotes(choice.notes, event.value);
    else return say(event.value, choice, state);
    return [];
  },
  usage(event, state) {
    state.usage = event.usage;
    return [];
  },
  finish(event, state) {
    choiceOf(event.choice, state).finish = event;
    return [];
  },
  error(event, state) {
    state.failed = true;
    const { context, id, model, usage } = state;
    const used = usage === undefined ? [] : [envelope({ usage, id, model }, context)];
    return [...used, error.encode(event.error)];
  },
};

function choiceOf(index: number, state: State): ChoiceState {
  let choice = state.choices.get(index);
  if (choice === undefined) {
    choice = { index, pending: new Map(), texts: new Map(), notes: undefined, refusal: '', finish: undefined, spoke: false };
    state.choices.set(index, choice);
  }
  return choice;
}

function citedText(choice: ChoiceState, block: number) {
  let text = choice.texts.get(block);
  if (text === undefined) choice.texts.set(block, (text = { text: '', citations: [] }));
  return text;
}

function say(part: JsonObject | undefined, choice: ChoiceState, state: State): WireEvent[] {
  if (part === undefined) return [];
  const spoken = partChunk(part, choice, state);
  return choice.pending.size === 0 ? [spoken] : [...completeCalls(choice, state), spoken];
}

function partChunk(part: JsonObject, choice: ChoiceState, state: State): JsonObject {
  choice.spoke = true;
  return chunk({ content: { role: 'model', parts: [part] }, index: choice.index }, state);
}

function chunk(candidate: JsonObject, { context, id, model }: State): JsonObject {
  return { candidates: [candidate], modelVersion: model ?? context.model, responseId: id ?? context.id };
}

/** The calls at the head of the line whose arguments are whole; the order of the calls is kept. */
function completeCalls(choice: ChoiceState, state: State): JsonObject[] {
  const chunks: JsonObject[] = [];
  for (const [block, { call, args }] of choice.pending) {
    if (!isWhole(args)) break;
    choice.pending.delete(block);
    chunks.push(partChunk(callPart({ ...call, arguments: args }), choice, state));
  }
  return chunks;
}

function isWhole(args: string): boolean {
  return args.trimEnd().endsWith('}') && isObject(parseJson(args));
}

/** Nothing where no choice was finished: an answer that broke off must not look whole. */
function conclude(state: State): WireEvent[] {
  const finished = [...state.choices.values()].filter((choice) => choice.finish !== undefined).toSorted((a, b) => a.index - b.index);
  if (finished.length === 0) return [];
  const calls = finished.flatMap((choice) =>
    [...choice.pending.values()].map(({ call, args }) => partChunk(callPart({ ...call, arguments: args }), choice, state)),
  );
  const { context, id, model, usage, promptFeedback } = state;
  const candidates = finished.filter((choice) => choice.spoke || promptFeedback === undefined).map(lastCandidate);
  return [...calls, envelope({ candidates: candidates.length === 0 ? undefined : candidates, promptFeedback, usage, id, model }, context)];
}

function lastCandidate({ index, texts, notes, refusal, finish }: ChoiceState): JsonObject {
  return {
    content: { role: 'model', parts: [{ text: '' }] },
    finishReason: finishWord(finish as FinishEvent),
    finishMessage: refusal === '' ? undefined : refusal,
    index,
    groundingMetadata: encodeCitations([...texts.values()]),
    ...notes,
  };
}
