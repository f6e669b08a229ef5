import type { JsonObject } from '../../ir/json.ts';

/** LiteLLM's names for prices, in USD for one token. */
const PRICES: Readonly<Record<string, string>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache_read',
  cache_creation_input_token_cost: 'cache_write',
  output_cost_per_reasoning_token: 'reasoning',
  input_cost_per_audio_token: 'audio_input',
  output_cost_per_audio_token: 'audio_output',
};

const MILLION = 1e6;
/** Digits of a price: what is beyond them comes from the arithmetic. */
const DIGITS = 12;

/** What a row of LiteLLM's model list says that its model costs, as the `price` of a target; undefined: too little for one. */
export function priceIn(members: JsonObject): JsonObject | undefined {
  const known = Object.entries(PRICES).flatMap(([name, own]) => {
    const usd = members[name];
    return typeof usd === 'number' && usd >= 0 ? [[own, Number((usd * MILLION).toPrecision(DIGITS))] as const] : [];
  });
  const price: JsonObject = Object.fromEntries(known);
  return 'input' in price && 'output' in price ? price : undefined;
}

/** Whether a member is one of these prices. */
export function isPrice(name: string): boolean {
  return name in PRICES;
}
