import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Parts } from '../../logs/frame.ts';
import type { LogQuestions, Retention } from '../../logs/log-store.ts';
import { log } from '../../telemetry/log.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import type { LogPlace, WriterState, Writing } from './protocol.ts';
import { LogSpool, SPOOL_PREFIX } from './spool.ts';
import { LogThread, type Listeners } from './thread.ts';

/** The request log of a process. */
export interface RequestLog {
  readonly kind: LogPlace['kind'];
  /** Takes what a call leaves; it is in the log within a moment, and not lost if the process is killed before that. */
  append(parts: Parts): void;
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

const SEGMENT = 4 * 1024 * 1024;
/** Where there is no disk: what the log may take, and what may wait for it. */
const MEMORY = { log: 64 * 1024 * 1024, waiting: 16 * 1024 * 1024 };
/** Milliseconds for which calls are gathered before the writer is woken. */
const GATHERED = 50;
const BEGINS_AFTER = 200;
/** Milliseconds between two warnings that calls are left out. */
const WARN_EVERY = 10_000;

/** Opens the log: Postgres where there is one, else SQLite in the data folder, else memory. */
export function openLog(options: LogOptions): RequestLog {
  const { place, outbox } = placed(options);
  const own = outbox.writing;
  const retention = place.kind === 'memory' ? { ...options.retention, bytes: Math.min(MEMORY.log, options.retention.bytes) } : options.retention;
  let state: WriterState = { ok: true, detail: undefined };
  let reader: LogThread | undefined;
  const writer = new LogThread(
    { place, writing: { retention, spools: own } },
    {
      ...outbox.listeners((frames) => writer.say({ type: 'frames', bytes: frames }, [frames.buffer])),
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
      crashed: (error) => log('error', 'the thread that writes the request log failed and is started again', { cause: error }),
      restarted: () => writer.say({ type: 'wake', rest: 0 }),
    },
  );
  const load = new Load();
  outbox.whenWritten(() => writer.say({ type: 'wake', rest: load.restFor(outbox.state().waiting) }));
  outbox.whenScarce(() => writer.say({ type: 'blank' }));
  // What processes left that have died waits no longer than the gateway needs to begin its work.
  const beginning = own === undefined ? undefined : setTimeout(() => writer.start(), BEGINS_AFTER).unref();
  // What lies in the writer's memory only it can read.
  const readerThread = (): LogThread => {
    if (place.kind === 'memory') return writer;
    return (reader ??= new LogThread({ place, writing: undefined }, {}));
  };
  return {
    kind: place.kind,
    append: outbox.append,
    questions: questionsTo(readerThread, writer),
    get state() {
      return { ...state, ...outbox.state() };
    },
    close: async (within) => {
      clearTimeout(beginning);
      await reader?.close(0);
      outbox.flush();
      if (outbox.state().waiting > 0) writer.start();
      outbox.close(await writer.close(within));
    },
  };
}

interface Placed {
  readonly place: LogPlace;
  readonly outbox: ConnectedOutbox;
}

/** A disk that is full, or takes no files, keeps no gateway from its calls. */
function placed(options: LogOptions): Placed {
  const { folder, spoolBytes } = options;
  try {
    return { place: placeOf(options), outbox: folder === undefined ? memoryOutbox() : spoolOutbox(folder, spoolBytes) };
  } catch (cause) {
    log('warn', 'the request log has no room on disk: what calls leave is kept in memory until the next start', { folder, cause });
    return { place: placeOf({ ...options, folder: undefined }), outbox: memoryOutbox() };
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

/** An outbox with what connects it to the writer. */
interface ConnectedOutbox {
  readonly writing: Writing['spools'];
  readonly append: (parts: Parts) => void;
  listeners(send: (frames: Uint8Array<ArrayBuffer>) => void): Listeners;
  whenWritten(wake: () => void): void;
  whenScarce(make: () => void): void;
  state(): { readonly dropped: number; readonly waiting: number };
  flush(): void;
  close(isEmpty: boolean): void;
}

function spoolOutbox(folder: string, mostBytes: number): ConnectedOutbox {
  const spools = path.join(folder, 'logs');
  const name = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const bell = new Bell();
  const scarcity = new Bell();
  const spool = new LogSpool({
    folder: spools,
    name,
    segmentBytes: SEGMENT,
    mostBytes,
    onWrite: () => bell.ring(),
    onDrop: dropWarner(),
    onScarce: () => scarcity.ring(),
  });
  return {
    writing: { folder: spools, own: `${SPOOL_PREFIX}${name}`, segmentBytes: SEGMENT },
    append: (parts) => spool.append(parts),
    listeners: () => ({
      read: ({ segments }) => {
        for (const segment of segments) spool.recycle(segment);
      },
      blank: ({ file }) => spool.addBlank(file),
    }),
    whenWritten: (wake) => bell.onRing(wake),
    whenScarce: (make) => scarcity.onRing(make),
    state: () => spool.state,
    flush: () => {
      bell.stop();
      scarcity.stop();
    },
    close: (isEmpty) => spool.close(isEmpty),
  };
}

function memoryOutbox(): ConnectedOutbox {
  const bell = new Bell();
  const outbox = new MemoryOutbox({ mostBytes: MEMORY.waiting, onWrite: () => bell.ring(), onDrop: dropWarner() });
  let send: ((frames: Uint8Array<ArrayBuffer>) => void) | undefined;
  const hand = (): void => {
    const frames = outbox.take();
    if (frames !== undefined) send?.(frames);
  };
  return {
    writing: undefined,
    append: (parts) => outbox.append(parts),
    listeners: (sending) => {
      send = sending;
      return {
        written: () => {
          outbox.written();
          hand();
        },
      };
    },
    whenWritten: () => bell.onRing(hand),
    whenScarce: () => undefined,
    state: () => outbox.state,
    flush: () => {
      bell.stop();
      // What is under way is with the writer already; what is behind it goes the same way.
      outbox.written();
      hand();
    },
    close: () => outbox.close(),
  };
}

/** Rings a moment after it was first pulled: one message to the writer for many calls. */
class Bell {
  #ring: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  onRing(ring: () => void): void {
    this.#ring = ring;
  }

  ring(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#ring();
    }, GATHERED).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** How long the writer rests, by what waits: it may wait for a quiet moment, but not until there is no room left. */
const RESTS = [
  { below: 64 * 1024 * 1024, rest: 6 },
  { below: 256 * 1024 * 1024, rest: 1 },
] as const;
/** Share of its time that the thread that serves calls is busy, from which on the machine has nothing to spare. */
const BUSY = 0.7;

/** How busy the thread that serves calls is: where it does nothing else, the writer leaves it the machine. */
class Load {
  #last = performance.eventLoopUtilization();

  restFor(waiting: number): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#last);
    this.#last = now;
    return utilization < BUSY ? 0 : (RESTS.find(({ below }) => waiting < below)?.rest ?? 0);
  }
}

/** Tells the operator that calls are left out, and how many, but not of each. */
function dropWarner(): (calls: number) => void {
  let dropped = 0;
  let warnedAt = -Infinity;
  return (calls) => {
    dropped += calls;
    if (performance.now() - warnedAt < WARN_EVERY) return;
    warnedAt = performance.now();
    log('warn', 'calls are left out of the request log: too many wait for it', { calls: dropped });
    dropped = 0;
  };
}
