import { GatewayError } from '../errors.ts';
import type { ErrorCodec } from '../dialects/dialect.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { Receiver, UpstreamHead } from '../transport/port.ts';
import { looksLikeEvents } from './body.ts';
import type { Settle } from './perform.ts';
import { stopped, WholeReceiver } from './receive-whole.ts';
import type { Relay } from './relay.ts';
import { errorOfInfo } from './upstream-error.ts';

export interface StreamOptions<Result, Item> {
  readonly relay: Relay<Item>;
  readonly errors: ErrorCodec;
  /** Hold opening events back until content shows, because something else can still be tried. */
  readonly hold: boolean;
  /** The result, once the answer is good enough to be passed on. */
  readonly commit: (head: UpstreamHead, flow: Flow<Item>) => Result;
  /** Interprets a response that turns out to be no event stream. */
  readonly whole: (head: UpstreamHead, body: Buffer) => Result;
}

/** Opening events are held back up to so many bytes, and a consumer may lag by as many before the provider is told to hold. */
const MAX_HELD = 256 * 1024;

/** The part of the time for which an answer may stop that what stands behind a finished one (its usage, its closing) is waited for. */
const CLOSING = 0.1;

/**
 * Takes in a streamed answer and keeps it back until it is worth committing to: until then an error, an empty stream or a cut rejects,
 * and whoever catches that knows that the client has seen nothing. Afterwards it is the flow that the client reads.
 */
export class StreamReceiver<Result, Item> implements Receiver, Flow<Item> {
  readonly #settle: Settle<Result>;
  readonly #options: StreamOptions<Result, Item>;
  #head: UpstreamHead | undefined;
  /** Serves instead of this one when the response is an error or no stream. */
  #whole: WholeReceiver<Result> | undefined;
  /** What has come of a body that may be a stream though its type says otherwise: some hosts have one type for all they send. */
  #doubtful: Buffer | undefined;
  #held: Item[] = [];
  #heldBytes = 0;
  #committed = false;
  #sink: Sink<Item> | undefined;
  #ending: { readonly error: GatewayError | undefined } | undefined;

  constructor(settle: Settle<Result>, options: StreamOptions<Result, Item>) {
    this.#settle = settle;
    this.#options = options;
  }

  head(head: UpstreamHead): void {
    this.#head = head;
    if (head.status === 200 && !/json|html|text\/plain/.test(head.contentType)) return;
    this.#whole = new WholeReceiver(this.#settle, this.#options.errors, this.#options.whole);
    this.#whole.head(head);
    if (head.status === 200) this.#doubtful = Buffer.alloc(0);
  }

  data(chunk: Buffer): boolean {
    if (this.#whole !== undefined) return this.#doubtful === undefined ? this.#whole.data(chunk) : this.#examine(this.#whole, this.#doubtful, chunk);
    if (this.#ending !== undefined) return true;
    const items = this.#options.relay.push(chunk);
    const { error } = this.#options.relay.watch;
    if (error !== undefined && !this.#committed) return this.#refuse(errorOfInfo(error, this.#head?.headers));
    if (error !== undefined && !this.#options.relay.showsErrors) return this.#breakOff(items, errorOfInfo(error));
    if (this.#sink !== undefined) return this.#watchStall(this.#deliver(this.#sink, items));
    this.#held.push(...items);
    this.#heldBytes += chunk.length;
    if (!this.#committed && this.#isWorthCommitting()) this.#commit();
    return this.#watchStall(this.#heldBytes < MAX_HELD);
  }

  #examine(whole: WholeReceiver<Result>, before: Buffer, chunk: Buffer): boolean {
    const bytes = Buffer.concat([before, chunk]);
    const isStream = looksLikeEvents(bytes);
    this.#doubtful = isStream === undefined ? bytes : undefined;
    if (isStream !== true) return whole.data(chunk);
    this.#whole = undefined;
    this.#settle.expectNothing();
    return this.data(bytes);
  }

  end(): void {
    if (this.#whole !== undefined) return this.#whole.end();
    if (this.#ending !== undefined) return;
    this.#settle.done();
    const { relay } = this.#options;
    const items = relay.end();
    const { finished, error } = relay.watch;
    if (this.#committed) this.#finish(items, this.#lack());
    else if (error !== undefined) this.#refuse(errorOfInfo(error, this.#head?.headers));
    else if (!finished) this.#refuse(truncated());
    else {
      this.#held.push(...items);
      this.#ending = { error: undefined };
      this.#commit();
    }
  }

  fail(error: GatewayError): void {
    if (this.#whole !== undefined) return this.#whole.fail(error);
    if (this.#ending !== undefined) return;
    this.#settle.done();
    if (!this.#committed) return void this.#refuse(error);
    // Bytes may be missing that only close the answer: what was said is whole then.
    const items = this.#options.relay.end();
    const isWhole = this.#options.relay.watch.finished;
    this.#finish(isWhole ? items : [], isWhole ? undefined : truncated(error));
  }

  start(sink: Sink<Item>): void {
    this.#sink = sink;
    const held = this.#held;
    this.#held = [];
    const wasFull = this.#heldBytes >= MAX_HELD;
    const ready = this.#deliver(sink, held);
    if (this.#ending !== undefined) this.#conclude(sink, this.#ending.error);
    else if (wasFull && ready) this.#settle.exchange.resume();
  }

  resume(): void {
    this.#watchStall(true);
    this.#settle.exchange.resume();
  }

  cancel(): void {
    this.#ending ??= { error: undefined };
    this.#settle.exchange.abort();
  }

  /** Starts the watch for a stall anew while content flows; a provider that was asked to hold is not watched. */
  #watchStall(isFlowing: boolean): boolean {
    if (!isFlowing) this.#settle.expectNothing();
    else if (this.#options.relay.watch.content && this.#ending === undefined) this.#settle.expect(this.#settle.idle * CLOSING, () => this.#paused());
    return isFlowing;
  }

  /** Nothing came for a while: a finished answer is over now, another one may go on yet. */
  #paused(): void {
    if (this.#options.relay.looksFinished()) this.#stalled();
    else this.#settle.expect(this.#settle.idle * (1 - CLOSING), () => this.#stalled());
  }

  #stalled(): void {
    this.#settle.exchange.abort();
    this.fail(stopped(this.#settle.idle));
  }

  /** The provider reports an error behind content. */
  #breakOff(items: readonly Item[], error: GatewayError): true {
    this.#settle.exchange.abort();
    this.#finish(items, error);
    return true;
  }

  /** What is wrong with the end of a stream; undefined: nothing, or the client has seen it already. */
  #lack(): GatewayError | undefined {
    const { showsErrors, watch } = this.#options.relay;
    if (watch.error !== undefined) return showsErrors ? undefined : errorOfInfo(watch.error);
    return watch.finished ? undefined : truncated();
  }

  #isWorthCommitting(): boolean {
    const { content, opened } = this.#options.relay.watch;
    return content || (opened && !this.#options.hold) || this.#heldBytes >= MAX_HELD;
  }

  #commit(): void {
    this.#committed = true;
    this.#settle.resolve(this.#options.commit(this.#head as UpstreamHead, this));
  }

  #refuse(error: GatewayError): true {
    this.#ending = { error };
    this.#settle.reject(error);
    return true;
  }

  #deliver(sink: Sink<Item>, items: readonly Item[]): boolean {
    let ready = true;
    for (const item of items) ready = sink.write(item);
    return ready;
  }

  /** The stream is over after the commit; what is left is delivered, now or when the consumer starts. */
  #finish(items: readonly Item[], error: GatewayError | undefined): void {
    this.#ending = { error };
    if (this.#sink === undefined) this.#held.push(...items);
    else {
      this.#deliver(this.#sink, items);
      this.#conclude(this.#sink, error);
    }
  }

  #conclude(sink: Sink<Item>, error: GatewayError | undefined): void {
    if (error === undefined) sink.end();
    else sink.fail(error);
  }
}

function truncated(cause?: GatewayError): GatewayError {
  return new GatewayError('stream_truncated', 'The provider broke off in the middle of the answer.', { cause });
}
