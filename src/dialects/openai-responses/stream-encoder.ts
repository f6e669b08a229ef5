import type { ErrorInfo } from '../../errors.ts';
import type { ChatEvent, FinishEvent, StartEvent, Usage } from '../../ir/events.ts';
import type { Json } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { BlockOrder } from '../block-order.ts';
import type { BlockEvent, BlockStep } from '../block-order.ts';
import type { ReplyContext, Transducer, WireEvent } from '../dialect.ts';
import { audioFormatOf } from '../openai-chat/vocabulary.ts';
import { packSignature } from '../signature.ts';
import type { Carrier } from '../signature.ts';
import { CallWriter } from './call-writer.ts';
import { encodeResponseError } from './error.ts';
import { MessageWriter } from './message-writer.ts';
import { EventLog, Output, writePicture } from './output.ts';
import type { ItemWriter } from './output.ts';
import { ReasoningWriter } from './reasoning-writer.ts';
import { headOf, responseObject } from './response-object.ts';
import type { Head, Outcome } from './response-object.ts';
import { ENDINGS, OWN, ownMembers } from './vocabulary.ts';
import type { ItemStatus, ResponseObject } from './wire.ts';

const BROKEN: ErrorInfo = { status: 502, message: 'The provider ended its answer with an error.' };

/**
 * Writes an answer as the events of a response. The last event waits for the usage, which may come after the finish, or for the end.
 * Only the first choice can be told.
 */
export class ResponseEncoder implements Transducer<ChatEvent, WireEvent> {
  readonly #context: ReplyContext;
  readonly #log: EventLog;
  readonly #order = new BlockOrder();
  #head: Head | undefined;
  #output: Output;
  #open: ItemWriter | undefined;
  #usage: Usage | undefined;
  #finish: FinishEvent | undefined;
  #last: ResponseObject | undefined;
  /** Of the open text; it travels behind it. */
  #textSignature: Signature | undefined;
  /** Log probabilities that came before their text. */
  #early: Json[] = [];

  constructor(context: ReplyContext) {
    this.#context = context;
    this.#log = new EventLog(context.after);
    this.#output = new Output(this.#log, context.id);
  }

  push(event: ChatEvent): WireEvent[] {
    if (this.#last === undefined) this.#take(event);
    return this.#log.take();
  }

  /** Without a finish nothing ends the stream: the client is to see that it was cut off. */
  end(): WireEvent[] {
    if (this.#finish !== undefined && this.#last === undefined) this.#conclude(this.#finish);
    return this.#log.take();
  }

  /** The response as it stands. */
  get response(): ResponseObject {
    return this.#last ?? this.#respond({ status: 'incomplete' });
  }

  #take(event: ChatEvent): void {
    if (event.type === 'usage') {
      this.#usage = event.usage;
      if (this.#finish !== undefined) this.#conclude(this.#finish);
      return;
    }
    if (event.type === 'error') return this.#break(event.error);
    this.#begin(event.type === 'start' ? event : undefined);
    if (event.type !== 'start' && event.choice === 0 && this.#finish === undefined) this.#tell(event);
  }

  #begin(start: StartEvent | undefined): void {
    if (this.#head !== undefined) return;
    this.#head = headOf(start, this.#context);
    const response = this.#respond({ status: 'in_progress', usage: undefined });
    this.#log.write({ type: 'response.created', sequence_number: this.#log.next(), response });
    this.#log.write({ type: 'response.in_progress', sequence_number: this.#log.next(), response });
  }

  #respond(outcome: Partial<Outcome> & Pick<Outcome, 'status'>): ResponseObject {
    this.#head ??= headOf(undefined, this.#context);
    return responseObject(this.#head, { output: [...this.#output.items], usage: this.#usage, ...outcome });
  }

  #tell(event: Exclude<ChatEvent, { type: 'start' | 'usage' | 'error' }>): void {
    if (event.type === 'finish') this.#close(event);
    else if (event.type === 'logprobs') this.#addLogprobs(event.value);
    else if (isTellable(event)) for (const step of this.#order.push(event)) this.#write(step);
  }

  #addLogprobs(value: Json): void {
    const content = (value as { content?: Json } | null)?.content;
    if (!Array.isArray(content)) return;
    if (!(this.#open instanceof MessageWriter && this.#open.addLogprobs(content))) this.#early.push(...(content as readonly Json[]));
  }

  #write(step: BlockStep): void {
    const { type, event } = step;
    if (type === 'delta') this.#continue(event);
    else if (type === 'open') this.#start(event);
    else this.#closeBlock(event);
  }

  /** Opens the block's item; a text that follows another text becomes the next part of the same message. */
  #start(event: BlockEvent): void {
    if (!isSaid(event)) {
      this.#closeItem();
      this.#open = this.#newItem(event);
    }
    this.#continue(event);
  }

  #newItem(event: Exclude<BlockEvent, SaidEvent>): ItemWriter | undefined {
    switch (event.type) {
      case 'reasoning':
        return new ReasoningWriter(this.#output, event.native);
      case 'tool_call':
        if (event.signature !== undefined) this.#carry(event.signature, 'tool');
        return new CallWriter(this.#output, event);
      case 'media':
        return this.#newMedia(event);
      case 'opaque':
        this.#output.whole(event.value);
        return undefined;
      default:
        return undefined;
    }
  }

  #newMedia(event: Extract<BlockEvent, { type: 'media' }>): ItemWriter | undefined {
    const { kind, source, transcript } = event;
    if (kind === 'image' || source.kind !== 'base64') {
      writePicture(this.#output, event);
      return undefined;
    }
    const message = new MessageWriter(this.#output, undefined);
    message.addAudio(source.data, audioFormatOf(source.mime), transcript ?? '');
    return message;
  }

  #continue(event: BlockEvent): void {
    if (event.type === 'text' && event.signature !== undefined) this.#textSignature = event.signature;
    if (isSaid(event)) this.#openPart(event);
    this.#open?.write(event);
  }

  #openPart(event: SaidEvent): void {
    if (event.type === 'text' && event.text === '') return;
    let message = this.#open instanceof MessageWriter ? this.#open : undefined;
    if (message?.isWriting === true) return;
    const native = event.type === 'text' ? event.native : undefined;
    if (message === undefined || ownMembers(native) !== undefined) {
      this.#closeItem();
      this.#open = message = new MessageWriter(this.#output, native);
    }
    message.openPart(event.type === 'refusal' ? 'refusal' : 'output_text');
    if (this.#early.length > 0 && message.addLogprobs(this.#early)) this.#early = [];
  }

  /** Other dialects sign tool calls and texts, which have no place for it here: the signature travels in an item of its own. */
  #carry(signature: Signature, carrier: Carrier): void {
    const index = this.#output.begin();
    const id = this.#output.idOf('rs_', index);
    this.#output.whole({ id, type: 'reasoning', summary: [], encrypted_content: packSignature(signature, OWN, carrier) }, index);
  }

  /** Closes what the block wrote: a message stays open for the next text, and the last call for the status that the finish gives it. */
  #closeBlock(event: BlockEvent): void {
    if (this.#open instanceof MessageWriter) this.#open.closePart();
    else if (event.type !== 'tool_call' || this.#finish === undefined) this.#closeItem();
    const signature = this.#textSignature;
    if (signature === undefined) return;
    this.#textSignature = undefined;
    this.#closeItem();
    this.#carry(signature, 'text');
  }

  #closeItem(status: ItemStatus = 'completed'): void {
    this.#open?.close(status);
    this.#open = undefined;
  }

  #close(finish: FinishEvent): void {
    this.#finish = finish;
    for (const step of this.#order.end()) this.#write(step);
    this.#closeItem(ENDINGS[finish.reason].status === 'incomplete' ? 'incomplete' : 'completed');
  }

  #conclude(finish: FinishEvent): void {
    const { status, reason } = ENDINGS[finish.reason];
    if (status === 'failed') this.#fail(BROKEN);
    else this.#finishWith({ status, reason });
  }

  /**
   * OpenAI's own client throws at an error, and hands over a response that failed like any other. Where nothing was begun there is none to
   * fail: the error may end a stream that somebody else began.
   */
  #break(error: ErrorInfo): void {
    // What was said stays said; a call that was still being written must not be made.
    if (!(this.#open instanceof CallWriter)) this.#closeItem('incomplete');
    this.#log.write({ type: 'error', sequence_number: this.#log.next(), ...encodeResponseError(error), param: error.param ?? null });
    if (this.#head === undefined) this.#last = this.#respond({ status: 'failed', error: encodeResponseError(error) });
    else this.#fail(error);
  }

  #fail(error: ErrorInfo): void {
    this.#finishWith({ status: 'failed', error: encodeResponseError(error) });
  }

  #finishWith(outcome: Partial<Outcome> & Pick<Outcome, 'status'>): void {
    const response = this.#respond(outcome);
    this.#last = response;
    this.#log.write({ type: `response.${response.status}`, sequence_number: this.#log.next(), response });
  }
}

/** What goes into a message. */
type SaidEvent = Extract<BlockEvent, { type: 'text' | 'citation' | 'refusal' }>;

function isSaid(event: BlockEvent): event is SaidEvent {
  return event.type === 'text' || event.type === 'citation' || event.type === 'refusal';
}

/** Whether the event says anything in this dialect: other dialects' own blocks do not, and neither does speech that is not at hand. */
function isTellable(event: BlockEvent): boolean {
  if (event.type === 'opaque') return event.dialect === OWN;
  if (event.type === 'media') return event.kind === 'image' || event.source.kind === 'base64';
  return !('text' in event) || event.text !== '' || isSigned(event);
}

function isSigned(event: BlockEvent): boolean {
  return ('signature' in event && event.signature !== undefined) || (event.type === 'reasoning' && event.redacted !== undefined);
}
