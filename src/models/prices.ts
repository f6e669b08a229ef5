import type { PriceBook, Seller } from './price-book.ts';
import { rateAt, type Rate } from './rates.ts';

/** USD for a million tokens, without discounts for cached input. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

/** Prices of long contexts are higher at some hosts; requests of this size are what is compared. */
const SAMPLE = 1_000;

/** What a host charges for a model at an ordinary length; undefined where nobody says. The list is loaded when it is first needed. */
export async function pricesOf(book: PriceBook, seller: Seller, model: string): Promise<Prices | undefined> {
  await book.load();
  const rates = book.ratesOf(seller, [model]);
  return rates === undefined ? undefined : { input: ordinary(rates.input), output: ordinary(rates.output) };
}

function ordinary(rate: Rate | undefined): number {
  return rate === undefined ? 0 : rateAt(rate, SAMPLE);
}
