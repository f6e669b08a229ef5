import { toGatewayError, GatewayError } from '../errors.ts';
import { troubleOfCalls } from '../telemetry/log.ts';
import { captureFor, type Capture } from './capture.ts';
import { isLastPiece } from './last-piece.ts';
import type { Observer, Outcome } from './outcome.ts';
import type { Call, EventBatch, Handler, Reply, ReplyBody, Step } from './step.ts';
import { tapped, type Watcher } from './tap.ts';

/**
 * Tells each observer once what became of a call, however it ended, and before the end of its answer is handed on: whoever has seen an
 * answer whole can rely on its having been told of.
 */
export function observed(observers: readonly Observer[], now: () => number): Step {
  if (observers.length === 0) return (next) => next;
  return (next) => async (call) => {
    const telling = new Telling(call, observers, now);
    const reply = await answer(next, call, telling);
    const body = follow(reply, call, telling);
    if (telling.settling !== undefined) await telling.settling;
    return body === reply.body ? reply : { ...reply, body };
  };
}

async function answer(next: Handler, call: Call, telling: Telling): Promise<Reply> {
  try {
    return await next(call);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    telling.refused(error);
    if (telling.settling !== undefined) await telling.settling;
    throw error;
  }
}

function follow(reply: Reply, call: Call, telling: Telling): ReplyBody {
  const { body } = reply;
  const capture = captureFor(body, telling.answerLimit());
  telling.answered(reply, capture);
  if (call.signal.aborted) telling.abandoned();
  switch (body.kind) {
    case 'bytes':
      capture?.addBytes(body.bytes);
      telling.tell('whole');
      return body;
    case 'answer':
      capture?.addEvents(body.events);
      telling.tell('whole');
      return body;
    case 'stream':
      return { kind: 'stream', flow: tapped(body.flow, watcher(telling, seesBytes(call, capture))) };
    case 'events':
      return { kind: 'events', flow: tapped(body.flow, watcher(telling, seesEvents(call, capture))) };
  }
}

function seesBytes({ endpoint }: Call, capture: Capture | undefined): (bytes: Uint8Array | string) => boolean {
  return (bytes) => {
    capture?.addBytes(bytes);
    return isLastPiece(bytes, endpoint);
  };
}

function seesEvents({ endpoint }: Call, capture: Capture | undefined): (batch: EventBatch) => boolean {
  return ({ events, raw }) => {
    capture?.addEvents(events);
    return raw !== undefined && isLastPiece(raw, endpoint);
  };
}

const observerFailed = troubleOfCalls('an observer of calls failed');

/** Why nobody waits for a call any more; undefined: its client left. */
function reasonOf({ signal }: Call): GatewayError | undefined {
  return signal.reason instanceof GatewayError ? signal.reason : undefined;
}

/** What is known of a call's end so far, and whether it has been told. */
class Telling {
  readonly #call: Call;
  readonly #observers: readonly Observer[];
  readonly #now: () => number;
  #reply: Reply | undefined;
  #capture: Capture | undefined;
  #firstMs: number | undefined;
  #isTold = false;
  /** What observers have still to do before the end of the answer may be passed on; never rejects. */
  settling: Promise<unknown> | undefined;

  constructor(call: Call, observers: readonly Observer[], now: () => number) {
    this.#call = call;
    this.#observers = observers;
    this.#now = now;
  }

  /** The most that any observer wants to see of the answer, in bytes. */
  answerLimit(): number {
    let most = 0;
    for (const observer of this.#observers) most = Math.max(most, observer.answerLimit?.(this.#call) ?? 0);
    return most;
  }

  answered(reply: Reply, capture: Capture | undefined): void {
    this.#reply = reply;
    this.#capture = capture;
    this.#firstMs = this.#ms;
  }

  /** There is no answer. */
  refused(error: GatewayError): void {
    const hasLeft = error.code === 'client_closed' || (this.#call.signal.aborted && reasonOf(this.#call) === undefined);
    this.tell(hasLeft ? 'left' : 'failed', error);
  }

  /** Nobody waits for the rest of the answer: the client left, or the gateway gave the call up. */
  abandoned(): void {
    const reason = reasonOf(this.#call);
    this.tell(reason === undefined ? 'left' : 'broken', reason);
  }

  tell(ending: Outcome['ending'], error?: GatewayError): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const outcome = this.#outcome(ending, error);
    for (const observer of this.#observers) {
      try {
        this.#waitFor(observer(this.#call, outcome));
      } catch (cause) {
        this.failed(cause);
      }
    }
  }

  #waitFor(promise: Promise<void> | undefined | void): void {
    if (promise === undefined) return;
    const settling = promise.catch((cause: unknown) => this.failed(cause));
    this.settling = this.settling === undefined ? settling : Promise.all([this.settling, settling]);
  }

  #outcome(ending: Outcome['ending'], error: GatewayError | undefined): Outcome {
    const times = { firstMs: this.#firstMs, ms: this.#ms };
    if (this.#reply === undefined)
      return { status: error?.status ?? 500, route: error?.route, error, ending, isStreamed: false, ...times, answer: undefined };
    const { status, route, body } = this.#reply;
    return { status, route, error, ending, isStreamed: body.kind === 'stream' || body.kind === 'events', ...times, answer: this.#capture?.answer };
  }

  failed(cause: unknown): void {
    observerFailed({ call: this.#call.id, cause });
  }

  get #ms(): number {
    return Math.max(0, this.#now() - this.#call.startedAt);
  }
}

/** Follows a streamed answer to its end. `see` is true for the last piece. */
function watcher<Item>(telling: Telling, see: (item: Item) => boolean): Watcher<Item> {
  return {
    see: (item) => {
      if (see(item)) telling.tell('whole');
    },
    conclude: () => telling.tell('whole'),
    broke: (error) => telling.tell('broken', error),
    left: () => telling.abandoned(),
    failed: (cause) => telling.failed(cause),
  };
}
