import type { LogFilter, LogQuestions } from '../../logs/log-store.ts';
import type { Clock } from '../../routing/clock.ts';

/** Calls that are shown at once; a listener that is slower than that is shown the last ones, and told how far it fell behind. */
const AT_ONCE = 200;
/** Milliseconds between two looks at what has come in. */
const EVERY = 500;
/** Looks after which a line is sent, so that proxies do not take the connection for a dead one. */
const QUIET = 30;

export interface TailOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The gateway is leaving: nobody must wait for the end of the tail. */
  readonly isOver: () => boolean;
}

/**
 * Calls as they come into the log, as server-sent events. The next ones are looked for when the listener has taken those before, so that a
 * slow one costs nothing, and calls of all processes on the same log are seen.
 */
export async function* liveTail(questions: LogQuestions, filter: LogFilter, { clock, signal, isOver }: TailOptions): AsyncIterable<string> {
  let { place } = await questions.news({ filter, place: undefined, limit: 0 });
  yield 'retry: 2000\n: here calls are shown as they end\n\n';
  for (let quiet = 1; !signal.aborted && !isOver(); quiet += 1) {
    const news = await questions.news({ filter, place, limit: AT_ONCE });
    ({ place } = news);
    const events = news.entries.map((entry) => `event: call\nid: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`);
    if (news.isCut) events.unshift(`event: skipped\ndata: {"shown":${news.entries.length}}\n\n`);
    if (events.length > 0) yield events.join('');
    else if (quiet % QUIET === 0) yield ': still here\n\n';
    try {
      await clock.sleep(EVERY, signal);
    } catch {
      return;
    }
  }
}
