import type { JsonObject } from '../../ir/json.ts';
import type { LogFilter, LogQuestions } from '../../logs/log-store.ts';

export interface ExportOptions {
  /** With attempts, headers and bodies. */
  readonly isFull: boolean;
  readonly signal: AbortSignal;
  /** What becomes of a call before it is written; all of it by default. */
  readonly shape?: ((call: JsonObject) => JsonObject) | undefined;
  /** Calls at most; all by default. */
  readonly most?: number | undefined;
}

const AT_ONCE = 100;

/** Calls as lines of JSON, the last one first; as many are in memory as fit on a page. */
export async function* exportLines(questions: LogQuestions, filter: LogFilter, options: ExportOptions): AsyncIterable<string> {
  const { isFull, signal, shape = (call) => call, most = Infinity } = options;
  let left = most;
  for (let cursor: string | undefined; left > 0 && !signal.aborted;) {
    const { entries, next } = await questions.list({ filter, limit: Math.min(AT_ONCE, left), cursor });
    left -= entries.length;
    const calls = isFull ? await Promise.all(entries.map((entry) => questions.get({ id: entry.id }))) : entries;
    yield calls.map((call) => (call === undefined ? '' : `${JSON.stringify(shape(call))}\n`)).join('');
    if (next === undefined) return;
    cursor = next;
  }
}
