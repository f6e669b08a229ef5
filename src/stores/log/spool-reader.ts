import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { claimedLength, nextFrame, readFrames, type Found } from '../../logs/frame.ts';
import type { LogItem } from '../../logs/record.ts';
import { segmentFile } from './spool.ts';

/** Some calls of a spool, and what to do when the log has them. */
export interface Batch {
  readonly items: readonly LogItem[];
  /** Remembers that they need not be read again; gives the numbers of segments that have been read to their end. */
  done(): readonly number[];
}

const MOST_CALLS = 512;
const WINDOW = 1024 * 1024;
const POSITION = 'position';
const SEGMENT = /^(\d{10})\.segment$/;

/** Reads a spool from where it was read up to before, also by another process. */
export class SpoolReader {
  readonly #folder: string;
  /** Nobody writes to it any more: what cannot be read is skipped, and what ends early is over. */
  readonly #isOrphan: boolean;
  #segment: number;
  #offset: number;
  /** Segments that have been read to their end, of which nobody has been told. */
  readonly #passed: number[] = [];

  constructor(folder: string, isOrphan: boolean) {
    this.#folder = folder;
    this.#isOrphan = isOrphan;
    [this.#segment, this.#offset] = readPosition(folder);
  }

  /** The next calls; undefined: there are none yet, or no more. */
  next(): Batch | undefined {
    for (;;) {
      const later = this.#laterSegment();
      const found = this.#read(later !== undefined || this.#isOrphan);
      if (found.items.length > 0) return this.#batch(found);
      if (later === undefined) {
        return this.#passed.length > 0 ? this.#batch({ items: [], end: this.#offset }) : undefined;
      }
      this.#passed.push(this.#segment);
      this.#segment = later;
      this.#offset = 0;
    }
  }

  #batch({ items, end }: Found): Batch {
    const segment = this.#segment;
    const start = this.#offset;
    return {
      items,
      done: () => {
        if (this.#segment === segment && this.#offset === start) this.#offset = end;
        writePosition(this.#folder, this.#segment, this.#offset);
        return this.#passed.splice(0);
      },
    };
  }

  /** Looked for before the segment is read: once there is a later one, nothing more is written to this one. */
  #laterSegment(): number | undefined {
    const next = this.#segment + 1;
    if (existsSync(path.join(this.#folder, segmentFile(next)))) return next;
    return segmentsIn(this.#folder).find((number) => number > this.#segment);
  }

  #read(isSealed: boolean): Found {
    const file = path.join(this.#folder, segmentFile(this.#segment));
    for (let from = this.#offset; ;) {
      const found = framesAt(file, this.#segment, from);
      if (found.items.length > 0) return found;
      const next = isSealed ? nextFrame(readWindow(file, found.end, Infinity), this.#segment, 1) : undefined;
      if (next === undefined) return found;
      from = found.end + next;
    }
  }
}

function framesAt(file: string, segment: number, from: number): Found {
  const bytes = readWindow(file, from, WINDOW);
  const claimed = claimedLength(bytes, segment);
  const enough = claimed > bytes.length ? readWindow(file, from, claimed) : bytes;
  const { items, end } = readFrames(enough, { segment, from: 0, most: MOST_CALLS });
  return { items, end: from + end };
}

function readWindow(file: string, from: number, most: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const length = Math.max(0, Math.min(most, fstatSync(descriptor).size - from));
    const bytes = Buffer.allocUnsafeSlow(length);
    const read = length === 0 ? 0 : readSync(descriptor, bytes, 0, length, from);
    return bytes.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}

function segmentsIn(folder: string): readonly number[] {
  return readdirSync(folder)
    .map((name) => Number(SEGMENT.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((one, other) => one - other);
}

function readPosition(folder: string): [segment: number, offset: number] {
  try {
    const [segment, offset] = readFileSync(path.join(folder, POSITION), 'utf8').split(' ').map(Number);
    if (Number.isInteger(segment) && Number.isInteger(offset)) return [segment as number, offset as number];
  } catch {
    // Nothing of it has been read yet.
  }
  return [segmentsIn(folder)[0] ?? 1, 0];
}

function writePosition(folder: string, segment: number, offset: number): void {
  writeFileSync(path.join(folder, POSITION), `${segment} ${String(offset).padStart(12, '0')}`);
}
