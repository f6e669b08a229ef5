import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** AI21, OpenAI-compatible. */
export const ai21 = defineProvider({
  id: 'ai21',
  name: 'AI21',
  docs: 'https://docs.ai21.com/reference/jamba-1-6-api-ref',
  baseURL: 'https://api.ai21.com/studio/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'AI21_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
  },
});
