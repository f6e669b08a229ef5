import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Friendli, OpenAI-compatible. */
export const friendli = defineProvider({
  id: 'friendli',
  name: 'Friendli',
  docs: 'https://friendli.ai/docs/openapi/model-apis/chat-completions',
  baseURL: 'https://api.friendli.ai/serverless/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'FRIENDLI_TOKEN',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    models: '/models',
  },
});
