import type {
  ChatEvent,
  FinishEvent,
  MediaEvent,
  ReasoningEvent,
  StartEvent,
  TextEvent,
  ToolArgumentsEvent,
  ToolCallEvent,
  Usage,
} from '../../ir/events.ts';
import type { Json, JsonObject } from '../../ir/json.ts';
import { Stencil } from '../../ir/json-text.ts';
import type { EncodedEvent, ReplyContext, Transducer } from '../dialect.ts';
import { encodeAnnotation } from './citation.ts';
import { encodeError } from './error.ts';
import { encodeRedacted, encodeSigned, encodeTextSignature } from './reasoning-detail.ts';
import { replyHead } from './reply-head.ts';
import type { ReplyHead } from './reply-head.ts';
import { blockSignature, callId, encodeAudio, encodeImage, finishWord } from './answer-words.ts';
import { encodeToolSignature } from './tool-signature.ts';
import { encodeUsage } from './usage.ts';
import type { WireAnswer } from './wire.ts';

/** Where the encoder is in one choice. */
interface ChoiceState {
  opened: boolean;
  finished: boolean;
  /** Position in `tool_calls` and kind, by block. */
  readonly calls: Map<number, { readonly index: number; readonly custom: boolean }>;
  /** Reasoning so far by block, because a signature goes out together with the text that it signs. */
  readonly reasoning: Map<number, string>;
}

interface Pieces {
  readonly choice: number;
  readonly block: number;
  readonly stencil: Stencil;
}

type Encoders = { readonly [Type in ChatEvent['type']]: (encoder: StreamEncoder, event: Extract<ChatEvent, { type: Type }>) => void };

/** Encodes events as OpenAI's chunks: one id for all, the role first, the usage last and only where it was asked for. */
export class StreamEncoder implements Transducer<ChatEvent, EncodedEvent> {
  readonly context: ReplyContext;
  #out: EncodedEvent[] = [];
  /** Writes the pieces of the text that is being told, most of a stream. */
  #pieces: Pieces | undefined;
  #head: ReplyHead | undefined;
  #usage: Usage | undefined;
  #failed = false;
  readonly #choices = new Map<number, ChoiceState>();

  constructor(context: ReplyContext) {
    this.context = context;
  }

  push(event: ChatEvent): EncodedEvent[] {
    if (!this.#failed) (ENCODERS[event.type] as (encoder: StreamEncoder, event: ChatEvent) => void)(this, event);
    return this.#take();
  }

  end(): EncodedEvent[] {
    const choices = [...this.#choices.values()];
    const complete = choices.some((choice) => choice.finished) && choices.every((choice) => choice.finished);
    if (this.#failed || !complete) return [];
    this.#tellUsage();
    this.#out.push('[DONE]');
    return this.#take();
  }

  #tellUsage(): void {
    if (this.context.includeUsage && this.#usage !== undefined) this.#out.push(this.#chunk([], encodeUsage(this.#usage)));
  }

  start(event: StartEvent): void {
    this.#head = replyHead(event, this.context, 'chat.completion.chunk');
    this.#pieces = undefined;
    this.delta(0, { content: '' });
  }

  usage(usage: Usage): void {
    this.#usage = usage;
  }

  delta(choice: number, delta: WireAnswer): void {
    const state = this.choice(choice);
    const content = state.opened ? delta : { role: 'assistant', ...delta };
    state.opened = true;
    this.#out.push(this.#chunk([{ index: choice, delta: content, finish_reason: null }]));
  }

  text({ choice, block, text }: TextEvent): void {
    const make = (piece: string): WireAnswer => ({ content: piece, ...blocks(this, block, { text: piece }) });
    if (this.#pieces?.choice !== choice || this.#pieces.block !== block) {
      if (!this.choice(choice).opened) return this.delta(choice, make(text));
      const stencil = new Stencil((piece) => this.#chunk([{ index: choice, delta: make(piece), finish_reason: null }]));
      this.#pieces = { choice, block, stencil };
    }
    this.#out.push(this.#pieces.stencil.fill(text));
  }

  logprobs(choice: number, value: Json): void {
    this.#out.push(this.#chunk([{ index: choice, delta: {}, logprobs: value, finish_reason: null }]));
  }

  finish(event: FinishEvent): void {
    const state = this.choice(event.choice);
    if (state.finished) return;
    if (!state.opened) this.delta(event.choice, { content: '' });
    state.finished = true;
    this.#out.push(this.#chunk([{ index: event.choice, delta: {}, finish_reason: finishWord(event, state.calls.size > 0, this.context) }]));
  }

  fail(error: JsonObject): void {
    this.#failed = true;
    this.#tellUsage();
    this.#out.push(error);
  }

  choice(index: number): ChoiceState {
    let state = this.#choices.get(index);
    if (state === undefined) this.#choices.set(index, (state = { opened: false, finished: false, calls: new Map(), reasoning: new Map() }));
    return state;
  }

  #chunk(choices: readonly JsonObject[], usage?: JsonObject): JsonObject {
    const head = (this.#head ??= replyHead(undefined, this.context, 'chat.completion.chunk'));
    return usage === undefined ? { ...head, choices } : { ...head, choices, usage };
  }

  #take(): EncodedEvent[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

const ENCODERS: Encoders = {
  start: (encoder, event) => encoder.start(event),
  text: encodeText,
  reasoning: encodeReasoning,
  refusal: (encoder, event) => encoder.delta(event.choice, { refusal: event.text }),
  tool_call: encodeCall,
  tool_arguments: encodeArguments,
  media: encodeMedia,
  citation: (encoder, event) => encoder.delta(event.choice, { annotations: [encodeAnnotation(event.citation)] }),
  logprobs: (encoder, event) => encoder.logprobs(event.choice, event.value),
  opaque: () => undefined,
  usage: (encoder, event) => encoder.usage(event.usage),
  finish: (encoder, event) => encoder.finish(event),
  error: (encoder, event) => encoder.fail(encodeError(event.error)),
};

function encodeText(encoder: StreamEncoder, event: TextEvent): void {
  const { choice, block, text, signature } = event;
  if (text !== '') encoder.text(event);
  if (signature !== undefined) encoder.delta(choice, { reasoning_details: [encodeTextSignature(signature, block)] });
}

function encodeReasoning(encoder: StreamEncoder, event: ReasoningEvent): void {
  const { choice, block, text, signature, redacted } = event;
  const { reasoning } = encoder.choice(choice);
  const said = (reasoning.get(block) ?? '') + text;
  reasoning.set(block, said);
  if (text !== '') encoder.delta(choice, { reasoning_content: text, ...blocks(encoder, block, { thinking: text }) });
  if (redacted !== undefined) {
    encoder.delta(choice, { reasoning_details: [encodeRedacted(redacted, block)], ...blocks(encoder, block, { data: redacted }) });
  }
  if (signature === undefined) return;
  const details = [encodeSigned(said, signature, block)];
  encoder.delta(choice, { reasoning_details: details, ...blocks(encoder, block, { signature: blockSignature(signature) }) });
}

/** The delta of the extension `content_blocks`, for callers who want it. */
function blocks(encoder: StreamEncoder, index: number, delta: JsonObject): { readonly content_blocks?: readonly Json[] } {
  return encoder.context.strict ? {} : { content_blocks: [{ index, delta }] };
}

function encodeCall(encoder: StreamEncoder, event: ToolCallEvent): void {
  const { calls } = encoder.choice(event.choice);
  const index = calls.size;
  const custom = event.custom === true;
  calls.set(event.block, { index, custom });
  const { inFunction, extra } = encodeToolSignature(event.signature);
  const id = event.id === '' ? callId(encoder.context, event) : event.id;
  const body = custom
    ? ({ type: 'custom', custom: { name: event.name, input: event.arguments } } as const)
    : ({ type: 'function', function: { name: event.name, arguments: event.arguments, thought_signature: inFunction } } as const);
  encoder.delta(event.choice, { tool_calls: [{ index, id, ...body, extra_content: extra }] });
}

function encodeArguments(encoder: StreamEncoder, event: ToolArgumentsEvent): void {
  const call = encoder.choice(event.choice).calls.get(event.block);
  if (call === undefined) encodeCall(encoder, { ...event, type: 'tool_call', id: '', name: '', arguments: event.text });
  else {
    const body = call.custom ? { custom: { input: event.text } } : { function: { arguments: event.text } };
    encoder.delta(event.choice, { tool_calls: [{ index: call.index, ...body }] });
  }
}

function encodeMedia(encoder: StreamEncoder, event: MediaEvent): void {
  if (event.kind === 'audio') encoder.delta(event.choice, { audio: encodeAudio(event, encoder.context) });
  else {
    const image = encodeImage(event);
    encoder.delta(event.choice, { images: [image], ...blocks(encoder, event.block, image) });
  }
}
