import { frameLength, writeFrame, type Parts } from '../../logs/frame.ts';
import type { Outbox, OutboxState } from './spool.ts';

export interface MemoryOutboxOptions {
  /** Bytes that may wait; the oldest calls make room. */
  readonly mostBytes: number;
  /** Called after something came in, over and over. */
  readonly onWrite: () => void;
  readonly onDrop: (calls: number, cause?: unknown) => void;
}

/** Calls on their way into the log where nothing can be written to disk: they wait in memory. */
export class MemoryOutbox implements Outbox {
  readonly #options: MemoryOutboxOptions;
  #waiting: Buffer[] = [];
  #bytes = 0;
  /** Bytes that were taken and are not written yet, and the calls in them. */
  #underWay = 0;
  #callsUnderWay = 0;
  #dropped = 0;

  constructor(options: MemoryOutboxOptions) {
    this.#options = options;
  }

  get state(): OutboxState {
    return { dropped: this.#dropped, waiting: this.#bytes + this.#underWay };
  }

  append(parts: Parts): void {
    const frame = Buffer.allocUnsafe(frameLength(parts));
    writeFrame(frame, { at: 0, segment: 0 }, parts);
    this.#waiting.push(frame);
    this.#bytes += frame.length;
    const dropped = this.#makeRoom();
    if (dropped > 0) this.#options.onDrop(dropped);
    this.#options.onWrite();
  }

  /** All that waits, unless what was taken before is still under way. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#underWay > 0 || this.#waiting.length === 0) return undefined;
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    for (const frame of this.#waiting) {
      bytes.set(frame, at);
      at += frame.length;
    }
    this.#callsUnderWay = this.#waiting.length;
    this.#waiting = [];
    this.#underWay = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** What was taken has been written. */
  written(): void {
    this.#underWay = 0;
  }

  /** What was taken is gone, with whoever had it. */
  lost(): void {
    if (this.#underWay === 0) return;
    this.#underWay = 0;
    this.#dropped += this.#callsUnderWay;
    this.#options.onDrop(this.#callsUnderWay, new Error('the thread that writes it failed'));
  }

  flush(): void {}

  close(): void {}

  #makeRoom(): number {
    let first = 0;
    while (this.#bytes + this.#underWay > this.#options.mostBytes && first < this.#waiting.length - 1) {
      this.#bytes -= (this.#waiting[first] as Buffer).length;
      first += 1;
    }
    if (first > 0) this.#waiting = this.#waiting.slice(first);
    this.#dropped += first;
    return first;
  }
}
