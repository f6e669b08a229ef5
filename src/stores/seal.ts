import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '../environment.ts';
import { GatewayError } from '../errors.ts';
import { log } from '../telemetry/log.ts';
import type { DataFolder } from './database.ts';

/** Seals secrets, so that whoever reads what is stored does not know them. */
export interface Sealer {
  /** `context` says whose secret it is, as `provider/openai`: nothing else opens it, and so none can be put in another's place. */
  seal(text: string, context: string): string;
  /** Throws a SealError where it was sealed with a key that is not here, for something else, or has been changed. */
  open(sealed: string, context: string): string;
  /** Whether it was sealed with the key that is used now; else it should be sealed again before the old key is taken away. */
  isCurrent(sealed: string): boolean;
}

/** What is sealed cannot be opened; the message says why and names no secret. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

interface Key {
  /** The beginning of a hash: tells keys apart, and nothing about them. */
  readonly id: string;
  readonly bytes: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Name of the file in the data folder that holds a key of the gateway's own making. */
const KEY_FILE = 'encryption.key';

/**
 * Seals with `SLUICE_ENCRYPTION_KEY`, or else with a key that is made once in the data folder, or, where nothing is kept on disk, with one
 * that is gone at the end; but not for a database that is shared. Opens with those of `SLUICE_ENCRYPTION_KEY_PREVIOUS` (separated by commas) and of the folder as well.
 */
export function openSealer(env: Environment, folder: DataFolder): Sealer {
  const given = keysOf(env, 'SLUICE_ENCRYPTION_KEY');
  if (given.length > 1) throw new Error('SLUICE_ENCRYPTION_KEY: expected one key; earlier ones go into SLUICE_ENCRYPTION_KEY_PREVIOUS');
  const previous = keysOf(env, 'SLUICE_ENCRYPTION_KEY_PREVIOUS');
  // Not before it is needed: most gateways keep no secrets.
  const own = once(() => given[0] ?? (isShared(env) ? keyForOthers(folder) : keyOfFolder(folder)));
  const all = once(() => {
    const made = existingKey(folder);
    return [own(), ...previous, ...(made === undefined ? [] : [made])];
  });
  return {
    seal: (text, context) => sealBy(own(), text, context),
    open: (sealed, context) => openBy(all(), sealed, context),
    isCurrent: (sealed) => sealed.startsWith(`${VERSION}.${own().id}.`),
  };
}

function sealBy({ id, bytes }: Key, text: string, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, bytes, nonce).setAAD(boundTo(id, context));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${id}.${sealed.toString('base64url')}`;
}

function openBy(keys: readonly Key[], sealed: string, context: string): string {
  const [version, id = '', encoded = ''] = sealed.split('.');
  const bytes = Buffer.from(encoded, 'base64url');
  if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealError(`What is sealed for ${context} is not in a known form.`);
  const key = keys.find((each) => each.id === id);
  if (key === undefined) {
    const known = keys.map((each) => each.id).join(', ');
    throw new SealError(
      `The secret of ${context} was sealed with the key ${id}; here is only ${known}. Set SLUICE_ENCRYPTION_KEY_PREVIOUS to that key.`,
    );
  }
  const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(id, context)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new SealError(`The secret of ${context} was changed, or was sealed for something else.`);
  }
}

function boundTo(id: string, context: string): Buffer {
  return Buffer.from(`${VERSION}.${id}.${context}`);
}

function keysOf(env: Environment, name: string): readonly Key[] {
  const texts = (env[name] ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean);
  return texts.map((text) => {
    const key = readKey(text);
    if (key === undefined)
      throw new Error(`${name}: expected ${KEY_BYTES} bytes in base64 or hex, as \`openssl rand -base64 ${KEY_BYTES}\` makes them`);
    return key;
  });
}

function readKey(text: string): Key | undefined {
  const bytes = /^[\da-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== KEY_BYTES) return undefined;
  return { id: createHash('sha256').update('sluice encryption key').update(bytes).digest('hex').slice(0, 8), bytes };
}

function isShared(env: Environment): boolean {
  return (env['DATABASE_URL'] ?? '') !== '';
}

/** What is sealed goes where other machines read it, and stays there when this one is gone. */
function keyForOthers(folder: DataFolder): Key {
  if (folder === undefined) {
    throw new GatewayError(
      'store_unavailable',
      'Secrets cannot be kept in a shared database without SLUICE_ENCRYPTION_KEY, the same on every machine.',
    );
  }
  log('warn', 'Secrets in the shared database are sealed with the key of this data folder: set SLUICE_ENCRYPTION_KEY, the same on every machine.', {
    file: path.join(folder, KEY_FILE),
  });
  return keyOfFolder(folder);
}

function keyOfFolder(folder: DataFolder): Key {
  return existingKey(folder) ?? makeKey(folder);
}

function existingKey(folder: DataFolder): Key | undefined {
  const file = folder === undefined ? undefined : path.join(folder, KEY_FILE);
  if (file === undefined || !existsSync(file)) return undefined;
  const key = readKey(readFileSync(file, 'utf8').trim());
  if (key === undefined) throw new SealError(`${file} holds no key: put back what was there, or what is sealed stays so.`);
  return key;
}

/** Of several that start at once one makes the key: a link is made whole, or not at all where there is one. */
function makeKey(folder: DataFolder): Key {
  const text = randomBytes(KEY_BYTES).toString('base64');
  if (folder === undefined) return readKey(text) as Key;
  const file = path.join(folder, KEY_FILE);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${text}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return existingKey(folder) as Key;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
