/** How a host's answers deviate from OpenAI's chat format, as data. */
export interface RepairRules {
  /** Finish reasons that the host spells otherwise → OpenAI's word. */
  readonly finish?: Readonly<Record<string, string>>;
  /** Where streams carry the usage when it is not at `usage`, as a path (`x_groq.usage`). */
  readonly usagePath?: string;
  /** `completion_tokens` leaves out the reasoning tokens. */
  readonly reasoningExcluded?: boolean;
}
