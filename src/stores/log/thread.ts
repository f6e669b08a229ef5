import { Worker } from 'node:worker_threads';
import { GatewayError } from '../../errors.ts';
import type { LogQuestions } from '../../logs/log-store.ts';
import type { FromLogThread, LogThreadData, ToLogThread } from './protocol.ts';

/** The bundle has the thread's script beside itself, the sources have it as a source. */
const SCRIPT = import.meta.url.endsWith('.ts') ? './log-worker.ts' : './log-worker.js';
/** Megabytes of memory that a thread may take; and for what it has just made, of which V8 would let it keep four times as much for nothing. */
const MEMORY = 256;
const YOUNG_MEMORY = 24;
/** Milliseconds before a thread that has failed is started again. */
const RESTART_AFTER = 1000;
/** Milliseconds that a question may take. */
const PATIENCE = 30_000;

type Message<Type> = Extract<FromLogThread, { readonly type: Type }>;

/** What a thread tells beside its answers. */
export type Listeners = {
  readonly [type in Exclude<FromLogThread['type'], 'answer' | 'failure' | 'finished'>]?: (message: Message<type>) => void;
} & {
  /** It ended without being asked to, and will be started again. */
  readonly crashed?: (error: Error) => void;
  readonly restarted?: () => void;
};

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** A thread of the log, which begins when there is something for it to do. */
export class LogThread {
  readonly #data: LogThreadData;
  readonly #listeners: Listeners;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  /** Set while a thread that failed waits to be started again. */
  #restart: NodeJS.Timeout | undefined;
  #asked = 0;
  #isClosing = false;
  #finished: ((isEmpty: boolean) => void) | undefined;

  constructor(data: LogThreadData, listeners: Listeners) {
    this.#data = data;
    this.#listeners = listeners;
  }

  /** Begins, unless it has; one that failed begins again in its own time. */
  start(): void {
    if (this.#restart === undefined && !this.#isClosing) this.#worker ??= this.#open();
  }

  /** A thread that failed hears nothing until `restarted` is told. */
  say(message: ToLogThread, transfer: readonly ArrayBuffer[] = []): void {
    this.start();
    this.#worker?.postMessage(message, transfer);
  }

  /** Asks a question; rejects with 503 where the log cannot be reached. */
  ask<Name extends keyof LogQuestions>(method: Name, question: Parameters<LogQuestions[Name]>[0]): ReturnType<LogQuestions[Name]> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const answer = promise as ReturnType<LogQuestions[Name]>;
    this.start();
    if (this.#worker === undefined) {
      reject(unavailable(new Error('the thread of the log is not running')));
      return answer;
    }
    this.#asked += 1;
    const id = this.#asked;
    const timer = setTimeout(() => this.#settle(id, (waiting) => waiting.reject(unavailable(new Error('the log took too long')))), PATIENCE).unref();
    this.#waiting.set(id, { resolve, reject, timer });
    this.say({ type: 'ask', id, method, question });
    return answer;
  }

  /** Lets it write what is left, for so many milliseconds at most; gives whether nothing remains. */
  async close(within: number): Promise<boolean> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    if (this.#worker === undefined) return this.#restart === undefined;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#finished = resolve;
    const timer = setTimeout(() => resolve(false), within + RESTART_AFTER);
    this.say({ type: 'finish', within });
    const isEmpty = await promise;
    clearTimeout(timer);
    await this.#worker?.terminate();
    this.#worker = undefined;
    this.#failAll(new Error('the log is closed'));
    return isEmpty;
  }

  #open(): Worker {
    const worker = new Worker(new URL(SCRIPT, import.meta.url), {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY, maxYoungGenerationSizeMb: YOUNG_MEMORY },
      name: this.#data.writing === undefined ? 'log questions' : 'log',
    });
    worker.unref();
    worker.on('message', (message: FromLogThread) => this.#hear(message));
    worker.on('error', (error) => this.#crashed(error as Error));
    worker.on('exit', () => this.#finished?.(false));
    return worker;
  }

  #hear(message: FromLogThread): void {
    if (message.type === 'answer') return this.#settle(message.id, ({ resolve }) => resolve(message.value));
    if (message.type === 'failure') return this.#settle(message.id, ({ reject }) => reject(unavailable(new Error(message.message))));
    if (message.type === 'finished') return this.#finished?.(message.isEmpty);
    (this.#listeners[message.type] as ((message: FromLogThread) => void) | undefined)?.(message);
  }

  #settle(id: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    settle(waiting);
  }

  #crashed(error: Error): void {
    this.#worker = undefined;
    this.#failAll(error);
    if (this.#isClosing) return;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.start();
      this.#listeners.restarted?.();
    }, RESTART_AFTER).unref();
    this.#listeners.crashed?.(error);
  }

  #failAll(error: Error): void {
    for (const id of this.#waiting.keys()) this.#settle(id, ({ reject }) => reject(unavailable(error)));
  }
}

function unavailable(cause: Error): GatewayError {
  return new GatewayError('store_unavailable', 'The request log cannot be reached.', { cause });
}
