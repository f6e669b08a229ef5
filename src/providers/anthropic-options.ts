import type { Prefill, ProviderOption, Quirks } from './provider.ts';

/** Options of every host that serves Claude in Anthropic's own format. */
export const anthropicOptions = [
  {
    name: 'anthropic_version',
    bareHeader: 'anthropic-version',
    sendAs: 'anthropic-version',
    default: '2023-06-01',
    description: 'Version of the Messages API.',
  },
  { name: 'anthropic_beta', bareHeader: 'anthropic-beta', sendAs: 'anthropic-beta', description: 'Beta features to switch on, comma separated.' },
] as const satisfies readonly ProviderOption[];

/** What every host that serves Claude itself holds clients to. It signs all of its thoughts, so that one without a signature is another model's. */
export const claudeQuirks = {
  clamp: { temperature: { min: 0, max: 1 } },
  rewrites: ['"signature":""', '"signature": ""'],
} as const satisfies Quirks;

/** Claude up to 4.5 goes on from where a conversation ends; later models refuse it (https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6). */
export const claudePrefill = {
  models: /claude-(?:instant|[23]|(?:opus|sonnet|haiku)-4(?![-.][6-9](?!\d)))/,
} as const satisfies Prefill;
