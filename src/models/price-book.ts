import type * as genaiPrices from '@pydantic/genai-prices';
import { LRUCache } from 'lru-cache';
import { namesOf } from './model-names.ts';
import { ratesOfListed, type Rates } from './rates.ts';

/** Who charges: a provider's id, and where it lives, by which price lists know it under other names too. */
export interface Seller {
  /** Undefined: whoever runs the host at the URL, not a house that price lists know by name. */
  readonly id: string | undefined;
  readonly url?: string | undefined;
}

/** Prices that go before those of the list, by `model` or `provider/model`; names may end in `*`: the longest that fits counts. */
export type PriceOverrides = Readonly<Record<string, Rates>>;

type Library = Pick<typeof genaiPrices, 'calcPrice' | 'findProvider'>;

/** Some hosts charge by the time of day, so what was found is looked up again after a while. */
const FRESH = 600_000;
const MOST_UNKNOWN = 1000;

/** What models cost: the users' own prices, else what a public list says of the model at its host. A look-up in memory once the list is loaded. */
export class PriceBook {
  readonly #now: () => number;
  readonly #onUnknown: (seller: Seller, model: string) => void;
  /** A look-up in the list costs tens of microseconds. */
  readonly #known: LRUCache<string, { readonly rates: Rates | undefined }>;
  readonly #unknown = new Map<string, number>();
  #library: Library | undefined;
  #loading: Promise<void> | undefined;
  #overrides: PriceOverrides = {};
  #patterns: readonly (readonly [beginning: string, rates: Rates])[] = [];

  /** `onUnknown` hears once of each model that has no price. */
  constructor(now: () => number, onUnknown: (seller: Seller, model: string) => void = () => {}) {
    this.#now = now;
    this.#onUnknown = onUnknown;
    this.#known = new LRUCache({ max: 10_000, ttl: FRESH, perf: { now } });
  }

  /** Loads the list, which takes some tens of milliseconds; undefined once that is done. */
  load(): Promise<void> | undefined {
    if (this.#library !== undefined) return undefined;
    return (this.#loading ??= import('@pydantic/genai-prices').then((library) => {
      this.#library = library;
    }));
  }

  /** What a host charges for a model, under the first of its names that anybody knows; undefined where nobody does. */
  ratesOf(seller: Seller, models: readonly (string | undefined)[]): Rates | undefined {
    const key = `${seller.id ?? ''}\n${seller.url ?? ''}\n${models.join('\n')}`;
    const found = this.#known.get(key);
    if (found !== undefined) return found.rates;
    const names = [...new Set(models.flatMap((model) => namesOf(model ?? '')))];
    const rates = this.#overridden(seller, names) ?? this.#listed(seller, names);
    // Before the list is there nothing is known of it.
    if (this.#library !== undefined) this.#known.set(key, { rates });
    return rates;
  }

  /** Counts a call whose price is not known. */
  noteUnknown(seller: Seller, model: string): void {
    const key = `${seller.id ?? seller.url ?? ''}/${model}`;
    const count = this.#unknown.get(key);
    if (count === undefined && this.#unknown.size >= MOST_UNKNOWN) return;
    this.#unknown.set(key, (count ?? 0) + 1);
    if (count === undefined) this.#onUnknown(seller, model);
  }

  /** Calls whose price was not known, by `provider/model`. */
  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown;
  }

  /** Replaces the users' own prices. */
  override(overrides: PriceOverrides): void {
    this.#overrides = overrides;
    const patterns = Object.entries(overrides).flatMap(([name, rates]) => (name.endsWith('*') ? [[name.slice(0, -1), rates] as const] : []));
    this.#patterns = patterns.toSorted(([one], [other]) => other.length - one.length);
    this.#known.clear();
  }

  /** What the users' own prices say of a model; undefined: nothing. */
  ownRatesOf(seller: Seller, model: string): Rates | undefined {
    return this.#overridden(seller, namesOf(model));
  }

  #overridden({ id }: Seller, names: readonly string[]): Rates | undefined {
    for (const name of names) {
      for (const full of [`${id ?? ''}/${name}`, name]) {
        const rates = this.#overrides[full] ?? this.#patterns.find(([beginning]) => full.startsWith(beginning))?.[1];
        if (rates !== undefined) return rates;
      }
    }
    return undefined;
  }

  #listed({ id, url }: Seller, names: readonly string[]): Rates | undefined {
    const library = this.#library;
    if (library === undefined) return undefined;
    const provider = (url && library.findProvider({ providerApiUrl: url })) ?? (id && library.findProvider({ providerId: id }));
    if (!provider) return undefined;
    const timestamp = new Date(this.#now());
    for (const name of names) {
      const found = library.calcPrice({}, name, { provider, timestamp });
      if (found !== null) return ratesOfListed(found.model_price);
    }
    return undefined;
  }
}
