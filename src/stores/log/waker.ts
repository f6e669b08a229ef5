import { availableParallelism } from 'node:os';
import type { Outbox } from './spool.ts';

/** How many times as long as it works the writer rests, by the share of the room that is taken: it may wait for a quiet moment, but not until there is none left. */
const RESTS = [
  { below: 1 / 4, rest: 100 },
  { below: 3 / 8, rest: 6 },
  { below: 1 / 2, rest: 1 },
] as const;
/** Share of the processors' time that the process takes, from which on there is nothing to spare for the writer. */
const BUSY = 0.9;
/** Milliseconds after which it is looked again whether there is. */
const AGAIN = 500;
/** Milliseconds after which what was measured says nothing of now, and for which it is then measured anew. */
const STALE = 300;
const MEASURED = 100;

/** Wakes the writer, and tells it to rest in between while the process takes all the processors it may use: calls go first. */
export class Waker {
  readonly #outbox: Pick<Outbox, 'state'>;
  readonly #room: number;
  readonly #tell: (rest: number) => void;
  readonly #processors = availableParallelism();
  #usage = process.cpuUsage();
  #at = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** `room`: bytes that may wait in the outbox. */
  constructor(outbox: Pick<Outbox, 'state'>, room: number, tell: (rest: number) => void) {
    this.#outbox = outbox;
    this.#room = room;
    this.#tell = tell;
  }

  /** Something waits to be written. */
  wake(): void {
    clearTimeout(this.#timer);
    if (performance.now() - this.#at > STALE) {
      this.#measure();
      this.#timer = setTimeout(() => this.wake(), MEASURED).unref();
      return;
    }
    const taken = this.#outbox.state.waiting / this.#room;
    const rest = this.#measure() >= BUSY ? (RESTS.find(({ below }) => taken < below)?.rest ?? 0) : 0;
    this.#tell(rest);
    // It may have been the last call for long, and the writer would rest though there is time.
    if (rest > 0) this.#timer = setTimeout(() => this.wake(), AGAIN).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The share of the processors' time that the process has taken since this was asked last. */
  #measure(): number {
    const { user, system } = process.cpuUsage(this.#usage);
    const now = performance.now();
    const share = (user + system) / 1000 / (now - this.#at) / this.#processors;
    this.#usage = process.cpuUsage();
    this.#at = now;
    return share;
  }
}
