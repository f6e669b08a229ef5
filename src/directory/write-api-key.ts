import type { Problem } from '../config/problems.ts';
import type { JsonObject } from '../ir/json.ts';
import { hashOf, makeKey } from './key-text.ts';
import { masked } from './masks.ts';
import { objectsOf } from './read-body.ts';
import { DEFAULT_SCOPES, unknownScope } from './scopes.ts';
import { limitsOf, type Written } from './write-provider.ts';

/** A key with what is kept of it. */
export interface MadeKey {
  readonly text: string;
  /** `hash` and `masked`. */
  readonly kept: JsonObject;
}

/** A new key, or one whose text is known already. */
export function keyOfText(text: string = makeKey()): MadeKey {
  return { text, kept: { hash: hashOf(text), masked: masked(text) } };
}

/** What is kept of an API key. The given members have been checked against the schema. */
export function writeApiKey(given: JsonObject, id: string): Written {
  const scopes = (given['scopes'] ?? DEFAULT_SCOPES) as readonly string[];
  const unknown = unknownScope(scopes);
  const problems: Problem[] =
    unknown === undefined ? [] : [{ path: ['scopes', scopes.indexOf(unknown)], message: `There is no scope '${unknown.slice(0, 100)}'` }];
  if (problems.length > 0) return { problems };
  return { body: { ...given, scopes, ...limitsOf(given, `key.${id}`) } };
}

/** Most keys that one may have replaced and that are still good. */
const MOST_PREVIOUS = 5;

/** The body of a key that is replaced by another one; the old text is good until a time, in milliseconds since the epoch. */
export function rotated(body: JsonObject, made: MadeKey, { now, until }: { readonly now: number; readonly until: number }): JsonObject {
  const earlier = objectsOf(body, 'previous').filter((key) => Date.parse(String(key['until'])) > now);
  const old = until > now ? [{ hash: body['hash'], masked: body['masked'], until: new Date(until).toISOString() }] : [];
  return { ...body, ...made.kept, previous: [...old, ...earlier].slice(0, MOST_PREVIOUS) };
}
