/** USD for a unit; `tiers`: what all of them cost where the prompt has more tokens than `start`. */
export type Rate = number | { readonly base: number; readonly tiers: readonly { readonly start: number; readonly price: number }[] };

/** What a host charges for a model: USD for a million tokens, for requests and searches USD for a thousand. A bucket that is left out costs what its kind costs. */
export interface Rates {
  readonly input?: Rate | undefined;
  readonly cacheRead?: Rate | undefined;
  readonly cacheWrite?: Rate | undefined;
  readonly cacheWriteHour?: Rate | undefined;
  readonly output?: Rate | undefined;
  readonly reasoning?: Rate | undefined;
  readonly audioInput?: Rate | undefined;
  readonly audioCacheRead?: Rate | undefined;
  readonly audioOutput?: Rate | undefined;
  readonly imageInput?: Rate | undefined;
  readonly imageCacheRead?: Rate | undefined;
  readonly imageOutput?: Rate | undefined;
  readonly request?: Rate | undefined;
  readonly search?: Rate | undefined;
}

/** What a rate is for a prompt of so many tokens. */
export function rateAt(rate: Rate, promptTokens: number): number {
  if (typeof rate === 'number') return rate;
  return rate.tiers.reduce((price, tier) => (promptTokens > tier.start ? tier.price : price), rate.base);
}

/** The names that the price list has for them. */
const LISTED: Readonly<Record<string, keyof Rates>> = {
  input_mtok: 'input',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite',
  cache_write_1h_mtok: 'cacheWriteHour',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
  input_audio_mtok: 'audioInput',
  cache_audio_read_mtok: 'audioCacheRead',
  output_audio_mtok: 'audioOutput',
  input_image_mtok: 'imageInput',
  cache_image_read_mtok: 'imageCacheRead',
  output_image_mtok: 'imageOutput',
  requests_kcount: 'request',
  web_searches_kcount: 'search',
};

/** An entry of the price list as rates; undefined where it has none for tokens. */
export function ratesOfListed(listed: Readonly<Record<string, Rate | undefined>>): Rates | undefined {
  const rates = Object.entries(listed).flatMap(([name, rate]) => {
    const own = LISTED[name];
    return own === undefined || rate === undefined ? [] : [[own, rate] as const];
  });
  const known: Rates = Object.fromEntries(rates);
  return known.input === undefined && known.output === undefined ? undefined : known;
}
