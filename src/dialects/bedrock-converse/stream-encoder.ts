import type { ChatEvent, FinishEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { BlockOrder, type BlockEvent, type BlockStep } from '../block-order.ts';
import type { ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { packSignature } from '../signature.ts';
import { imageBlock, isRefused, stopMembers, toolUseId } from './answer-parts.ts';
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
  /** The open block has been heard of; one that says nothing leaves no trace. */
  #isWritten = false;
  /** The open text's signature, which goes in a block behind it. */
  #textSignature: Signature | undefined;
  /** What was said against answering; whether it is part of the answer shows at the end. */
  #refusal = '';
  /** Canonical blocks that have no form here. */
  readonly #omitted = new Set<number>();

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
        return [...this.#metadata(), encodeException(event.error)];
      case 'logprobs':
        return [];
      case 'refusal':
        this.#refusal += event.text;
        return this.#begin();
      default:
        if (this.#finish !== undefined) return [];
        return this.#started ? this.#block(event) : [...this.#begin(), ...this.#block(event)];
    }
  }

  end(): WireEvent[] {
    if (this.#over || this.#finish === undefined) return [];
    this.#over = true;
    return this.#metadata();
  }

  /** Clients of the API demand `metrics`; how long the provider took is not known here. */
  #metadata(): WireEvent[] {
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
    const steps = this.#steps(this.#order.end());
    const said = this.#refusal === '' || isRefused(finish) ? [] : this.#whole({ text: this.#refusal });
    return [...this.#begin(), ...steps, ...said, { messageStop: stopMembers(finish, this.#refusal) }];
  }

  #block(event: BlockEvent): WireEvent[] {
    if (!isExpressible(event)) this.#omitted.add(event.block);
    return this.#omitted.has(event.block) ? [] : this.#steps(this.#order.push(event));
  }

  #steps(steps: readonly BlockStep[]): WireEvent[] {
    return steps.flatMap(({ type, event }) => {
      if (type === 'close') return this.#close();
      const wires = type === 'open' ? this.#open(event) : this.#extend(event);
      if (wires.length > 0) this.#isWritten = true;
      return wires;
    });
  }

  #open(event: BlockEvent): WireEvent[] {
    if (event.type === 'media') return imageBlock(event).flatMap((block) => this.#pieces(block));
    if (event.type === 'opaque') return this.#pieces(event.value);
    if (event.type !== 'tool_call') return this.#extend(event);
    const before = event.signature === undefined ? [] : this.#whole(carrierBlock(event.signature, 'tool'));
    const toolUse = { toolUseId: toolUseId(event, this.#context), name: event.name };
    return [...before, { contentBlockStart: { start: { toolUse }, contentBlockIndex: this.#index } }, ...this.#extend(event)];
  }

  #extend(event: BlockEvent): WireEvent[] {
    if (event.type === 'text' && event.signature !== undefined) this.#textSignature = event.signature;
    return deltasOf(event).map((delta) => this.#delta(delta));
  }

  #close(): WireEvent[] {
    const signature = this.#textSignature;
    this.#textSignature = undefined;
    const stop = this.#isWritten ? [this.#stop()] : [];
    this.#isWritten = false;
    return [...stop, ...(signature === undefined ? [] : this.#whole(carrierBlock(signature, 'text')))];
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

/** Audio, other dialects' blocks and calls of tools that take free text have no form. */
function isExpressible(event: BlockEvent): boolean {
  if (event.type === 'media') return imageBlock(event).length > 0;
  if (event.type === 'tool_call') return event.custom !== true;
  return event.type !== 'opaque' || event.dialect === OWN;
}

/** What an event adds to its open block. */
function deltasOf(event: BlockEvent): readonly JsonObject[] {
  switch (event.type) {
    case 'text':
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
