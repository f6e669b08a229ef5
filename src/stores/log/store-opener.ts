import type { LogStore } from '../../logs/log-store.ts';
import { openPostgresLog } from './postgres.ts';
import type { LogPlace } from './protocol.ts';
import { prepareSchema } from './schema.ts';
import { inodeOf, isBroken, setAside } from './set-aside.ts';
import { SqlLogStore } from './sql-store.ts';
import { openSqliteLog } from './sqlite.ts';

export interface StoreOpenerOptions {
  readonly place: LogPlace;
  readonly isReadOnly: boolean;
  /** Told that a broken file was moved, where to and why; undefined: broken files stay where they are. */
  readonly onSetAside: ((file: string, reason: string) => void) | undefined;
}

/** Opens the store when it is first needed, and again after it could not be reached; begins a new file where the old one is broken. */
export class StoreOpener {
  readonly #options: StoreOpenerOptions;
  #opened: Promise<LogStore> | undefined;
  #inode: number | undefined;

  constructor(options: StoreOpenerOptions) {
    this.#options = options;
  }

  readonly store = (): Promise<LogStore> => {
    if (this.#opened !== undefined) return this.#opened;
    const opening = this.#open();
    this.#opened = opening;
    opening.catch(() => {
      if (this.#opened === opening) this.#opened = undefined;
    });
    return opening;
  };

  /** Is told of errors of the store: one of a broken file has it opened anew. */
  readonly failed = (error: unknown): void => {
    if (!isBroken(error)) return;
    const broken = this.#opened;
    this.#opened = undefined;
    void broken?.then((store) => store.close()).catch(() => undefined);
    this.#setAside(error as Error);
  };

  async #open(): Promise<LogStore> {
    try {
      return await this.#connect();
    } catch (error) {
      if (!isBroken(error) || !this.#setAside(error as Error)) throw error;
      return this.#connect();
    }
  }

  async #connect(): Promise<LogStore> {
    const { place, isReadOnly } = this.#options;
    if (place.kind === 'sqlite') this.#inode = inodeOf(place.file);
    const database =
      place.kind === 'postgres'
        ? await openPostgresLog(place.url)
        : openSqliteLog({ path: place.kind === 'memory' ? ':memory:' : place.file, isReadOnly });
    try {
      await prepareSchema(database);
    } catch (error) {
      await database.close();
      throw error;
    }
    if (place.kind === 'sqlite') this.#inode = inodeOf(place.file);
    return new SqlLogStore(database);
  }

  #setAside(reason: Error): boolean {
    const { place, onSetAside } = this.#options;
    if (place.kind !== 'sqlite' || onSetAside === undefined) return false;
    const file = setAside(place.file, this.#inode);
    if (file !== undefined) onSetAside(file, reason.message);
    return file !== undefined;
  }
}
