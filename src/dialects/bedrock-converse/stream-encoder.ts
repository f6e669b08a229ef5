import type { ChatEvent, FinishEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { BlockOrder, type BlockEvent, type BlockStep } from '../block-order.ts';
import type { ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { packSignature } from '../signature.ts';
import { imageBlock, stopReason, toolUseId } from './answer-parts.ts';
import { piecesOf } from './blocks.ts';
import { encodeCitation } from './citations.ts';
import { encodeException } from './error.ts';
import { carrierBlock, redactedBlock } from './reasoning.ts';
import { encodeUsage } from './usage.ts';
import { OWN, SIGNED_BY } from './vocabulary.ts';

/** Canonical events → a stream of one message. Usage comes last, in `metadata`. Only choice 0 can be expressed. */
export function streamEncoder(context: ReplyContext): Transducer<ChatEvent, WireEvent> {
  return new MessageEncoder(context);
}

class MessageEncoder implements Transducer<ChatEvent, WireEvent> {
  readonly #context: ReplyContext;
  readonly #order = new BlockOrder();
  #started = false;
  #over = false;
  #finish: FinishEvent | undefined;
  #usage: Usage | undefined;
  /** Index of the open block, or of the next one. */
  #index = 0;
  /** The open text's signature, which goes in a block behind it. */
  #textSignature: Signature | undefined;
  /** The open call's input where it is free text, which JSON can hold only when it is whole. */
  #freeText: string | undefined;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  push(event: ChatEvent): WireEvent[] {
    if (this.#over || ('choice' in event && event.choice !== 0)) return [];
    switch (event.type) {
      case 'start':
        return this.#begin();
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'finish':
        return this.#end(event);
      case 'error':
        this.#over = true;
        return [encodeException(event.error)];
      case 'logprobs':
        return [];
      default:
        return this.#finish === undefined ? [...this.#begin(), ...this.#block(event)] : [];
    }
  }

  end(): WireEvent[] {
    if (this.#over || this.#finish === undefined) return [];
    this.#over = true;
    // Clients of the API demand `metrics`; how long the provider took is not known here.
    return this.#usage === undefined ? [] : [{ metadata: { usage: encodeUsage(this.#usage), metrics: { latencyMs: 0 } } }];
  }

  #begin(): WireEvent[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ messageStart: { role: 'assistant' } }];
  }

  #end(finish: FinishEvent): WireEvent[] {
    if (this.#finish !== undefined) return [];
    this.#finish = finish;
    return [...this.#begin(), ...this.#steps(this.#order.end()), { messageStop: { stopReason: stopReason(finish) } }];
  }

  #block(event: BlockEvent): WireEvent[] {
    return isExpressible(event) ? this.#steps(this.#order.push(event)) : [];
  }

  #steps(steps: readonly BlockStep[]): WireEvent[] {
    return steps.flatMap(({ type, event }) => (type === 'open' ? this.#open(event) : type === 'delta' ? this.#extend(event) : this.#close()));
  }

  #open(event: BlockEvent): WireEvent[] {
    if (event.type === 'media') return imageBlock(event).flatMap((block) => this.#pieces(block));
    if (event.type === 'opaque') return this.#pieces(event.value);
    if (event.type !== 'tool_call') return this.#extend(event);
    const before = event.signature === undefined ? [] : this.#whole(carrierBlock(event.signature, 'tool'));
    if (event.custom === true) this.#freeText = '';
    const toolUse = { toolUseId: toolUseId(event, this.#context), name: event.name };
    return [...before, { contentBlockStart: { start: { toolUse }, contentBlockIndex: this.#index } }, ...this.#extend(event)];
  }

  #extend(event: BlockEvent): WireEvent[] {
    if (event.type === 'text' && event.signature !== undefined) this.#textSignature = event.signature;
    const piece = event.type === 'tool_call' ? event.arguments : event.type === 'tool_arguments' ? event.text : '';
    if (this.#freeText !== undefined) this.#freeText += piece;
    return this.#freeText === undefined ? deltasOf(event).map((delta) => this.#delta(delta)) : [];
  }

  #close(): WireEvent[] {
    const signature = this.#textSignature;
    const freeText = this.#freeText;
    this.#textSignature = this.#freeText = undefined;
    return [
      ...(freeText === undefined ? [] : [this.#delta({ toolUse: { input: JSON.stringify({ input: freeText }) } })]),
      this.#stop(),
      ...(signature === undefined ? [] : this.#whole(carrierBlock(signature, 'text'))),
    ];
  }

  #delta(delta: JsonObject): WireEvent {
    return { contentBlockDelta: { delta, contentBlockIndex: this.#index } };
  }

  #stop(): WireEvent {
    return { contentBlockStop: { contentBlockIndex: this.#index++ } };
  }

  /** A block that is whole already, from its start to its last delta. */
  #pieces(block: JsonObject): WireEvent[] {
    const { start, deltas } = piecesOf(block);
    const opening = start === undefined ? [] : [{ contentBlockStart: { start, contentBlockIndex: this.#index } }];
    return [...opening, ...deltas.map((delta) => this.#delta(delta))];
  }

  #whole(block: JsonObject): WireEvent[] {
    return [...this.#pieces(block), this.#stop()];
  }
}

function isExpressible(event: BlockEvent): boolean {
  if (event.type === 'media') return imageBlock(event).length > 0;
  return event.type !== 'opaque' || event.dialect === OWN;
}

/** What an event adds to its open block. */
function deltasOf(event: BlockEvent): readonly JsonObject[] {
  switch (event.type) {
    case 'text':
    case 'refusal':
      return event.text === '' ? [] : [{ text: event.text }];
    case 'citation':
      return [{ citation: encodeCitation(event.citation) }];
    case 'reasoning':
      return reasoningDeltas(event);
    case 'tool_call':
      return event.arguments === '' ? [] : [{ toolUse: { input: event.arguments } }];
    case 'tool_arguments':
      return [{ toolUse: { input: event.text } }];
    default:
      return [];
  }
}

function reasoningDeltas({ text, signature, redacted }: Extract<BlockEvent, { type: 'reasoning' }>): readonly JsonObject[] {
  if (redacted !== undefined) return piecesOf(redactedBlock(redacted, signature)).deltas;
  const said = text === '' ? [] : [{ reasoningContent: { text } }];
  return signature === undefined ? said : [...said, { reasoningContent: { signature: packSignature(signature, SIGNED_BY) } }];
}
