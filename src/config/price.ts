import * as z from 'zod/mini';
import { issueMessage, problemsOf } from './issues.ts';
import { describeProblems } from './problems.ts';
import type { Price } from './resolved.ts';
import { amount, described, member, text } from './schema-parts.ts';

/** What a model costs. */
export const price = z.strictObject({
  input: described('USD per million tokens of input.', amount),
  output: described('USD per million tokens of output.', amount),
  cache_read: member('USD for a million tokens of input that a cache served; by default what input costs, like all that follow.', amount),
  cache_write: member('USD for a million tokens of input that were put into a cache.', amount),
  cache_write_hour: member('The same for an hour; 1.6 times `cache_write` by default.', amount),
  reasoning: member('USD for a million tokens of thought; by default what output costs.', amount),
  audio_input: member('USD for a million tokens of audio.', amount),
  audio_output: member('USD for a million tokens of audio that the model makes; by default what output costs.', amount),
  image_input: member('USD for a million tokens of images.', amount),
  image_output: member('USD for a million tokens of images that the model makes; by default what output costs.', amount),
  request: member('USD for a thousand requests, whatever their size; 0 by default.', amount),
});

/** The names of the prices that the schema has in another spelling. */
const PRICES: Readonly<Record<string, keyof Price>> = {
  cache_read: 'cacheRead',
  cache_write: 'cacheWrite',
  cache_write_hour: 'cacheWriteHour',
  audio_input: 'audioInput',
  audio_output: 'audioOutput',
  image_input: 'imageInput',
  image_output: 'imageOutput',
};

/** A price as the schema has it, resolved. */
export function priceOf({ input, output, ...others }: z.infer<typeof price>): Price {
  return { input, output, ...Object.fromEntries(Object.entries(others).map(([name, usd]) => [PRICES[name] ?? name, usd])) };
}

const modelName = text.check(z.regex(/^[^*]*\*?$/, { error: "The name of a model can have a '*' at its end only" }));

/** Prices by model, `provider/model`, or the beginning of either with `*` behind it. */
export const modelPrices = z.record(modelName, price);

/** What models cost, by the names of `modelPrices` in small letters. */
export type ModelPrices = Readonly<Record<string, Price>>;

/** Prices of models as the schema has them, resolved. */
export function pricesOfModels(given: z.infer<typeof modelPrices>): ModelPrices {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), priceOf(value)]));
}

/** The same from JSON; throws an Error that says what is wrong with them. */
export function parseModelPrices(json: string): ModelPrices {
  const parsed = modelPrices.safeParse(JSON.parse(json), { error: issueMessage });
  if (!parsed.success) throw new Error(describeProblems(problemsOf(parsed.error)).join('; '));
  return pricesOfModels(parsed.data);
}
