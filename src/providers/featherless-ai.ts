import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Featherless, OpenAI-compatible. */
export const featherlessAi = defineProvider({
  id: 'featherless-ai',
  name: 'Featherless',
  docs: 'https://featherless.ai/docs',
  baseURL: 'https://api.featherless.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'FEATHERLESS_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    models: '/models',
  },
});
