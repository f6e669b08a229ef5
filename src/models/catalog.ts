import type { PriceBook, Seller } from './price-book.ts';
import { rateAt, ratesOfListed, type Rate } from './rates.ts';

/** A model that the price list knows at a host. */
export interface ListedModel {
  readonly id: string;
  /** USD for a million tokens of a short prompt; null: nobody knows. */
  readonly inputPrice: number | null;
  readonly outputPrice: number | null;
  /** Tokens. */
  readonly context: number | null;
}

/** The models that the public price list knows at a host, in the order of their ids, with the users' own prices where they have any. */
export async function pricedModels(seller: Seller, book: Pick<PriceBook, 'ownRatesOf'>): Promise<readonly ListedModel[]> {
  return (await listedModels(seller)).map((model) => {
    const own = book.ownRatesOf(seller, model.id);
    return own === undefined ? model : { ...model, inputPrice: priceOf(own.input), outputPrice: priceOf(own.output) };
  });
}

/** The models that the public price list knows at a host, in the order of their ids; none where it does not know the host. */
export async function listedModels({ id, url }: Seller): Promise<readonly ListedModel[]> {
  const { findProvider } = await import('@pydantic/genai-prices');
  const provider = (url && findProvider({ providerApiUrl: url })) ?? (id && findProvider({ providerId: id }));
  if (!provider) return [];
  const models = provider.models.map((model) => {
    // Prices that depend on the time come as a list; the last one holds when no other does.
    const prices = Array.isArray(model.prices) ? model.prices.at(-1)?.prices : model.prices;
    const rates = ratesOfListed(prices ?? {});
    return { id: model.id, inputPrice: priceOf(rates?.input), outputPrice: priceOf(rates?.output), context: model.context_window ?? null };
  });
  return models.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function priceOf(rate: Rate | undefined): number | null {
  return rate === undefined ? null : rateAt(rate, 0);
}
