import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Deepbricks, OpenAI-compatible. */
export const deepbricks = defineProvider({
  id: 'deepbricks',
  name: 'Deepbricks',
  docs: 'https://deepbricks.ai',
  baseURL: 'https://api.deepbricks.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'DEEPBRICKS_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
