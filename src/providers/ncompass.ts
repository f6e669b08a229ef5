import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** nCompass, OpenAI-compatible. */
export const ncompass = defineProvider({
  id: 'ncompass',
  name: 'nCompass',
  docs: 'https://docs.ncompass.tech',
  baseURL: 'https://api.ncompass.tech/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'NCOMPASS_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
