import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Lemonfox.ai, OpenAI-compatible. */
export const lemonfoxAi = defineProvider({
  id: 'lemonfox-ai',
  name: 'Lemonfox.ai',
  docs: 'https://www.lemonfox.ai/apis/chat',
  baseURL: 'https://api.lemonfox.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'LEMONFOX_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    models: '/models',
  },
});
