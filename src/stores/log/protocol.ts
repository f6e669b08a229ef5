import type { LogQuestions, Retention } from '../../logs/log-store.ts';

/** Where a log lies. */
export type LogPlace =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string }
  /** In this process; it ends with it. */
  | { readonly kind: 'memory' };

/** What a thread of the log is started with. */
export interface LogThreadData {
  readonly place: LogPlace;
  /** Undefined: the thread answers questions and writes nothing. */
  readonly writing: Writing | undefined;
}

export interface Writing {
  readonly retention: Retention;
  /** The folder of all spools, and the name of the one that this process writes; undefined: frames come as messages. */
  readonly spools: { readonly folder: string; readonly own: string; readonly segmentBytes: number } | undefined;
}

/** What is said to a thread of the log. */
export type ToLogThread =
  /** Calls have come in. `rest`: the writer rests so many times as long as it has worked, as the machine is busy with calls. */
  | { readonly type: 'wake'; readonly rest: number }
  /** Segments to write over run short. */
  | { readonly type: 'blank' }
  /** Frames of segment 0, where there is no spool. */
  | { readonly type: 'frames'; readonly bytes: Uint8Array }
  | { readonly type: 'ask'; readonly id: number; readonly method: keyof LogQuestions; readonly question: unknown }
  /** Write what is left, within so many milliseconds, and end. */
  | { readonly type: 'finish'; readonly within: number };

/** How the log is. */
export interface WriterState {
  readonly ok: boolean;
  /** Why it cannot be written; what is waiting stays in the spool. */
  readonly detail: string | undefined;
}

/** What a thread of the log says. */
export type FromLogThread =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
  | { readonly type: 'state'; readonly state: WriterState }
  /** The file of the log was broken: it was moved to `file`, and a new one is begun. */
  | { readonly type: 'setAside'; readonly file: string; readonly reason: string }
  | { readonly type: 'read'; readonly segments: readonly number[] }
  | { readonly type: 'blank'; readonly file: string }
  /** A call could not be written, and is left out. */
  | { readonly type: 'refused'; readonly detail: string }
  | { readonly type: 'written'; readonly bytes: number }
  | { readonly type: 'finished'; readonly isEmpty: boolean };
