import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** 01.AI, OpenAI-compatible. */
export const lingyi = defineProvider({
  id: 'lingyi',
  name: '01.AI',
  docs: 'https://platform.lingyiwanwu.com/docs/api-reference',
  baseURL: 'https://api.lingyiwanwu.com',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'LINGYI_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
