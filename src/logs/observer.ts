import type { Observer } from '../pipeline/outcome.ts';
import { capture, answerLimitOf, type CaptureOptions } from './capture.ts';
import type { Parts } from './frame.ts';

/** Hears of calls for the log, and hands on what is kept of them. */
export function logObserver(append: (parts: Parts) => void, options: CaptureOptions): Observer {
  const observer: Observer = (call, outcome) => append(capture(call, outcome, options));
  observer.answerLimit = (call) => answerLimitOf(call, options);
  return observer;
}
