import type { Observer } from '../pipeline/outcome.ts';
import { capture, answerLimitOf, type CaptureOptions } from './capture.ts';
import type { Parts } from './frame.ts';

/** Takes what calls leave. */
export interface LogTaker {
  append(parts: Parts): void;
  /** When this returns, what was taken outlives a sudden end of the process. */
  flush(): void;
  /** Resolves when that is so; undefined: it is. */
  flushed(): Promise<void> | undefined;
}

/** Hears of calls for the log, and hands on what is kept of them. */
export function logObserver(taker: LogTaker, options: CaptureOptions): Observer {
  const observer: Observer = (call, outcome) => {
    taker.append(capture(call, outcome, options));
    return outcome.isStreamed ? taker.flush() : taker.flushed();
  };
  observer.answerLimit = (call) => answerLimitOf(call, options);
  return observer;
}
