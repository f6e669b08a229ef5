import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** NextBit, OpenAI-compatible. */
export const nextbit = defineProvider({
  id: 'nextbit',
  name: 'NextBit',
  docs: 'https://www.nextbit256.com/docs',
  baseURL: 'https://api.nextbit256.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'NEXTBIT_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    models: '/models',
  },
});
