import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Parts } from '../../logs/frame.ts';
import type { LogQuestions, Retention } from '../../logs/log-store.ts';
import { log } from '../../telemetry/log.ts';
import { memoryOutbox, spoolOutbox, type ConnectedOutbox } from './connected-outbox.ts';
import type { LogPlace, WriterState } from './protocol.ts';
import { LogThread } from './thread.ts';
import { Waker } from './waker.ts';

/** The request log of a process. */
export interface RequestLog {
  readonly kind: LogPlace['kind'];
  /** Takes what a call leaves. */
  readonly append: (parts: Parts) => void;
  /** What was taken is in the log within a moment; when this returns, a process that is killed loses nothing of it. */
  readonly flush: () => void;
  /** Asked on other threads than the one that serves calls. */
  readonly questions: LogQuestions;
  readonly state: LogState;
  /** Writes what is left, for so many milliseconds at most; what then remains waits on disk for the next start. */
  close(within: number): Promise<void>;
}

export interface LogState extends WriterState {
  /** Calls that were left out because there was no room for them. */
  readonly dropped: number;
  /** Bytes that wait to be written. */
  readonly waiting: number;
}

export interface LogOptions {
  /** Undefined: nothing is kept on disk. */
  readonly folder: string | undefined;
  /** Of Postgres; undefined: SQLite. */
  readonly databaseUrl: string | undefined;
  readonly retention: Retention;
  /** The most that waits on disk for the log, in bytes. */
  readonly spoolBytes: number;
}

/** Bytes that the log may take where there is no disk. */
const IN_MEMORY = 64 * 1024 * 1024;
const BEGINS_AFTER = 200;

/** Opens the log: Postgres where there is one, else SQLite in the data folder, else memory. */
export function openLog(options: LogOptions): RequestLog {
  const { place, connected } = placed(options);
  const { outbox, writing: own } = connected;
  const retention = place.kind === 'memory' ? { ...options.retention, bytes: Math.min(IN_MEMORY, options.retention.bytes) } : options.retention;
  let state: WriterState = { ok: true, detail: undefined };
  let reader: LogThread | undefined;
  const listeners = connected.listeners((frames) => writer.say({ type: 'frames', bytes: frames }, [frames.buffer]));
  const writer: LogThread = new LogThread(
    { place, writing: { retention, spools: own } },
    {
      ...listeners,
      state: (message) => {
        ({ state } = message);
        log(state.ok ? 'info' : 'warn', state.ok ? 'the request log is written again' : 'the request log cannot be written: calls wait', {
          reason: state.detail,
        });
      },
      setAside: ({ file, reason }) => {
        log('error', 'the file of the request log was broken: it was moved aside, and the log begins anew', { file, reason });
        // It would go on reading what was moved.
        void reader?.close(0);
        reader = undefined;
      },
      refused: ({ detail }) => log('error', 'a call could not be written to the request log', { reason: detail }),
      crashed: (error) => {
        log('error', 'the thread that writes the request log failed and is started again', { cause: error });
        listeners.crashed?.(error);
      },
      restarted: () => {
        listeners.restarted?.();
        writer.say({ type: 'wake', rest: 0 });
      },
    },
  );
  const waker = new Waker(outbox, options.spoolBytes, (rest) => writer.say({ type: 'wake', rest }));
  connected.whenWritten(() => waker.wake());
  connected.whenScarce(() => writer.say({ type: 'blank' }));
  // What processes left that have died waits no longer than the gateway needs to begin its work.
  const beginning = own === undefined ? undefined : setTimeout(() => writer.start(), BEGINS_AFTER).unref();
  // What lies in the writer's memory only it can read.
  const readerThread = (): LogThread => {
    if (place.kind === 'memory') return writer;
    return (reader ??= new LogThread({ place, writing: undefined }, { crashed: readerCrashed }));
  };
  return {
    kind: place.kind,
    append: (parts) => outbox.append(parts),
    flush: () => outbox.flush(),
    questions: questionsTo(readerThread, writer),
    get state() {
      return { ...state, ...outbox.state };
    },
    close: async (within) => {
      clearTimeout(beginning);
      waker.stop();
      const ended = reader?.close(0);
      connected.stop();
      if (outbox.state.waiting > 0) writer.start();
      connected.close(await writer.close(within));
      await ended;
    },
  };
}

function readerCrashed(cause: Error): void {
  log('error', 'the thread that answers questions to the request log failed and is started again', { cause });
}

interface Placed {
  readonly place: LogPlace;
  readonly connected: ConnectedOutbox;
}

/** A disk that is full, or takes no files, keeps no gateway from its calls. */
function placed(options: LogOptions): Placed {
  const { folder, spoolBytes } = options;
  try {
    return { place: placeOf(options), connected: folder === undefined ? memoryOutbox() : spoolOutbox(folder, spoolBytes) };
  } catch (cause) {
    log('warn', 'the request log has no room on disk: what calls leave is kept in memory until the next start', { folder, cause });
    return { place: placeOf({ ...options, folder: undefined }), connected: memoryOutbox() };
  }
}

function placeOf({ folder, databaseUrl }: LogOptions): LogPlace {
  if (databaseUrl !== undefined) return { kind: 'postgres', url: databaseUrl };
  if (folder === undefined) return { kind: 'memory' };
  const own = path.join(folder, 'logs');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return { kind: 'sqlite', file: path.join(own, 'logs.sqlite') };
}

/** Questions go to the reader, so that nobody's search holds up the writer; what is to be saved goes to the writer. */
function questionsTo(reader: () => LogThread, own: LogThread): LogQuestions {
  return {
    list: (question) => reader().ask('list', question),
    count: (question) => reader().ask('count', question),
    get: (question) => reader().ask('get', question),
    news: (question) => reader().ask('news', question),
    summary: (question) => reader().ask('summary', question),
    series: (question) => reader().ask('series', question),
    groups: (question) => reader().ask('groups', question),
    distinct: (question) => reader().ask('distinct', question),
    feedbacks: (question) => reader().ask('feedbacks', question),
    feedback: (question) => reader().ask('feedback', question),
    saveFeedback: (question) => own.ask('saveFeedback', question),
    exports: (question) => reader().ask('exports', question),
    saveExport: (question) => own.ask('saveExport', question),
  };
}
