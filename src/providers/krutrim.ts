import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Krutrim Cloud, OpenAI-compatible. */
export const krutrim = defineProvider({
  id: 'krutrim',
  name: 'Krutrim Cloud',
  docs: 'https://cloud.olakrutrim.com',
  baseURL: 'https://cloud.olakrutrim.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'KRUTRIM_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
