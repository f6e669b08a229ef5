import { readFileSync, stat, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { ModelPrices } from '../config/price.ts';
import type { Directory } from '../directory/directory.ts';
import { readFileText, type FileContents, type FileReading } from '../directory/file.ts';
import type { Environment } from '../environment.ts';
import { log } from '../telemetry/log.ts';
import type { FileStatus } from './admin/world.ts';

/** After so many milliseconds the file is looked at again. */
const INTERVAL = 500;

/** The environment with the settings of a file behind it. Throws where the file cannot be read as one. */
export function withFileSettings(env: Environment, file: string): Environment {
  return { ...readOrThrow(file, { ...PREVIEW, env }).settings, ...env };
}

/** To see the settings before there is anything to keep secrets with. */
const PREVIEW: Omit<FileReading, 'env' | 'name'> = {
  secrets: { seal: (text) => text, read: () => '' },
  now: 0,
  before: [],
  saved: undefined,
};

function readOrThrow(file: string, reading: Omit<FileReading, 'name'>): FileContents {
  const read = readFileText(readFileSync(file, 'utf8'), { ...reading, name: path.basename(file) });
  if ('problems' in read) throw new Error(`the config file cannot be used\n  ${read.problems.join('\n  ')}`);
  return read;
}

export interface ConfigFileOptions extends Pick<FileReading, 'env' | 'secrets'> {
  readonly file: string;
  readonly directory: Directory;
  readonly now: () => number;
  /** Told what models cost, whenever the file was read. */
  readonly onPrices: (prices: ModelPrices) => void;
}

/** A config file that is followed: what it holds is in the directory, and what it held before stays there while it is broken. */
export class ConfigFile {
  readonly #options: ConfigFileOptions;
  #contents: FileContents = { records: [], settings: {}, prices: {} };
  #loadedAt: string | null = null;
  #problems: readonly string[] = [];
  readonly #reload = (): void => this.reload();
  readonly #timer: NodeJS.Timeout;
  #stamp: string;

  /** Reads the file; throws where it cannot be used, because a gateway that starts without it would refuse what it should serve. */
  constructor(options: ConfigFileOptions) {
    this.#options = options;
    // Before the file is read: what changes meanwhile is seen as a change.
    this.#stamp = stampOf(statSync(options.file, { throwIfNoEntry: false }));
    this.#take(readOrThrow(options.file, this.#reading()));
    this.#timer = setInterval(() => this.#look(), INTERVAL).unref();
    process.on('SIGHUP', this.#reload);
  }

  get status(): FileStatus {
    return { path: this.#options.file, ok: this.#problems.length === 0, loaded_at: this.#loadedAt, problems: [...this.#problems] };
  }

  /** Reads the file again. */
  reload(): void {
    try {
      const before = this.#contents.settings;
      const contents = readOrThrow(this.#options.file, this.#reading());
      this.#take(contents);
      log('info', 'the config file was read again', { file: this.#options.file });
      if (JSON.stringify(before) !== JSON.stringify(contents.settings))
        log('warn', 'changed settings of the config file take effect at the next start');
    } catch (error) {
      const lines = (error instanceof Error ? error.message : String(error)).split('\n').slice(1);
      this.#problems = lines.length > 0 ? lines.map((line) => line.trim()) : [`${path.basename(this.#options.file)} cannot be read`];
      log('warn', 'the config file cannot be used; its previous content stays in effect', { file: this.#options.file, problems: this.#problems });
    }
  }

  close(): void {
    clearInterval(this.#timer);
    process.off('SIGHUP', this.#reload);
  }

  #look(): void {
    stat(this.#options.file, (_, stats: Stats | undefined) => {
      const stamp = stampOf(stats);
      if (stamp === this.#stamp) return;
      this.#stamp = stamp;
      this.reload();
    });
  }

  #reading(): Omit<FileReading, 'name'> {
    const { env, secrets, now, directory } = this.#options;
    const saved = directory.isReady ? (workspace: string) => directory.viewOf(workspace) : undefined;
    return { env, secrets, now: now(), before: this.#contents.records, saved };
  }

  #take(contents: FileContents): void {
    this.#contents = contents;
    this.#problems = [];
    this.#loadedAt = new Date(this.#options.now()).toISOString();
    this.#options.onPrices(contents.prices);
    this.#options.directory.setFile(contents.records);
  }
}

/** What tells one state of a file from another; a file that is not there has one too. */
function stampOf(stats: Stats | undefined): string {
  return stats === undefined ? '' : `${stats.ino}/${stats.size}/${stats.mtimeMs}/${stats.ctimeMs}`;
}
