import { LRUCache } from 'lru-cache';

/** USD for a million tokens, without discounts for cached input. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

/** Who charges: a provider's id, and where it lives, by which price lists know it under other names too. */
export interface Seller {
  readonly id: string;
  readonly url?: string | undefined;
}

const MILLION = 1_000_000;
/** Prices of long contexts are higher at some hosts; requests of this size are what is compared. */
const SAMPLE = 1_000;

/** A look-up costs tens of microseconds. Some hosts charge by the time of day, so what was found is looked up again after a while. */
const known = new LRUCache<string, { readonly prices: Prices | undefined }>({ max: 10_000, ttl: 3_600_000 });

/** What a host charges for a model; undefined where no list says. The list is loaded when it is first needed. */
export async function pricesOf(seller: Seller, model: string): Promise<Prices | undefined> {
  const key = `${seller.id}\n${seller.url ?? ''}\n${model}`;
  const found = known.get(key);
  if (found !== undefined) return found.prices;
  const prices = await lookUp(seller, model);
  known.set(key, { prices });
  return prices;
}

async function lookUp({ id, url }: Seller, model: string): Promise<Prices | undefined> {
  const { calcPrice } = await import('@pydantic/genai-prices');
  const usage = { input_tokens: SAMPLE, output_tokens: SAMPLE };
  const price = (url === undefined ? null : calcPrice(usage, model, { providerApiUrl: url })) ?? calcPrice(usage, model, { providerId: id });
  if (price === null) return undefined;
  return { input: (price.input_price / SAMPLE) * MILLION, output: (price.output_price / SAMPLE) * MILLION };
}
