import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { frameLength, writeFrame, type Parts } from '../../logs/frame.ts';
import { takeLock, type Lock } from './lock.ts';

/** Takes what calls leave behind, on the thread that serves them, and keeps it until the log has it. */
export interface Outbox {
  /** Takes what a call leaves. */
  append(parts: Parts): void;
  /** When this returns, all that was taken outlives a sudden end of the process, as far as the outbox is able to keep it. */
  flush(): void;
  readonly state: OutboxState;
  close(): void;
}

export interface OutboxState {
  /** Calls that had to make room for later ones. */
  readonly dropped: number;
  /** Bytes that wait for the log. */
  readonly waiting: number;
}

export interface SpoolOptions {
  /** The folder in which every process has a spool of its own. */
  readonly folder: string;
  /** Distinguishes the spool from all others. */
  readonly name: string;
  readonly segmentBytes: number;
  /** The most that the spool takes on disk; the oldest calls make room. */
  readonly mostBytes: number;
  /** Called after something was written, over and over. */
  readonly onWrite: () => void;
  readonly onDrop: (calls: number, cause?: unknown) => void;
  /** Called when files to write over run short: somebody else makes some, and hands them to `addBlank`. */
  readonly onScarce: () => void;
}

/** Bytes that are gathered at the most before they are written. */
const GATHERED = 256 * 1024;
/** Files in reserve that are enough until more have been made. */
const FEW = 2;

const ZEROS = new Uint8Array(64 * 1024);

export const SPOOL_PREFIX = 'spool-';
export const LOCK_FILE = 'lock';

/** The file of a segment within its spool. */
export function segmentFile(segment: number): string {
  return `${String(segment).padStart(10, '0')}.segment`;
}

interface Segment {
  readonly number: number;
  calls: number;
}

/**
 * Calls on their way into the log, in segments on disk that are written over when they have been read: pages that are there already cost
 * a tenth of new ones. There is one write for all that was taken before a `flush`; the kernel keeps it when the process is killed.
 */
export class LogSpool implements Outbox {
  readonly folder: string;
  readonly #options: SpoolOptions;
  readonly #lock: Lock;
  readonly #gathered = Buffer.allocUnsafeSlow(GATHERED);
  /** Written and not yet read, the oldest first; the last one is being written. */
  readonly #segments: Segment[] = [];
  /** Files of segments that have been read, and blank ones, by their paths. */
  readonly #spare: string[] = [];
  #file = -1;
  /** Bytes of the segment that are written, and of those that are gathered to go behind them. */
  #end = 0;
  #size = 0;
  #calls = 0;
  #number = 0;
  #dropped = 0;

  constructor(options: SpoolOptions) {
    this.#options = options;
    // The name that others look for comes with the lock, so that nobody takes the spool for one whose process has died.
    const draft = path.join(options.folder, `draft-${options.name}`);
    this.folder = path.join(options.folder, `${SPOOL_PREFIX}${options.name}`);
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const lock = takeLock(path.join(draft, LOCK_FILE));
    if (lock === undefined) throw new Error(`the spool ${draft} is locked`);
    this.#lock = lock;
    renameSync(draft, this.folder);
    try {
      this.#spare.push(blankSegment(this.folder, 0, options.segmentBytes));
      this.#rotate();
    } catch (error) {
      lock.release();
      rmSync(this.folder, { recursive: true, force: true });
      throw error;
    }
  }

  get state(): OutboxState {
    return { dropped: this.#dropped, waiting: Math.max(0, this.#segments.length - 1) * this.#options.segmentBytes + this.#end + this.#size };
  }

  append(parts: Parts): void {
    const length = frameLength(parts);
    if (this.#size + length > GATHERED) this.flush();
    const end = this.#end + this.#size;
    if (end > 0 && end + length > this.#options.segmentBytes) {
      this.flush();
      this.#rotate();
    }
    this.#calls += 1;
    if (length <= GATHERED) this.#size += writeFrame(this.#gathered, { at: this.#size, segment: this.#number }, parts);
    else {
      const frame = Buffer.allocUnsafe(length);
      writeFrame(frame, { at: 0, segment: this.#number }, parts);
      this.#write(frame);
    }
  }

  flush(): void {
    if (this.#size === 0) return;
    const bytes = this.#gathered.subarray(0, this.#size);
    this.#size = 0;
    this.#write(bytes);
  }

  /** A segment has been read to its end: its file may be written over. */
  recycle(number: number): void {
    const index = this.#segments.findIndex((segment) => segment.number === number);
    if (index < 0 || index === this.#segments.length - 1) return;
    this.#segments.splice(index, 1);
    this.#spare.push(path.join(this.folder, segmentFile(number)));
  }

  /** A file of zeros that somebody has written meanwhile; one who began anew may have written the same one again. */
  addBlank(file: string): void {
    if (!this.#spare.includes(file)) this.#spare.push(file);
  }

  /** Lets others take the spool over, or removes it where all of it has been read. */
  close(isEmpty = false): void {
    this.flush();
    closeSync(this.#file);
    this.#lock.release();
    if (isEmpty) rmSync(this.folder, { recursive: true, force: true });
  }

  /** A disk that is full loses the calls, and keeps nobody from an answer. */
  #write(bytes: Uint8Array): void {
    const calls = this.#calls;
    this.#calls = 0;
    try {
      writeAll(this.#file, bytes, this.#end);
    } catch (cause) {
      this.#dropped += calls;
      return this.#options.onDrop(calls, cause);
    }
    this.#end += bytes.length;
    (this.#segments.at(-1) as Segment).calls += calls;
    this.#options.onWrite();
  }

  #rotate(): void {
    const { segmentBytes, mostBytes } = this.#options;
    if (this.#spare.length === 0 && (this.#segments.length + 1) * segmentBytes > mostBytes && this.#segments.length > 1) this.#dropOldest();
    this.#number += 1;
    const file = path.join(this.folder, segmentFile(this.#number));
    const spare = this.#spare.shift();
    if (spare !== undefined) renameSync(spare, file);
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = openSync(file, spare === undefined ? 'w' : 'r+', 0o600);
    this.#end = 0;
    this.#segments.push({ number: this.#number, calls: 0 });
    if (this.#spare.length < FEW) this.#options.onScarce();
  }

  #dropOldest(): void {
    const { number, calls } = this.#segments.shift() as Segment;
    this.#spare.push(path.join(this.folder, segmentFile(number)));
    this.#dropped += calls;
    this.#options.onDrop(calls);
  }
}

/** Makes a segment full of zeros, whose pages are there when they are written over. */
export function blankSegment(folder: string, number: number, bytes: number): string {
  const file = path.join(folder, `blank-${number}`);
  const descriptor = openSync(file, 'w', 0o600);
  try {
    for (let at = 0; at < bytes; at += ZEROS.length) writeAll(descriptor, ZEROS.subarray(0, bytes - at), at);
  } finally {
    closeSync(descriptor);
  }
  return file;
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written, position + written);
}
