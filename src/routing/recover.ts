import type { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { EventBatch, Reply } from '../pipeline/step.ts';
import { Delivered, Splice } from './splice.ts';

/**
 * A streamed answer that another target continues where it breaks: `next` asks that target to go on from the text already delivered, or to
 * start over, and only what goes beyond that text is passed on. If the two differ, or tool calls have begun, the client is told of the break.
 */
export function recoverable(flow: Flow<EventBatch>, next: TakeUp): Flow<EventBatch> {
  return new RecoveringFlow(flow, next);
}

/** Asks another target for an answer that broke off behind some text. */
type TakeUp = (broken: GatewayError, delivered: string) => Promise<Reply>;

interface NextAnswer {
  readonly flow: Flow<EventBatch>;
  readonly goesOnFrom: string | undefined;
}

class RecoveringFlow implements Flow<EventBatch> {
  readonly #next: TakeUp;
  readonly #delivered = new Delivered();
  #current: Flow<EventBatch>;
  #sink: Sink<EventBatch> | undefined;
  #isCancelled = false;

  constructor(flow: Flow<EventBatch>, next: TakeUp) {
    this.#current = flow;
    this.#next = next;
  }

  start(sink: Sink<EventBatch>): void {
    this.#sink = sink;
    this.#current.start({
      write: (batch) => {
        this.#delivered.note(batch.events);
        return sink.write(batch);
      },
      end: () => sink.end(),
      fail: (error) => void this.#recover(error),
    });
  }

  resume(): void {
    this.#current.resume();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#current.cancel();
  }

  async #recover(broken: GatewayError): Promise<void> {
    const sink = this.#sink as Sink<EventBatch>;
    if (this.#isCancelled) return;
    if (this.#delivered.isWhole) {
      // Nothing is missing but the closing, which the broken stream's own bytes do not have.
      sink.write({ events: [] });
      return sink.end();
    }
    const next = this.#delivered.canBeTakenUp ? await this.#nextAnswer(broken) : undefined;
    if (this.#isCancelled) return next?.flow.cancel();
    if (next === undefined) return sink.fail(broken);
    this.#current = next.flow;
    next.flow.start(this.#spliced(sink, next, broken));
  }

  async #nextAnswer(broken: GatewayError): Promise<NextAnswer | undefined> {
    try {
      const { body, goesOnFrom } = await this.#next(broken, this.#delivered.text);
      if (body.kind === 'events') return { flow: body.flow, goesOnFrom };
      return body.kind === 'answer' ? { flow: flowOf(body.events), goesOnFrom } : undefined;
    } catch {
      // The client is told of the break that it can see, not of what happened behind it.
      return undefined;
    }
  }

  #spliced(sink: Sink<EventBatch>, { flow, goesOnFrom }: NextAnswer, broken: GatewayError): Sink<EventBatch> {
    const splice = new Splice(this.#delivered, goesOnFrom);
    let isOver = false;
    const giveUp = (): void => {
      if (isOver) return;
      isOver = true;
      flow.cancel();
      sink.fail(broken);
    };
    return {
      write: ({ events }) => {
        if (isOver) return true;
        const further = splice.push(events);
        if (further === undefined) giveUp();
        return further === undefined || further.length === 0 || sink.write({ events: further });
      },
      end: () => {
        if (isOver) return;
        if (!splice.hasCaughtUp) return giveUp();
        isOver = true;
        sink.end();
      },
      fail: (error) => {
        if (!isOver) sink.fail(error);
        isOver = true;
      },
    };
  }
}

/** A whole answer as a flow. */
function flowOf(events: readonly ChatEvent[]): Flow<EventBatch> {
  let isCancelled = false;
  return {
    start: (sink) => {
      sink.write({ events });
      if (!isCancelled) sink.end();
    },
    resume: () => {},
    cancel: () => void (isCancelled = true),
  };
}
