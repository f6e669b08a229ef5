import type { ChatEvent, FinishEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Transducer, WireEvent } from '../dialect.ts';
import { wordOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { decodeCitations } from './citations.ts';
import { decodeError } from './error.ts';
import { decodeLogprobs } from './logprobs.ts';
import { addNotes } from './notes.ts';
import { closeCall, decodePart, newCandidate } from './stream-parts.ts';
import type { AnswerState, CandidateState } from './stream-parts.ts';
import { decodeUsage } from './usage.ts';
import { FINISH_REASONS } from './vocabulary.ts';
import type { WireCandidate, WireReply, WireUsage } from './wire.ts';

interface State extends AnswerState {
  readonly candidates: Map<number, CandidateState>;
  started: boolean;
  failed: boolean;
  usage: WireUsage | undefined;
  /** Why the prompt was refused, and the record that says so. */
  blocked: { readonly reason: string; readonly feedback: JsonObject } | undefined;
}

/**
 * Decodes a streamed answer. Usage, citations and the finish wait for the end of the stream: the API repeats its counts in every chunk,
 * and a finish reason in one chunk has been followed by text in the next.
 */
export function streamDecoder(): Transducer<WireEvent, ChatEvent> {
  const state: State = {
    candidates: new Map(),
    started: false,
    failed: false,
    responseId: '',
    usage: undefined,
    blocked: undefined,
    events: [],
  };
  return {
    push(item) {
      state.events = [];
      for (const chunk of Array.isArray(item) ? (item as unknown[]) : [item]) if (isObject(chunk)) decodeChunk(chunk, state);
      return state.events;
    },
    end() {
      state.events = [];
      conclude(state);
      return state.events;
    },
  };
}

function decodeChunk(chunk: WireReply, state: State): void {
  if (chunk.error !== undefined && chunk.error !== null) return fail(chunk, state);
  if (!state.started) start(chunk, state);
  if (isObject(chunk.usageMetadata)) state.usage = chunk.usageMetadata;
  if (chunk.promptFeedback !== undefined) readFeedback(chunk.promptFeedback, state);
  if (Array.isArray(chunk.candidates))
    for (const candidate of chunk.candidates as unknown[]) if (isObject(candidate)) decodeCandidate(candidate, state);
}

/** An error inside of a successful response tells its own status. */
function fail(chunk: WireReply, state: State): void {
  const code = isObject(chunk.error) ? chunk.error['code'] : undefined;
  const status = typeof code === 'number' && code >= 400 && code <= 599 ? code : 500;
  state.failed = true;
  publishUsage(state);
  state.events.push({ type: 'error', error: decodeError(status, chunk) });
}

function start(chunk: WireReply, state: State): void {
  const { responseId, modelVersion, createTime } = chunk;
  const created = typeof createTime === 'string' ? Math.floor(Date.parse(createTime) / 1000) : Number.NaN;
  const tier = chunk.usageMetadata?.serviceTier;
  state.started = true;
  state.responseId = typeof responseId === 'string' ? responseId : '';
  state.events.push({
    type: 'start',
    id: state.responseId === '' ? undefined : state.responseId,
    model: typeof modelVersion === 'string' ? modelVersion : undefined,
    created: Number.isNaN(created) ? undefined : created,
    serviceTier: typeof tier === 'string' ? tier : undefined,
  });
}

function readFeedback(feedback: unknown, state: State): void {
  if (!isObject(feedback)) return;
  const reason = feedback['blockReason'];
  if (typeof reason === 'string' && reason !== '') state.blocked = { reason, feedback };
}

function decodeCandidate(wire: WireCandidate, state: State): void {
  const index = typeof wire.index === 'number' && Number.isInteger(wire.index) && wire.index >= 0 ? wire.index : 0;
  const candidate = candidateOf(index, state);
  const parts = isObject(wire.content) ? wire.content['parts'] : undefined;
  if (Array.isArray(parts)) for (const part of parts as unknown[]) if (isObject(part)) decodePart(part, candidate, state);
  if (wire.logprobsResult !== undefined) {
    const value = decodeLogprobs(wire.logprobsResult);
    if (value !== undefined) state.events.push({ type: 'logprobs', choice: index, value });
  }
  if (typeof wire.finishReason === 'string' && wire.finishReason !== '') candidate.finish = wire.finishReason;
  candidate.notes = addNotes(candidate.notes, wire as JsonObject);
}

function candidateOf(index: number, state: State): CandidateState {
  let candidate = state.candidates.get(index);
  if (candidate === undefined) {
    candidate = newCandidate(index);
    state.candidates.set(index, candidate);
  }
  return candidate;
}

function conclude(state: State): void {
  for (const candidate of state.candidates.values()) {
    if (candidate.finish !== undefined) closeCall(candidate, state);
    if (candidate.notes !== undefined) publishNotes(candidate, candidate.notes, state);
  }
  if (state.failed) return;
  publishUsage(state);
  for (const candidate of state.candidates.values()) {
    if (candidate.finish !== undefined) publishFinish(candidate, candidate.finish, state);
  }
  if (state.blocked !== undefined && state.candidates.size === 0) finishBlocked(state.blocked, state.events);
}

function publishUsage({ usage: wire, events }: State): void {
  const usage = wire === undefined ? undefined : decodeUsage(wire);
  if (usage !== undefined) events.push({ type: 'usage', usage });
}

function publishNotes(candidate: CandidateState, notes: JsonObject, { events }: State): void {
  for (const { block, citation } of decodeCitations(notes, candidate.texts)) {
    events.push({ type: 'citation', choice: candidate.index, block, citation });
  }
  events.push({ type: 'opaque', choice: candidate.index, block: candidate.next++, dialect: 'gemini', value: notes });
}

/** What the provider says against an answer that it kept back is a refusal. */
function publishFinish(candidate: CandidateState, word: string, { events }: State): void {
  const finish = finishOf(candidate, word);
  const told = finish.reason === 'content_filter' ? wordOf(candidate.notes?.['finishMessage']) : undefined;
  if (told !== undefined) events.push({ type: 'refusal', choice: candidate.index, block: candidate.next++, text: told });
  events.push(finish);
}

/** Gemini has no word of its own for an answer that calls functions. */
function finishOf({ index, calls }: CandidateState, word: string): FinishEvent {
  const reason = word === 'STOP' && calls > 0 ? 'tool_calls' : ((Object.hasOwn(FINISH_REASONS, word) ? FINISH_REASONS[word] : undefined) ?? 'stop');
  return { type: 'finish', choice: index, reason, native: { dialect: 'gemini', value: word } };
}

function finishBlocked({ reason, feedback }: NonNullable<State['blocked']>, events: ChatEvent[]): void {
  events.push({ type: 'opaque', choice: 0, block: 0, dialect: 'gemini', value: { promptFeedback: feedback } });
  const told = wordOf(feedback['blockReasonMessage']);
  if (told !== undefined) events.push({ type: 'refusal', choice: 0, block: 1, text: told });
  events.push({ type: 'finish', choice: 0, reason: 'content_filter', native: { dialect: 'gemini', value: reason } });
}
