import { anthropicCount } from '../dialects/anthropic-count/index.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { anthropicOptions, claudePrefill, claudeQuirks } from './anthropic-options.ts';
import { defineProvider } from './provider.ts';

/** Anthropic. */
export const anthropic = defineProvider({
  id: 'anthropic',
  name: 'Anthropic',
  docs: 'https://platform.claude.com/docs/en/api/messages',
  baseURL: 'https://api.anthropic.com/v1',
  auth: [{ scheme: 'header', name: 'x-api-key' }],
  options: anthropicOptions,
  keyVariable: 'ANTHROPIC_API_KEY',
  endpoints: {
    chat: [{ dialect: anthropicMessages, path: '/messages', keeps: true, prefill: claudePrefill, quirks: claudeQuirks }],
    count: [{ counting: anthropicCount, path: '/messages/count_tokens' }],
    models: '/models',
  },
});
