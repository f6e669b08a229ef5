import { KEPT_OVER, LEASE, type Claim, type Count, type CounterStore, type Grant, type Mark } from './counter-store.ts';
import { CLAIM, RESET, SEED } from './redis-scripts.ts';
import type { RedisConnection } from '../redis.ts';

/** Where what Redis counts is kept for good. */
export interface DurableCounters extends CounterStore {
  /** What is known of counters, holder by holder. */
  holders(counters: readonly string[]): Promise<ReadonlyMap<string, Holders>>;
}

export interface Holders {
  readonly period: number;
  /** By holder. */
  readonly used: ReadonlyMap<string, number>;
}

export interface RedisCountersOptions {
  /** Undefined: what is counted is gone when Redis forgets it. */
  readonly durable?: DurableCounters | undefined;
  /** Told that what was counted cannot be kept for good; it is tried again. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

interface Scripts {
  sluiceClaim(key: string, ...values: (string | number)[]): Promise<readonly string[]>;
  sluiceSeed(key: string, ...values: (string | number)[]): Promise<number>;
  sluiceReset(key: string, at: number): Promise<number>;
}

/** Milliseconds between writes to what keeps for good. */
const WRITE_EVERY = 500;
/** Milliseconds that Redis keeps what it can have again from elsewhere, and what never matters for longer than its window. */
const KEPT = 35 * 86_400_000;
const KEPT_LITTLE = 60_000;
/** Milliseconds after which a holder that was not heard of is taken for gone. */
const FORGOTTEN = 3_600_000;
/** Milliseconds for which something that is done once in a period without end is known to be done. */
const MARKED = 400 * 86_400_000;

/** Keeps counters in Redis. What they count is written behind to a store that keeps it for good, and comes back from there. */
export class RedisCounters implements CounterStore {
  readonly #scripts: Scripts;
  readonly #redis: RedisConnection;
  readonly #durable: DurableCounters | undefined;
  readonly #onTrouble: (error: unknown) => void;
  /** What is still to be written, by holder. */
  #unwritten = new Map<string, Claim>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(redis: RedisConnection, { durable, onTrouble = () => {} }: RedisCountersOptions = {}) {
    this.#redis = redis;
    this.#durable = durable;
    this.#onTrouble = onTrouble;
    redis.client.defineCommand('sluiceClaim', { numberOfKeys: 1, lua: CLAIM });
    redis.client.defineCommand('sluiceSeed', { numberOfKeys: 1, lua: SEED });
    redis.client.defineCommand('sluiceReset', { numberOfKeys: 1, lua: RESET });
    this.#scripts = redis.client as unknown as Scripts;
  }

  async exchange(claims: readonly Claim[]): Promise<readonly Grant[]> {
    const grants = await Promise.all(claims.map((claim) => this.#claim(claim)));
    const unknown = claims.filter((_, index) => grants[index] === undefined);
    if (unknown.length > 0) await this.#seed(unknown);
    return Promise.all(claims.map(async (claim, index) => grants[index] ?? this.#claimSeeded(claim)));
  }

  async read(prefix: string): Promise<readonly Count[]> {
    if (this.#durable === undefined) return [];
    await this.flush();
    return this.#durable.read(prefix);
  }

  async reset(prefix: string, at: number): Promise<number> {
    if (this.#durable === undefined) return 0;
    const counters = await this.read(prefix);
    const count = await this.#durable.reset(prefix, at);
    await Promise.all(counters.map(({ counter }) => this.#scripts.sluiceReset(keyOf(counter), at)));
    return count;
  }

  async mark({ counter, period, ends, name }: Mark): Promise<boolean> {
    return (await this.#redis.client.set(`mark:${counter}:${period}:${name}`, '1', 'PX', lifeOf(ends, MARKED), 'NX')) === 'OK';
  }

  /** Redis forgets by itself what is over. */
  async prune(ended: number, most: number): Promise<number> {
    return this.#durable === undefined ? 0 : this.#durable.prune(ended, most);
  }

  /** Writes what is still to be written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    await this.#write();
  }

  async #claim(claim: Claim, isSeeded = false): Promise<Grant | undefined> {
    const { counter, period, ends, limit, window = 0, holder, turn, used, need, slack } = claim;
    const keepsForGood = this.#keepsForGood(claim);
    const ttl = keepsForGood ? lifeOf(ends, KEPT) : window + KEPT_LITTLE;
    const forgotten = keepsForGood ? FORGOTTEN : KEPT_LITTLE;
    const rest = [turn, used, need, slack, LEASE, ttl, forgotten, keepsForGood && !isSeeded ? 1 : 0];
    const [answered = '', usedByAll = '', lease = ''] = await this.#scripts.sluiceClaim(keyOf(counter), holder, period, limit, window, ...rest);
    if (answered === 'fresh') return undefined;
    if (keepsForGood) this.#note(claim);
    return { period: Number(answered), used: Number(usedByAll), lease: Number(lease) };
  }

  async #claimSeeded(claim: Claim): Promise<Grant> {
    return (await this.#claim(claim, true)) as Grant;
  }

  /** Rates and places are of the moment. */
  #keepsForGood({ isLasting }: Claim): boolean {
    return isLasting && this.#durable !== undefined;
  }

  async #seed(claims: readonly Claim[]): Promise<void> {
    const known = await (this.#durable as DurableCounters).holders(claims.map(({ counter }) => counter));
    const seeds = [...known].map(([counter, { period, used }]) => this.#scripts.sluiceSeed(keyOf(counter), String(period), ...[...used].flat()));
    await Promise.all(seeds);
  }

  #note(claim: Claim): void {
    this.#unwritten.set(`${claim.counter}\n${claim.holder}`, { ...claim, need: 0, slack: 0 });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
    }, WRITE_EVERY).unref();
  }

  async #write(): Promise<void> {
    if (this.#unwritten.size === 0 || this.#durable === undefined) return;
    const written = this.#unwritten;
    this.#unwritten = new Map();
    try {
      await this.#durable.exchange([...written.values()]);
    } catch (error) {
      this.#onTrouble(error);
      // What has been counted since goes before what could not be written.
      for (const claim of [...written.values(), ...this.#unwritten.values()]) this.#note(claim);
    }
  }
}

/** Milliseconds for which what belongs to a period is kept: a little longer than that, and never longer than `most`. */
function lifeOf(ends: number | undefined, most: number): number {
  return ends === undefined ? most : Math.min(most, Math.max(0, ends - Date.now()) + KEPT_OVER);
}

function keyOf(counter: string): string {
  return `count:${counter}`;
}
