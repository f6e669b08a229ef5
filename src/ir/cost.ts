import type { Usage } from './events.ts';

/** What a call cost in USD, by what was used. */
export interface Cost {
  /** Null: the price of the model is unknown. */
  readonly total: number | null;
  /** By bucket of the usage: `input`, `cacheRead`, `output`, … */
  readonly parts: Readonly<Record<string, number>>;
}

/** What an answer used, and whatever else its price depends on. */
export interface Used {
  readonly usage: Usage;
  /** The model that answered, in the provider's words. */
  readonly model?: string | undefined;
  /** The provider's own word for how the request was served: `flex`, `priority`, `batch`, … */
  readonly tier?: string | undefined;
}
