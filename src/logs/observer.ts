import type { Observer, Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import { capture, answerLimitOf, type CaptureOptions } from './capture.ts';
import type { Parts } from './frame.ts';

/** Takes what calls leave. */
export interface LogTaker {
  append(parts: Parts): void;
  /** When this returns, what was taken outlives a sudden end of the process. */
  flush(): void;
  /** Nothing can be kept of a call. */
  failed(call: Call, cause: unknown): void;
}

/**
 * Hears of calls for the log, and hands on what is kept of them. Those that end in one turn of the event loop are seen to together at its
 * end, in front of their answers: that costs half of what it costs to do it for each between other work, and takes one write.
 */
export function logObserver(taker: LogTaker, options: CaptureOptions): Observer {
  let ended: Ended[] = [];
  let written: Promise<void> | undefined;

  const keep = ({ call, outcome }: Ended): void => {
    try {
      taker.append(capture(call, outcome, options));
    } catch (cause) {
      taker.failed(call, cause);
    }
  };
  const writeAtTurnsEnd = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(() => {
        const all = ended;
        ended = [];
        written = undefined;
        for (const each of all) keep(each);
        taker.flush();
        resolve();
      });
    });
  const observer: Observer = (call, outcome) => {
    if (!outcome.isStreamed) {
      ended.push({ call, outcome });
      return (written ??= writeAtTurnsEnd());
    }
    // The last piece of a stream waits for nobody.
    keep({ call, outcome });
    taker.flush();
  };
  observer.answerLimit = (call) => answerLimitOf(call, options);
  return observer;
}

interface Ended {
  readonly call: Call;
  readonly outcome: Outcome;
}
