/** What a generation of models takes, where the generations differ (https://platform.claude.com/docs/en/build-with-claude/thinking). */
export interface ModelTraits {
  /**
   * `none`: cannot think. `budget`: thinks when given a token budget. `optional`: decides itself when asked to. `default`: decides itself
   * unless told not to. `always`: cannot be kept from it. `unknown`: not one of Anthropic's; is sent what was asked.
   */
  readonly thinking: 'none' | 'budget' | 'optional' | 'default' | 'always' | 'unknown';
  /** A model that decides itself still takes a token budget. */
  readonly takesBudget?: boolean;
  /** `both`: temperature and `top_p` together. `one`: either. `fixed`: neither, unless it is the default. */
  readonly sampling: 'both' | 'one' | 'fixed';
  /** Takes a schema for its answer, and strict tools. */
  readonly structured: boolean;
  /** Effort words that the generation does not know → the next lower one that it does. */
  readonly efforts?: Readonly<Record<string, string>>;
  /** `max_tokens` where the request names none; the API demands one. */
  readonly maxTokens: number;
}

/** Every model takes so many; those that are known to take more are not cut off so soon. */
const SMALLEST_LIMIT = 4096;
const USUAL_LIMIT = 32_000;

/** The first pattern that fits counts. Closed lists of what is past come first, so that a new model needs no new line. */
const GENERATIONS: readonly (readonly [RegExp, ModelTraits])[] = [
  [/claude-(?:instant|v?[12]\b|3-(?:opus|sonnet|haiku|5))/, { thinking: 'none', sampling: 'both', structured: false, maxTokens: SMALLEST_LIMIT }],
  [
    /claude-(?:3-7|4-(?:opus|sonnet)|(?:opus|sonnet)-4(?:-0|[-@]20\d{6}|$|[^-\d]))/,
    { thinking: 'budget', sampling: 'both', structured: false, maxTokens: SMALLEST_LIMIT },
  ],
  [/claude-(?:opus|sonnet|haiku)-4-[1-5]/, { thinking: 'budget', sampling: 'one', structured: true, maxTokens: USUAL_LIMIT }],
  [
    /claude-(?:opus|sonnet|haiku)-4-6/,
    { thinking: 'optional', takesBudget: true, sampling: 'one', structured: true, efforts: { xhigh: 'high' }, maxTokens: USUAL_LIMIT },
  ],
  [/claude-(?:opus|sonnet|haiku)-4-[7-9]/, { thinking: 'optional', sampling: 'fixed', structured: true, maxTokens: USUAL_LIMIT }],
  [/claude-(?:(?:opus|sonnet)-5(?!-\d(?!\d))|haiku-5-5)/, { thinking: 'default', sampling: 'fixed', structured: true, maxTokens: USUAL_LIMIT }],
  [/claude/, { thinking: 'always', sampling: 'fixed', structured: true, maxTokens: USUAL_LIMIT }],
];

const UNKNOWN: ModelTraits = { thinking: 'unknown', sampling: 'both', structured: true, maxTokens: SMALLEST_LIMIT };

/** The traits of a model by its id, as any host spells it (`claude-opus-4-6`, `anthropic/claude-opus-4.6`, `us.anthropic.claude-…-v1:0`). */
export function traitsOf(model: string): ModelTraits {
  const id = model.toLowerCase().replaceAll('.', '-');
  return GENERATIONS.find(([pattern]) => pattern.test(id))?.[1] ?? UNKNOWN;
}
