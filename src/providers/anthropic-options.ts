import type { ProviderOption } from './provider.ts';

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
