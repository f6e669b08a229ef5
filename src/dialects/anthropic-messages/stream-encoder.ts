import type { ChatEvent, FinishEvent, LogprobsEvent, RefusalEvent, StartEvent, Usage } from '../../ir/events.ts';
import type { Signature } from '../../ir/request.ts';
import { BlockOrder, type BlockEvent, type BlockStep } from '../block-order.ts';
import type { ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { encodeCitation } from './citations.ts';
import { error } from './error.ts';
import { fallbackToolId, messageHead, stopMembers } from './response.ts';
import { carrierBlock, redactedBlock, signatureDelta, thinkingBlock } from './thinking.ts';
import { encodeUsage } from './usage.ts';
import { OWN } from './vocabulary.ts';
import type { ThinkingBlock, WireBlock, WireDelta, WireStreamEvent } from './wire.ts';

/**
 * Canonical events → a stream of one message. `message_start` is held back for the usage that may follow the start, `message_delta`
 * until the end, because other dialects report their usage behind the finish. Only choice 0 can be expressed.
 */
export function streamEncoder(context: ReplyContext): Transducer<ChatEvent, WireEvent> {
  return new MessageEncoder(context);
}

class MessageEncoder implements Transducer<ChatEvent, WireEvent> {
  readonly #context: ReplyContext;
  readonly #order = new BlockOrder();
  #start: StartEvent | undefined;
  #usage: Usage | undefined;
  #finish: FinishEvent | undefined;
  #started = false;
  #over = false;
  /** Index of the open block, or of the next one. */
  #index = 0;
  /** The open block's signature. */
  #signature: Signature | undefined;
  /** Tool calls with free text, which no client of this dialect can have offered. */
  readonly #custom = new Set<number>();
  /** Refusals wait for the finish, which decides where they go. */
  #refusals: RefusalEvent[] = [];

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  push(event: ChatEvent): WireEvent[] {
    if (this.#over) return [];
    switch (event.type) {
      case 'start':
        this.#start ??= event;
        return [];
      case 'usage':
        this.#usage = event.usage;
        return this.#start === undefined ? [] : this.#opening();
      case 'finish':
        if (event.choice === 0) this.#finish ??= event;
        return [];
      case 'error':
        this.#over = true;
        return [error.encode(event.error)];
      default:
        return this.#content(event);
    }
  }

  end(): WireEvent[] {
    if (this.#over || this.#finish === undefined) return [];
    this.#over = true;
    const stop = stopMembers(this.#finish, this.#refusals.map(({ text }) => text).join(''));
    const refusals = stop.stop_details === undefined ? this.#refusals : [];
    const steps = [...refusals.flatMap((event) => this.#order.push(event)), ...this.#order.end()];
    return [
      ...this.#opening(),
      ...this.#steps(steps),
      { type: 'message_delta', delta: stop, usage: encodeUsage(this.#usage) },
      { type: 'message_stop' },
    ];
  }

  #opening(): WireEvent[] {
    if (this.#started) return [];
    this.#started = true;
    const message = { ...messageHead(this.#start, this.#context), content: [], stop_reason: null, stop_sequence: null };
    return [{ type: 'message_start', message: { ...message, usage: encodeUsage(this.#usage) } }];
  }

  #content(event: BlockEvent | LogprobsEvent): WireEvent[] {
    if (event.type === 'logprobs' || event.choice !== 0 || !this.#isExpressible(event)) return [];
    const steps = this.#steps(this.#order.push(event));
    return this.#started ? steps : [...this.#opening(), ...steps];
  }

  /** Whether an event has a place in the message now; empty pieces have none. */
  #isExpressible(event: BlockEvent): boolean {
    if (event.type === 'refusal') this.#refusals.push(event);
    else if (event.type === 'tool_call' && event.custom === true) this.#custom.add(event.block);
    else return CONTENTS[event.type](event as never) && !this.#custom.has(event.block);
    return false;
  }

  #steps(steps: readonly BlockStep[]): WireStreamEvent[] {
    const [only] = steps;
    return only !== undefined && steps.length === 1 ? this.#step(only) : steps.flatMap((step) => this.#step(step));
  }

  #step({ type, event }: BlockStep): WireStreamEvent[] {
    if (type === 'delta') return this.#delta(event);
    return type === 'open' ? this.#open(event) : this.#close(event);
  }

  #open(event: BlockEvent): WireStreamEvent[] {
    const before = event.type === 'tool_call' && event.signature !== undefined ? this.#whole(carrierBlock(event.signature, 'tool')) : [];
    return [...before, { type: 'content_block_start', index: this.#index, content_block: emptyBlock(event, this.#context) }, ...this.#delta(event)];
  }

  #delta(event: BlockEvent): WireStreamEvent[] {
    if ((event.type === 'text' || event.type === 'reasoning') && event.signature !== undefined) this.#signature = event.signature;
    const delta = deltaOf(event);
    return delta === undefined ? [] : [this.#change(delta)];
  }

  #close(first: BlockEvent): WireStreamEvent[] {
    const signature = this.#signature;
    this.#signature = undefined;
    const isOwn = signature !== undefined && first.type === 'reasoning' && first.redacted === undefined;
    const last = isOwn ? [this.#change(signatureDelta(signature))] : [];
    last.push({ type: 'content_block_stop', index: this.#index++ });
    return signature === undefined || first.type === 'reasoning' ? last : [...last, ...this.#whole(carrierBlock(signature, 'text'))];
  }

  #change(delta: WireDelta): WireStreamEvent {
    return { type: 'content_block_delta', index: this.#index, delta };
  }

  /** An empty block of thinking that only carries a signature. */
  #whole(block: ThinkingBlock): WireStreamEvent[] {
    const { signature, ...rest } = block;
    return [
      { type: 'content_block_start', index: this.#index, content_block: { ...rest, signature: '' } },
      this.#change({ type: 'signature_delta', signature }),
      { type: 'content_block_stop', index: this.#index++ },
    ];
  }
}

type Contents = { readonly [type in Exclude<BlockEvent['type'], 'refusal'>]: (event: Extract<BlockEvent, { type: type }>) => boolean };

/** Whether a message can hold what an event brings. */
const CONTENTS: Contents = {
  text: ({ text, signature }) => text !== '' || signature !== undefined,
  reasoning: ({ text, signature, redacted }) => text !== '' || signature !== undefined || redacted !== undefined,
  tool_call: () => true,
  tool_arguments: ({ text }) => text !== '',
  citation: ({ citation }) => encodeCitation(citation) !== undefined,
  opaque: ({ dialect }) => dialect === OWN,
  media: () => false,
};

/** The block as it opens, before its content; only blocks that come whole have any. */
function emptyBlock(event: BlockEvent, context: ReplyContext): WireBlock {
  switch (event.type) {
    case 'reasoning':
      return event.redacted === undefined ? thinkingBlock('', undefined) : redactedBlock(event.redacted, event.signature?.origin);
    case 'tool_call':
      return { type: 'tool_use', id: event.id || fallbackToolId(context, event.block), name: event.name, input: {} };
    case 'tool_arguments':
      return { type: 'tool_use', id: fallbackToolId(context, event.block), name: '', input: {} };
    case 'opaque':
      return event.value;
    default:
      return { type: 'text', text: '' };
  }
}

function deltaOf(event: BlockEvent): WireDelta | undefined {
  switch (event.type) {
    case 'text':
    case 'refusal':
      return event.text === '' ? undefined : { type: 'text_delta', text: event.text };
    case 'reasoning':
      return event.text === '' ? undefined : { type: 'thinking_delta', thinking: event.text };
    case 'tool_call':
      return event.arguments === '' ? undefined : { type: 'input_json_delta', partial_json: event.arguments };
    case 'tool_arguments':
      return { type: 'input_json_delta', partial_json: event.text };
    case 'citation': {
      const citation = encodeCitation(event.citation);
      return citation === undefined ? undefined : { type: 'citations_delta', citation };
    }
    default:
      return undefined;
  }
}
