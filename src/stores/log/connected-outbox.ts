import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { troubleOfCalls } from '../../telemetry/log.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import type { Writing } from './protocol.ts';
import { LogSpool, SPOOL_PREFIX, type Outbox } from './spool.ts';
import type { Listeners } from './thread.ts';

const SEGMENT = 4 * 1024 * 1024;
/** Bytes that may wait where there is no disk. */
const IN_MEMORY = 16 * 1024 * 1024;
/** Milliseconds for which calls are gathered before the writer is woken. */
const GATHERED = 50;

/** An outbox with what connects it to the writer. */
export interface ConnectedOutbox {
  readonly outbox: Outbox;
  /** Undefined: the writer has no spools to read. */
  readonly writing: Writing['spools'];
  listeners(send: (frames: Uint8Array<ArrayBuffer>) => void): Listeners;
  whenWritten(wake: () => void): void;
  whenScarce(make: () => void): void;
  /** No more comes in. */
  stop(): void;
  close(isEmpty: boolean): void;
}

/** An outbox on disk. */
export function spoolOutbox(folder: string, mostBytes: number): ConnectedOutbox {
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
    outbox: spool,
    writing: { folder: spools, own: `${SPOOL_PREFIX}${name}`, segmentBytes: SEGMENT },
    listeners: () => ({
      read: ({ segments }) => {
        for (const segment of segments) spool.recycle(segment);
      },
      blank: ({ file }) => spool.addBlank(file),
    }),
    whenWritten: (wake) => bell.onRing(wake),
    whenScarce: (make) => scarcity.onRing(make),
    stop: () => {
      spool.flush();
      bell.stop();
      scarcity.stop();
    },
    close: (isEmpty) => spool.close(isEmpty),
  };
}

/** An outbox where nothing can be written to disk. */
export function memoryOutbox(): ConnectedOutbox {
  const bell = new Bell();
  const outbox = new MemoryOutbox({ mostBytes: IN_MEMORY, onWrite: () => bell.ring(), onDrop: dropWarner() });
  let send: ((frames: Uint8Array<ArrayBuffer>) => void) | undefined;
  let isAway = false;
  const hand = (): void => {
    if (isAway) return;
    const frames = outbox.take();
    if (frames !== undefined) send?.(frames);
  };
  return {
    outbox,
    writing: undefined,
    listeners: (sending) => {
      send = sending;
      return {
        written: () => {
          outbox.written();
          hand();
        },
        crashed: () => (isAway = true),
        restarted: () => {
          isAway = false;
          outbox.lost();
          hand();
        },
      };
    },
    whenWritten: () => bell.onRing(hand),
    whenScarce: () => undefined,
    stop: () => {
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

function dropWarner(): (calls: number, cause?: unknown) => void {
  const tell = troubleOfCalls('calls are left out of the request log');
  return (calls, cause = new Error('too many wait for it')) => tell({ cause }, calls);
}
