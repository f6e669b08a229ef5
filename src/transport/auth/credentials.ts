import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** A credential with its end of life, in milliseconds since the epoch. */
export interface Expiring<Value> {
  readonly value: Value;
  readonly expiresAt: number;
}

/** Milliseconds before its end at which a credential is renewed. */
const MARGIN = 60_000;
/** Milliseconds before its end at which it is no longer sent: it could end on the way. */
const RESERVE = 5_000;

/**
 * A credential that is renewed shortly before its end, while calls still go on with it; only calls that have none to go on with wait, all
 * for the same renewal. One that fails is not kept.
 */
export class Kept<Value> {
  readonly #now: () => number;
  #current: Expiring<Value> | undefined;
  #renewal: Promise<Value> | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(fetchNew: () => Promise<Expiring<Value>>): Promise<Value> {
    const current = this.#current;
    const left = current === undefined ? 0 : current.expiresAt - this.#now();
    if (current === undefined || left <= RESERVE) return this.#renew(fetchNew);
    if (left <= MARGIN) this.#renew(fetchNew).catch(() => undefined);
    return current.value;
  }

  #renew(fetchNew: () => Promise<Expiring<Value>>): Promise<Value> {
    this.#renewal ??= fetchNew()
      .then((fresh) => (this.#current = fresh).value)
      .finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }
}

const MOST = 1000;

/** Fetched credentials, each by all that it depends on: targets of one identity share one, in whosever config they stand. */
export class Credentials {
  readonly #kept = new LRUCache<string, Kept<unknown>>({ max: MOST });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The place of the credential that `parts` lead to; the first of them names its kind, and with it its type. */
  at<Value>(parts: readonly string[]): Kept<Value> {
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('base64');
    let kept = this.#kept.get(key) as Kept<Value> | undefined;
    if (kept === undefined) this.#kept.set(key, (kept = new Kept<Value>(this.#now)));
    return kept;
  }
}
