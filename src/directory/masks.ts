import type { Json } from '../ir/json.ts';

const MASK = '****';
/** A secret as long as this may show its end, so that two can be told apart. */
const LONG = 12;

/** A secret as it may be shown. */
export function masked(secret: Json): string {
  return typeof secret === 'string' && secret.length >= LONG ? MASK + secret.slice(-4) : MASK;
}

/** Whether a text is what is shown in place of a secret. */
export function isMasked(text: unknown): text is string {
  return typeof text === 'string' && text.startsWith(MASK) && text.length <= MASK.length + 4;
}
