import { answerClaim, heldOf, type Holding } from './rules.ts';
import type { Claim, Count, CounterStore, Grant, Mark } from './counter-store.ts';

interface Counter {
  period: number;
  /** When that ends; undefined: never. */
  ends: number | undefined;
  /** Of a counter that drains: what was left of it at `at`. */
  level: number;
  at: number;
  readonly holdings: Map<string, Holding>;
  readonly marks: Set<string>;
}

/** Counters of one process, which are forgotten with it. */
export class MemoryCounters implements CounterStore {
  readonly #now: () => number;
  readonly #counters = new Map<string, Counter>();

  /** `now` gives milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async exchange(claims: readonly Claim[]): Promise<readonly Grant[]> {
    return claims.map((claim) => this.#answer(claim));
  }

  async read(prefix: string): Promise<readonly Count[]> {
    return this.#named(prefix).map(([counter, { period, holdings }]) => {
      const known = [...holdings.values()];
      return { counter, period, used: known.reduce((sum, { used }) => sum + used, 0), held: heldOf(known, this.#now()) };
    });
  }

  async reset(prefix: string, at: number): Promise<number> {
    const counters = this.#named(prefix);
    for (const [, counter] of counters) begin(counter, at);
    return counters.length;
  }

  async mark({ counter: name, period, name: mark }: Mark): Promise<boolean> {
    const counter = this.#counters.get(name);
    if (counter === undefined || counter.period !== period || counter.marks.has(mark)) return false;
    counter.marks.add(mark);
    return true;
  }

  async prune(ended: number, most: number): Promise<number> {
    const over = [...this.#counters].filter(([, { ends }]) => ends !== undefined && ends < ended).slice(0, most);
    for (const [name] of over) this.#counters.delete(name);
    return over.length;
  }

  #named(prefix: string): [string, Counter][] {
    return [...this.#counters].filter(([name]) => name.startsWith(prefix));
  }

  #answer(claim: Claim): Grant {
    const now = this.#now();
    const counter = this.#counterOf(claim, now);
    begin(counter, claim.period);
    if (counter.period === claim.period) counter.ends = claim.ends;
    const { period, holdings } = counter;
    const level = claim.window === undefined ? undefined : Math.max(0, counter.level - ((now - counter.at) * claim.limit) / claim.window);
    const { grant, holding } = answerClaim(claim, { period, holdings: [...holdings.values()], level }, now);
    if (holding === undefined) return grant;
    holdings.set(holding.holder, holding);
    counter.level = grant.used;
    counter.at = now;
    return grant;
  }

  #counterOf({ counter: name, period, ends }: Claim, now: number): Counter {
    let counter = this.#counters.get(name);
    if (counter === undefined) this.#counters.set(name, (counter = { period, ends, level: 0, at: now, holdings: new Map(), marks: new Set() }));
    return counter;
  }
}

/** Begins a period, unless it has begun or is over. */
function begin(counter: Counter, period: number): void {
  if (period <= counter.period) return;
  counter.period = period;
  counter.level = 0;
  counter.holdings.clear();
  counter.marks.clear();
}
