import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { readFrames } from '../../logs/frame.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { LogItem } from '../../logs/record.ts';
import { takeLock } from './lock.ts';
import type { FromLogThread, Writing } from './protocol.ts';
import { blankSegment, LOCK_FILE, SPOOL_PREFIX } from './spool.ts';
import { SpoolReader, type Batch } from './spool-reader.ts';

export interface LogWriterOptions extends Writing {
  /** Rejects where the log cannot be reached. */
  readonly store: () => Promise<LogStore>;
  /** Is told why the log could not be written. */
  readonly failed: (error: Error) => void;
  readonly say: (message: FromLogThread) => void;
}

/** Milliseconds between attempts to reach a log that is down, at first and at most. */
const RETRY = { first: 250, most: 5000 } as const;
/** Milliseconds of a rest. */
const LONGEST_REST = 10_000;
const PRUNE_EVERY = 60_000;
const ORPHANS_EVERY = 30_000;

/** Writes what comes in into the log, in batches, one after the other; what cannot be written stays where it is. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #own: SpoolReader | undefined;
  readonly #frames: Uint8Array[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #running: Promise<void> | undefined;
  #isAwake = false;
  #retry: NodeJS.Timeout | undefined;
  #delay: number = RETRY.first;
  #isOk = true;
  #isFinishing = false;
  #blanks = 0;
  #rest = 0;
  /** Each ends a rest that is being taken. */
  readonly #rests = new Set<() => void>();

  constructor(options: LogWriterOptions) {
    this.#options = options;
    const { spools } = options;
    this.#own = spools === undefined ? undefined : new SpoolReader(path.join(spools.folder, spools.own), false);
  }

  start(): void {
    void this.#adopt();
    this.wake();
    this.#timers.push(setInterval(() => void this.#prune(), PRUNE_EVERY).unref(), setInterval(() => void this.#adopt(), ORPHANS_EVERY).unref());
  }

  /** Something may have come in. `rest`: how many times as long as it works it rests in between. */
  wake(rest = 0): void {
    this.#isAwake = true;
    if (rest < this.#rest) for (const rise of this.#rests) rise();
    this.#rest = rest;
    if (this.#retry === undefined) this.#running ??= this.#work();
  }

  /** Takes frames where there is no spool. */
  take(bytes: Uint8Array): void {
    this.#frames.push(bytes);
    this.wake();
  }

  /** Makes a segment that the spool can write over: the pages of a new file cost more than the thread that serves calls should pay. */
  makeBlank(): void {
    const { spools } = this.#options;
    if (spools === undefined) return;
    this.#blanks += 1;
    try {
      this.#options.say({ type: 'blank', file: blankSegment(path.join(spools.folder, spools.own), this.#blanks, spools.segmentBytes) });
    } catch {
      // New segments are made when they are needed, only slower.
    }
  }

  /** Writes what is left; gives whether nothing remains. */
  async finish(within: number): Promise<boolean> {
    for (const timer of this.#timers) clearTimeout(timer);
    const end = Date.now() + within;
    do {
      if (this.#retry !== undefined) {
        clearTimeout(this.#retry);
        this.#retry = undefined;
      }
      this.wake();
      await this.#running;
    } while (!this.#isOk && Date.now() < end && (await sleep(RETRY.first, true)));
    this.#isFinishing = true;
    if (this.#retry !== undefined) clearTimeout(this.#retry);
    return this.#isOk;
  }

  async #work(): Promise<void> {
    while (this.#isAwake) {
      this.#isAwake = false;
      const isDone = await this.#drain();
      if (!isDone) break;
    }
    this.#running = undefined;
  }

  /** Writes all that is there; false: the log could not be reached. */
  async #drain(): Promise<boolean> {
    try {
      for (let bytes = this.#frames[0]; bytes !== undefined; bytes = this.#frames[0]) await this.#writeFrames(bytes);
      if (this.#own !== undefined) await this.#copy(this.#own, (segments) => this.#options.say({ type: 'read', segments }));
      this.#reached();
      return true;
    } catch (error) {
      this.#failed(error as Error);
      return false;
    }
  }

  async #writeFrames(bytes: Uint8Array): Promise<void> {
    const { items } = readFrames(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { segment: 0, from: 0, most: Infinity });
    await this.#insert(items);
    this.#frames.shift();
    this.#options.say({ type: 'written', bytes: bytes.length });
  }

  async #copy(reader: SpoolReader, passed: (segments: readonly number[]) => void): Promise<void> {
    for (let batch: Batch | undefined = reader.next(); batch !== undefined; batch = reader.next()) {
      // Not `performance`: a thread takes tens of milliseconds to load it.
      const start = Date.now();
      if (batch.items.length > 0) await this.#insert(batch.items);
      const segments = batch.done();
      if (segments.length > 0) passed(segments);
      // SQLite answers at once: without a pause nobody else would be heard until all is written.
      if (this.#rest === 0) await immediate();
      else await this.#takeRest(this.#rest * (Date.now() - start));
    }
  }

  #takeRest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const rise = (): void => {
        clearTimeout(timer);
        this.#rests.delete(rise);
        resolve();
      };
      const timer = setTimeout(rise, Math.min(LONGEST_REST, milliseconds));
      this.#rests.add(rise);
    });
  }

  /** A call that the log cannot take at all must not hold up those behind it. */
  async #insert(items: readonly LogItem[]): Promise<void> {
    try {
      await (await this.#options.store()).insert(items);
    } catch (error) {
      if (!isBadData(error)) throw error;
      if (items.length === 1) return this.#options.say({ type: 'refused', detail: (error as Error).message });
      const middle = items.length >> 1;
      await this.#insert(items.slice(0, middle));
      await this.#insert(items.slice(middle));
    }
  }

  #reached(): void {
    this.#delay = RETRY.first;
    if (this.#isOk) return;
    this.#isOk = true;
    this.#options.say({ type: 'state', state: { ok: true, detail: undefined } });
    void this.#adopt();
  }

  #failed(error: Error): void {
    this.#options.failed(error);
    if (this.#isOk) this.#options.say({ type: 'state', state: { ok: false, detail: error.message } });
    this.#isOk = false;
    if (this.#isFinishing) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.wake();
    }, this.#delay);
    this.#delay = Math.min(this.#delay * 2, RETRY.most);
  }

  /** Takes over the spools of processes that have ended without reading theirs to the end. */
  async #adopt(): Promise<void> {
    const { spools } = this.#options;
    if (spools === undefined) return;
    for (const name of readdirSync(spools.folder)) {
      const folder = path.join(spools.folder, name);
      if (!name.startsWith(SPOOL_PREFIX) || name === spools.own || !existsSync(path.join(folder, LOCK_FILE))) continue;
      await this.#adoptOne(folder);
    }
  }

  async #adoptOne(folder: string): Promise<void> {
    let lock: ReturnType<typeof takeLock>;
    try {
      lock = takeLock(path.join(folder, LOCK_FILE));
      if (lock === undefined) return;
      await this.#copy(new SpoolReader(folder, true), () => undefined);
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      this.#options.say({ type: 'state', state: { ok: this.#isOk, detail: `a spool could not be taken over: ${(error as Error).message}` } });
    } finally {
      lock?.release();
    }
  }

  async #prune(): Promise<void> {
    try {
      await (await this.#options.store()).prune(this.#options.retention, Date.now());
    } catch {
      // A log that is down is pruned when it is back.
    }
  }
}

/** Codes of SQLite for what is too big, breaks a constraint or has a wrong type. */
const BAD_IN_SQLITE: ReadonlySet<unknown> = new Set([18, 19, 20]);

/** Whether an error is about what was written and not about the database: classes of Postgres' codes (54: too long, too many), SQLite's, or our own mistake. */
function isBadData(error: unknown): boolean {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: number };
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true;
  return (typeof code === 'string' && /^(?:2[23]|54)\w{3}$/.test(code)) || (typeof errcode === 'number' && BAD_IN_SQLITE.has(errcode & 0xff));
}
