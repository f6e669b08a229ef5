import type { GatewayError } from '../errors.ts';
import type { Flow, Sink } from '../ir/flow.ts';
import type { Reply, ReplyBody } from '../pipeline/step.ts';

/** How a reply came to its end: delivered, broken, or no longer wanted. */
export type Ending = 'delivered' | 'broken' | 'cancelled';

/**
 * Tells, once, when a reply is over: a whole one at once, a streamed one with its last byte, or when nobody wants the rest. The signal is
 * the call's: a client may leave before it reads anything, and nothing else would tell then.
 */
export function whenOver(reply: Reply, signal: AbortSignal, run: (ending: Ending) => void): Reply {
  const { body } = reply;
  if (body.kind === 'bytes' || body.kind === 'answer') {
    run('delivered');
    return reply;
  }
  return { ...reply, body: watchedBody(body, onceOver(signal, run)) };
}

type StreamedBody = Extract<ReplyBody, { flow: unknown }>;

function watchedBody(body: StreamedBody, over: (ending: Ending) => void): StreamedBody {
  return body.kind === 'stream'
    ? { kind: 'stream', flow: new WatchedFlow(body.flow, over) }
    : { kind: 'events', flow: new WatchedFlow(body.flow, over) };
}

function onceOver(signal: AbortSignal, run: (ending: Ending) => void): (ending: Ending) => void {
  let isOver = false;
  const over = (ending: Ending): void => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener('abort', onAbort);
    run(ending);
  };
  const onAbort = (): void => over('cancelled');
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort);
  return over;
}

/** A flow that passes everything on and tells of its end. */
class WatchedFlow<Item> implements Flow<Item>, Sink<Item> {
  readonly #flow: Flow<Item>;
  readonly #over: (ending: Ending) => void;
  #sink: Sink<Item> | undefined;

  constructor(flow: Flow<Item>, over: (ending: Ending) => void) {
    this.#flow = flow;
    this.#over = over;
  }

  start(sink: Sink<Item>): void {
    this.#sink = sink;
    this.#flow.start(this);
  }

  resume(): void {
    this.#flow.resume();
  }

  cancel(): void {
    this.#over('cancelled');
    this.#flow.cancel();
  }

  write(item: Item): boolean {
    return this.#sink?.write(item) ?? true;
  }

  end(): void {
    this.#over('delivered');
    this.#sink?.end();
  }

  fail(error: GatewayError): void {
    this.#over('broken');
    this.#sink?.fail(error);
  }
}
