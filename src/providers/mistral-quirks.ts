import { compatible, ranges } from './compatible.ts';
import type { Quirks } from './provider.ts';

/** How Mistral's chat API differs from OpenAI's. Members that it does not know make it refuse the request (HTTP 422 `extra_forbidden`). */
export const mistralQuirks = {
  ...compatible,
  rename: { ...compatible.rename, seed: 'random_seed' },
  drop: ['logit_bias', 'logprobs', 'modalities', 'safety_identifier', 'store', 'top_logprobs', 'user', 'verbosity', 'web_search_options'],
  values: { tool_choice: { required: 'any' } },
  clamp: { ...ranges, temperature: { min: 0, max: 1.5 } },
  streamOptions: false,
  repair: { finish: { model_length: 'length', error: 'stop' } },
} as const satisfies Quirks;
