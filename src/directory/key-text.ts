import { createHash, randomInt } from 'node:crypto';

/** What the gateway's own keys begin with. */
export const KEY_PREFIX = 'sk-sluice-';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Characters by chance: 238 bits. */
const LENGTH = 40;
const CHECK_LENGTH = 6;

/** A new key: the prefix, characters by chance, and a checksum, so that a mistyped key is known for one without a look-up. */
export function makeKey(): string {
  const body = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return KEY_PREFIX + body + checksum(body);
}

/** Whether a text can be a key of a gateway like this. */
export function isWellFormed(text: string): boolean {
  const body = text.slice(KEY_PREFIX.length, -CHECK_LENGTH);
  return text.startsWith(KEY_PREFIX) && body.length === LENGTH && text.endsWith(checksum(body));
}

/** SHA-256, hex: all that is kept of a key. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function checksum(body: string): string {
  return hashOf(body).slice(0, CHECK_LENGTH);
}
