import type { ErrorInfo } from '../../errors.ts';
import type { ChatEvent } from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import type { Transducer, WireEvent } from '../dialect.ts';
import { isObject } from '../read.ts';
import { ChoiceState } from './choice-decoder.ts';
import { decodeSources } from './citation.ts';
import { readDelta } from './delta-decoder.ts';
import { decodeErrorMember, isErrorItself } from './error.ts';
import { decodeUsage, findUsage } from './usage.ts';
import { finishReasonOf, knownFinishReason } from './vocabulary.ts';

/**
 * Decodes the chunks of OpenAI and of the hosts that mean to be compatible with it. `whole`: the one chunk is a whole reply, whose messages
 * are complete.
 */
export class StreamDecoder implements Transducer<WireEvent, ChatEvent> {
  readonly #whole: boolean;
  readonly #choices: ChoiceState[] = [];
  #out: ChatEvent[] = [];
  #started = false;
  #failed = false;
  #citations: Json | undefined;
  #searchResults: Json | undefined;

  constructor(whole = false) {
    this.#whole = whole;
  }

  push(chunk: WireEvent): ChatEvent[] {
    if (!this.#failed) {
      if (chunk === '[DONE]') this.#done();
      else this.#read(chunk);
    }
    return this.#out.splice(0);
  }

  /** Without a finish and without `[DONE]` nothing is added: whoever drives the decoder sees that the answer broke off. */
  end(): ChatEvent[] {
    return [];
  }

  #read(chunk: JsonObject): void {
    const choices = Array.isArray(chunk.choices) ? (chunk.choices as readonly Json[]) : [];
    if (!this.#started) this.#start(chunk, choices.length > 0);
    if (Array.isArray(chunk.citations) && chunk.citations.length > 0) this.#citations = chunk.citations as Json;
    if (Array.isArray(chunk.search_results)) this.#searchResults = chunk.search_results as Json;
    const usage = findUsage(chunk);
    if (usage !== undefined) this.#out.push({ type: 'usage', usage: decodeUsage(usage) });
    const broken = this.#errorOf(chunk);
    for (const choice of choices) if (isObject(choice)) this.#readChoice(choice, broken !== undefined);
    if (broken !== undefined) this.#fail(broken);
  }

  /** The error that a chunk reports, unless the answer was complete before: some hosts report why they stopped after saying that they did. */
  #errorOf(chunk: JsonObject): ErrorInfo | undefined {
    const error = isErrorItself(chunk) ? chunk : (chunk.error ?? this.#errorOfChoice(chunk));
    if (error === undefined || error === null || error === '' || error === false) return undefined;
    const complete = this.#choices.length > 0 && this.#choices.every((choice) => choice.finished);
    return complete ? undefined : decodeErrorMember(error);
  }

  /** The error in a choice, unless a whole reply holds what was said before it: that is worth more than the error. */
  #errorOfChoice({ choices }: JsonObject): Json | undefined {
    const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
    return isObject(first) && !(this.#whole && saysSomething(first.message)) ? first.error : undefined;
  }

  #start(chunk: JsonObject, hasChoices: boolean): void {
    const id = word(chunk.id);
    const model = word(chunk.model);
    if (id === undefined && model === undefined && !hasChoices) return;
    this.#started = true;
    const created = typeof chunk.created === 'number' && chunk.created > 0 ? chunk.created : undefined;
    this.#out.push({ type: 'start', id, model, created, serviceTier: word(chunk.service_tier) });
  }

  #readChoice(choice: JsonObject, broken: boolean): void {
    const state = this.#stateOf(typeof choice.index === 'number' ? choice.index : 0);
    const delta = this.#deltaOf(choice, state);
    if (delta !== undefined) readDelta(state, delta, delta === choice.message);
    if (isObject(choice.logprobs) && hasLogprobs(choice.logprobs)) {
      this.#out.push({ type: 'logprobs', choice: state.choice, value: choice.logprobs });
    }
    const reason = word(choice.finish_reason);
    if (reason !== undefined && !broken) this.#finish(state, reason, matchedStop(choice));
  }

  /** A message beside the deltas repeats them; alone it is the answer. */
  #deltaOf(choice: JsonObject, state: ChoiceState): JsonObject | undefined {
    const message = isObject(choice.message) ? choice.message : undefined;
    const delta = isObject(choice.delta) ? choice.delta : undefined;
    if (this.#whole) return message ?? delta;
    return delta ?? (state.heard ? undefined : message);
  }

  #stateOf(index: number): ChoiceState {
    for (const state of this.#choices) if (state.choice === index) return state;
    const state = new ChoiceState(index, this.#out);
    state.heard = this.#whole;
    this.#choices.push(state);
    return state;
  }

  #finish(state: ChoiceState, native: string | undefined, matched?: string): void {
    if (state.finished) return;
    this.#cite(state);
    state.settle();
    state.finished = true;
    const reason = finishReasonOf(native ?? 'stop', state.hasToolCalls);
    const stopSequence = reason === 'stop' ? matched : undefined;
    this.#out.push({
      type: 'finish',
      choice: state.choice,
      reason: stopSequence === undefined ? reason : 'stop_sequence',
      native: native === undefined ? undefined : { dialect: 'openai-chat', value: native },
      ...(stopSequence === undefined ? undefined : { stopSequence }),
    });
  }

  #cite(state: ChoiceState): void {
    if (state.cited || (this.#citations === undefined && this.#searchResults === undefined)) return;
    for (const citation of decodeSources(this.#citations, this.#searchResults)) state.cite(citation);
  }

  /** Some hosts leave the finish reason empty; a stream that says it is done has then simply stopped. */
  #done(): void {
    for (const state of this.#choices) if (state.heard) this.#finish(state, undefined);
  }

  #fail(error: ErrorInfo): void {
    this.#failed = true;
    this.#out.push({ type: 'error', error });
  }
}

/** The stop sequence that a model server says it met; a number is a token's, and some hosts have a finish word there. */
function matchedStop({ stop_reason: first, matched_stop: second }: JsonObject): string | undefined {
  const found = word(first) ?? word(second);
  return found === undefined || knownFinishReason(found) !== undefined ? undefined : found;
}

function saysSomething(message: unknown): boolean {
  return (
    isObject(message) && [message.content, message.tool_calls].some((said) => (typeof said === 'string' || Array.isArray(said)) && said.length > 0)
  );
}

function hasLogprobs(logprobs: JsonObject): boolean {
  return Object.values(logprobs).some((value) => Array.isArray(value) && value.length > 0);
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
