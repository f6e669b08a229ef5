import type { ChatEvent, FinishEvent, Usage } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { Citation } from '../../ir/request.ts';
import { BlockOrder, type BlockEvent, type BlockStep } from '../block-order.ts';
import type { ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { objectOf } from '../lenient.ts';
import { encodeCitation } from './citations.ts';
import { encodeLogprobs } from './logprobs.ts';
import { callId, finishWord, isRefused, signed } from './reply.ts';
import { encodeUsage } from './usage.ts';
import type { WireDelta } from './wire.ts';

/**
 * Canonical events → a stream of one message. `message-end` waits for the end, because other dialects report their usage behind the
 * finish. Only choice 0 can be expressed.
 */
export function streamEncoder(context: ReplyContext): Transducer<ChatEvent, WireEvent> {
  return new MessageEncoder(context);
}

type Kind = 'content' | 'tool-call';

class MessageEncoder implements Transducer<ChatEvent, WireEvent> {
  readonly #context: ReplyContext;
  readonly #order = new BlockOrder();
  #started = false;
  #over = false;
  #finish: FinishEvent | undefined;
  #usage: Usage | undefined;
  /** What was said against answering; whether it is part of the answer shows at the end. */
  #refusal = '';
  /** How many blocks of each kind have been opened; the open one is the last. */
  readonly #opened: Record<Kind, number> = { content: 0, 'tool-call': 0 };
  #citations = 0;
  /** Index of the content block that a canonical block of text became. */
  readonly #contents = new Map<number, number>();
  /** Canonical blocks that have no form here. */
  readonly #omitted = new Set<number>();

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  push(event: ChatEvent): WireEvent[] {
    if (this.#over || ('choice' in event && event.choice !== 0)) return [];
    switch (event.type) {
      case 'start':
        return this.#begin(event.id);
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'finish':
        return this.#close(event);
      case 'refusal':
        this.#refusal += event.text;
        return this.#begin();
      case 'error':
        this.#over = true;
        return [{ type: 'message-end', delta: { finish_reason: 'ERROR', error: event.error.message, usage: encodeUsage(this.#usage) } }];
      case 'logprobs':
        return [...this.#begin(), ...encodeLogprobs(objectOf(event.value).content).map((item) => this.#likelihood(item))];
      default:
        return this.#started ? this.#block(event) : [...this.#begin(), ...this.#block(event)];
    }
  }

  end(): WireEvent[] {
    if (this.#over || this.#finish === undefined) return [];
    this.#over = true;
    const error = isRefused(this.#finish) ? this.#refusal || undefined : undefined;
    return [{ type: 'message-end', delta: { finish_reason: finishWord(this.#finish), error, usage: encodeUsage(this.#usage) } }, '[DONE]'];
  }

  #close(finish: FinishEvent): WireEvent[] {
    if (this.#finish !== undefined) return [];
    this.#finish = finish;
    const steps = this.#order.end();
    const said = this.#refusal === '' || isRefused(finish) ? [] : wholeText(this.#refusal);
    return [...this.#begin(), ...this.#steps([...steps, ...said])];
  }

  #begin(id: string = this.#context.id): WireEvent[] {
    if (this.#started) return [];
    this.#started = true;
    const message: WireDelta = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
    return [{ id, type: 'message-start', delta: { message: { ...message } } }];
  }

  #likelihood(logprobs: JsonObject): JsonObject {
    return { ...this.#change('content', { content: { text: '' } }), logprobs };
  }

  #block(event: BlockEvent): JsonObject[] {
    if (!isExpressible(event)) this.#omitted.add(event.block);
    if (this.#omitted.has(event.block)) return [];
    const cited = event.type === 'citation' ? this.#contents.get(event.block) : undefined;
    if (event.type === 'citation' && cited !== undefined) return this.#cite(event.citation, cited);
    return this.#steps(this.#order.push(event));
  }

  #steps(steps: readonly BlockStep[]): JsonObject[] {
    return steps.flatMap(({ type, event }) => {
      const kind = kindOf(event);
      if (type === 'close') return [{ type: `${kind}-end`, index: this.#opened[kind] - 1 }];
      if (type === 'delta') return this.#extend(kind, event);
      this.#opened[kind]++;
      return [{ type: `${kind}-start`, ...this.#at(kind, opening(event, this.#context)) }, ...this.#extend(kind, event)];
    });
  }

  #extend(kind: Kind, event: BlockEvent): JsonObject[] {
    if (kind === 'content') this.#contents.set(event.block, this.#opened.content - 1);
    if (event.type === 'citation') return this.#cite(event.citation, this.#opened.content - 1);
    const delta = extension(event);
    return delta === undefined ? [] : [this.#change(kind, delta)];
  }

  #change(kind: Kind, message: WireDelta): JsonObject {
    return { type: `${kind}-delta`, ...this.#at(kind, message) };
  }

  #at(kind: Kind, message: WireDelta): JsonObject {
    return { index: Math.max(0, this.#opened[kind] - 1), delta: { message: { ...message } } };
  }

  #cite(citation: Citation, content: number): JsonObject[] {
    const index = this.#citations++;
    const citations = { ...encodeCitation(citation, content) };
    return [
      { type: 'citation-start', index, delta: { message: { citations } } },
      { type: 'citation-end', index },
    ];
  }
}

/** Media, other dialects' blocks and calls of tools that take free text have no form. */
function isExpressible(event: BlockEvent): boolean {
  return event.type !== 'media' && event.type !== 'opaque' && !(event.type === 'tool_call' && event.custom === true);
}

/** A text block behind all others. */
function wholeText(text: string): BlockStep[] {
  const event: BlockEvent = { type: 'text', choice: 0, block: -1, text };
  return [
    { type: 'open', index: 0, event },
    { type: 'close', index: 0, event },
  ];
}

function kindOf(event: BlockEvent): Kind {
  return event.type === 'tool_call' || event.type === 'tool_arguments' ? 'tool-call' : 'content';
}

/** The block that an event opens, still empty. */
function opening(event: BlockEvent, context: ReplyContext): WireDelta {
  switch (event.type) {
    case 'tool_call':
      return { tool_calls: { id: callId(event, context), type: 'function', function: { name: event.name, arguments: '' }, ...signed(event) } };
    case 'reasoning':
      return { content: { type: 'thinking', thinking: '', redacted: event.redacted } };
    default:
      return { content: { type: 'text', text: '' } };
  }
}

/** What an event adds to its open block. */
function extension(event: BlockEvent): WireDelta | undefined {
  switch (event.type) {
    case 'text':
      return event.text === '' && event.signature === undefined ? undefined : { content: { text: event.text, ...signed(event) } };
    case 'reasoning':
      return event.text === '' && event.signature === undefined ? undefined : { content: { thinking: event.text, ...signed(event) } };
    case 'tool_call':
      return event.arguments === '' ? undefined : { tool_calls: { function: { arguments: event.arguments } } };
    case 'tool_arguments':
      return { tool_calls: { function: { arguments: event.text } } };
    default:
      return undefined;
  }
}
