import type { Reply, ReplyBody } from '../pipeline/step.ts';
import { tapped, type Watcher } from '../pipeline/tap.ts';

/** How a reply ended: delivered, broken, or no longer wanted. */
export type Ending = 'delivered' | 'broken' | 'cancelled';

/**
 * Reports once when a reply is over: a whole one at once, a streamed one with its last byte, or when nobody wants the rest. The signal is
 * the call's: a client may leave before it reads anything, which nothing else would report.
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
  const watcher: Watcher<unknown> = {
    see: () => {},
    conclude: () => over('delivered'),
    broke: () => over('broken'),
    left: () => over('cancelled'),
    failed: (cause) => {
      throw cause;
    },
  };
  return body.kind === 'stream' ? { kind: 'stream', flow: tapped(body.flow, watcher) } : { kind: 'events', flow: tapped(body.flow, watcher) };
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
