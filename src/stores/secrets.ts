import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../environment.ts';
import { log } from '../telemetry/log.ts';
import type { DataFolder } from './database.ts';
import { openSealer, type Sealer } from './seal.ts';

/** Where a secret is, by the name of its source: `{"env": "OPENAI_API_KEY"}`, `{"file": "/run/secrets/openai"}`, `{"sealed": "v1.…"}`. */
export type SecretReference = Readonly<Record<string, string>>;

/** Where secrets come from. It answers from memory, as every call may ask; one that lives elsewhere is fetched beforehand, and followed. */
export type SecretSource = (reference: string, context: string) => string | undefined;

export interface SecretsOptions {
  readonly env: Environment;
  readonly folder: DataFolder;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Milliseconds for which a file is taken to be unchanged. */
const FRESH = 1000;

/** Bytes of the largest file that is taken for a secret. */
const LARGEST = 64 * 1024;

/** The gateway's own secrets, which none of those who may save a provider should be able to send somewhere. */
const OWN_VARIABLE = /^SLUICE_|^(DATABASE|REDIS)_URL$|^PG/;

/** Seals secrets for keeping, and looks up those that are referred to. */
export class Secrets {
  readonly #sealer: Sealer;
  readonly #sources = new Map<string, SecretSource>();
  readonly #told = new Set<string>();

  /** Throws where `SLUICE_ENCRYPTION_KEY` or `SLUICE_ENCRYPTION_KEY_PREVIOUS` holds no key. */
  constructor(options: SecretsOptions) {
    this.#sealer = openSealer(options.env, options.folder);
    this.register('sealed', (sealed, context) => this.#sealer.open(sealed, context));
    this.register('env', variableSource(options.env));
    this.register('file', fileSource(options));
  }

  /** Adds a source, which references name by their only member. */
  register(name: string, source: SecretSource): void {
    this.#sources.set(name, source);
  }

  /** Seals for whoever `context` names, as `provider/openai`; only what asks under the same name can read it. */
  seal(text: string, context = ''): string {
    return this.#sealer.seal(text, context);
  }

  /** Whether it is sealed with the key that is used now. */
  isCurrent(sealed: string): boolean {
    return this.#sealer.isCurrent(sealed);
  }

  /** Undefined where there is none or it cannot be opened, which the log says once. */
  read(reference: SecretReference, context = ''): string | undefined {
    const [[name, value] = ['', '']] = Object.entries(reference);
    try {
      const source = this.#sources.get(name);
      if (source === undefined) throw new Error(`There is no source of secrets named ${name}.`);
      return source(value, context);
    } catch (error) {
      this.#tell((error as Error).message, context);
      return undefined;
    }
  }

  #tell(reason: string, context: string): void {
    const line = `${context}\n${reason}`;
    if (this.#told.has(line)) return;
    this.#told.add(line);
    log('warn', 'a secret cannot be read', { of: context, reason });
  }
}

function variableSource(env: Environment): SecretSource {
  return (name) => {
    if (OWN_VARIABLE.test(name)) throw new Error(`The variable ${name} is the gateway's own, and no secret for a provider.`);
    return presence(env[name]);
  };
}

interface FileSeen {
  readonly text: string | undefined;
  /** What changes with every change. */
  readonly stamp: string;
  readonly checkedAt: number;
}

/** Files are read again when they have changed, and looked at once a second at most. */
function fileSource({ env, folder, now }: SecretsOptions): SecretSource {
  const seen = new Map<string, FileSeen>();
  const folders = (env['SLUICE_SECRET_FOLDERS'] ?? '').split(path.delimiter).filter(Boolean);
  return (file) => {
    const known = seen.get(file);
    if (known !== undefined && now() - known.checkedAt < FRESH) return known.text;
    const { size, mtimeMs, ino } = statSync(allowed(file, { folders, folder }));
    const stamp = `${ino} ${size} ${mtimeMs}`;
    if (size > LARGEST) throw new Error(`The file ${file} is too large for a secret.`);
    const text = known?.stamp === stamp ? known.text : presence(readFileSync(file, 'utf8').trim());
    seen.set(file, { text, stamp, checkedAt: now() });
    return text;
  };
}

interface Bounds {
  /** Where secrets may lie; none: anywhere. */
  readonly folders: readonly string[];
  /** Where they may not: the gateway's own state. */
  readonly folder: DataFolder;
}

function allowed(file: string, { folders, folder }: Bounds): string {
  if (!path.isAbsolute(file)) throw new Error(`Expected the whole path of a file, got ${JSON.stringify(file)}.`);
  const real = realpathSync(file);
  const isIn = (parent: string): boolean => !path.relative(realpathSync(parent), real).startsWith('..');
  const isRefused = (folders.length > 0 && !folders.some(isIn)) || (folder !== undefined && isIn(folder)) || /^\/(proc|sys|dev)\//.test(real);
  if (isRefused) throw new Error(`The file ${file} is not where secrets may lie (SLUICE_SECRET_FOLDERS).`);
  return real;
}

function presence(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
